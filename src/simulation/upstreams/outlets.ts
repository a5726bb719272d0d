import { MINUTE } from '../../domain/time/bucket-width.ts';
import type { Group } from './statuses.ts';

interface Outlet {
  readonly name: string;
  readonly language: 'en' | 'zh';
}

/** They do not exist, and their names say so. */
export const OUTLETS: readonly Outlet[] = [
  { name: 'Blockville Bugle', language: 'en' },
  { name: 'Llama Ledger', language: 'en' },
  { name: 'Penguin Markets Daily', language: 'en' },
  { name: 'Moon Cheese Times', language: 'en' },
  { name: 'Atlantis Coin Post', language: 'en' },
  { name: 'Hodlton Herald', language: 'en' },
  { name: 'Gnome Street Gazette', language: 'en' },
  { name: '月宫币报', language: 'zh' },
  { name: '桃花源财经', language: 'zh' },
];

export const OUTLET_GROUP: Group = {
  id: 1,
  size: OUTLETS.length,
  intervalMs: 5 * MINUTE,
  failures: ['answered 404', 'sent a web page instead of a feed', 'took more than 8 s'],
  refusals: ['answered 429', 'answered 503'],
};
