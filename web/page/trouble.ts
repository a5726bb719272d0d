import type { SourcesAnswer } from '../feed/sources.ts';

export type Place = SourcesAnswer['price'][number] | SourcesAnswer['sentiment']['feeds'][number];

/** Whether it was asked and does not give what it should, though it may rest until it is asked again. */
export const isInTrouble = ({ state, since }: Place): boolean => state !== 'ok' && since !== null;
