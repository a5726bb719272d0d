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
  failures: [
    'the source answered 503',
    'took more than 3 s',
    'cannot be reached: TLS certificate has expired',
  ],
  refusals: ['the source answered 429', 'the source answered 418'],
};
