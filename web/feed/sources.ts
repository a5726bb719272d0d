import type { SourcesAnswer } from '../../src/domain/sources-answer.ts';
import { get } from './get.ts';

export type { SourcesAnswer };

export const fetchSources = (): Promise<SourcesAnswer> => get('/sources');
