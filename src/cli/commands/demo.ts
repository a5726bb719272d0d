import { readConfig } from '../../config/config.ts';
import { serve } from './serve.ts';

export const run = (): Promise<number> => serve({ ...readConfig(), SOURCE: 'simulated' });
