import { MINUTE } from '../../domain/time/bucket-width.ts';
import type { Group } from './statuses.ts';

/** They do not exist, and their names say so. */
export const EXCHANGES = [
  'Atlantis Exchange',
  'Gnomecoin',
  'Penguin Trade',
  'El Dorado Markets',
  'Ruritania Bourse',
] as const;

export const EXCHANGE_GROUP: Group = {
  id: 0,
  size: EXCHANGES.length,
  intervalMs: MINUTE / 2,
  failures: ['answered 503', 'did not answer within 3 s', 'its certificate has expired'],
  refusals: ['answered 429', 'answered 418'],
};
