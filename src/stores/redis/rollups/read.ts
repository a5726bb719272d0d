import { DAY } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import type { Client } from '../connection/client.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { pagesOf, SCHEMA } from './pages.ts';
import { SLOT, viewOf } from './slot.ts';

const script = loadScript<[since: number | null, pages: (Buffer | null)[]]>(
  [new URL('read.lua', import.meta.url)],
  { isReadOnly: true, hasBinaryReply: true },
);

export interface Rollups<T> {
  /** The time since which all are built, in epoch milliseconds; infinite if unknown. */
  readonly since: number;
  /** Oldest first. */
  readonly buckets: readonly T[];
}

/** Reads the hours or days of a range at one moment. @param readSlot from slot.ts. */
export async function readRollups<T>(
  client: Client,
  keys: Keys,
  kind: 'hours' | 'days',
  range: Range,
  readSlot: (page: DataView, at: number, start: number) => T | undefined,
): Promise<Rollups<T>> {
  const pages = pagesOf(keys, kind, range);
  const scriptKeys = [keys.price, keys.sentiment, keys.rollups, ...pages.names];
  const [since, texts] = await script(client, scriptKeys, [SCHEMA]);

  const step = kind === 'days' ? DAY : HOUR;
  const buckets: T[] = [];
  for (const [index, text] of texts.entries()) {
    if (!text) continue;
    const page = viewOf(text);
    const start = pages.start + index * pages.length;
    const first = Math.max(0, (range.from - start) / step);
    const end = Math.min(page.byteLength / SLOT, (range.to - start) / step);
    for (let slot = first; slot < end; slot += 1) {
      const bucket = readSlot(page, slot * SLOT, start + slot * step);
      if (bucket) buckets.push(bucket);
    }
  }
  return { since: since ?? Number.POSITIVE_INFINITY, buckets };
}
