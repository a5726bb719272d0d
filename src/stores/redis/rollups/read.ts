import { DAY } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import type { Client } from '../connection/client.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { pagesOf, SCHEMA, STATE_LUA } from './pages.ts';
import { readSlot, SLOT, viewOf } from './slot.ts';

type Reply = [since: number | null, rawSince: number, pages: (Buffer | null)[], state: Buffer];

const script = loadScript<Reply>([...STATE_LUA, new URL('read.lua', import.meta.url)], {
  isReadOnly: true,
  hasBinaryReply: true,
});

/** A page, the byte at which a slot begins, and the start of its hour or day. */
type Slot = [page: DataView, at: number, start: number];

/** Pages of hours or days, read at one moment. */
export interface Pages {
  /** The time since which all are built, in epoch milliseconds; infinite if unknown. */
  readonly since: number;
  /** The time before which they are final, and all built; 0 if none are. */
  readonly rawSince: number;
  /** Of samples and averages, if it was asked for; see state.lua. */
  readonly state: string;
  /** Visits the slots of a part of the range, oldest first. */
  forEach(part: Range, visit: (...slot: Slot) => void): void;
}

export async function readPages(
  client: Client,
  keys: Keys,
  kind: 'hours' | 'days',
  range: Range,
  hasState = false,
): Promise<Pages> {
  const { names, start: begin, length } = pagesOf(keys, kind, range);
  const scriptKeys = [keys.price, keys.sentiment, keys.rollups, keys.store, ...names];
  const [since, rawSince, texts, state] = await script(client, scriptKeys, [SCHEMA, Number(hasState)]);
  const step = kind === 'days' ? DAY : HOUR;
  return {
    since: since ?? Number.POSITIVE_INFINITY,
    rawSince,
    state: state.toString(),
    forEach(part, visit) {
      for (const [index, text] of texts.entries()) {
        if (!text) continue;
        const page = viewOf(text);
        const start = begin + index * length;
        const first = Math.max(0, (part.from - start) / step);
        const end = Math.min(page.byteLength / SLOT, (part.to - start) / step);
        for (let slot = first; slot < end; slot += 1) visit(page, slot * SLOT, start + slot * step);
      }
    },
  };
}

export interface Rollups<T> extends Pick<Pages, 'since' | 'rawSince'> {
  /** Oldest first. */
  readonly buckets: readonly T[];
}

/** Reads the hours or days of a range at one moment. @param readSlot from slot.ts. */
export async function readRollups<T>(
  client: Client,
  keys: Keys,
  kind: 'hours' | 'days',
  range: Range,
  readSlot: (...slot: Slot) => T | undefined,
): Promise<Rollups<T>> {
  const { since, rawSince, forEach } = await readPages(client, keys, kind, range);
  const buckets: T[] = [];
  forEach(range, (...slot) => {
    const bucket = readSlot(...slot);
    if (bucket) buckets.push(bucket);
  });
  return { since, rawSince, buckets };
}

/** The time before which samples were trimmed; `undefined` if none were. */
export async function readRawSince(client: Client, keys: Keys): Promise<number | undefined> {
  const { rawSince } = await readRollups(client, keys, 'days', { from: 0, to: 0 }, readSlot);
  return rawSince || undefined;
}

/** The start of the oldest hour that is final; `undefined` if there is none. */
export async function readOldestFinal(client: Client, keys: Keys): Promise<number | undefined> {
  const to = await readRawSince(client, keys);
  if (to === undefined) return undefined;
  const [day] = (await readRollups(client, keys, 'days', { from: 0, to }, readSlot)).buckets;
  if (!day) return undefined;
  const range = { from: day.start, to: day.start + DAY };
  const hours = await readRollups(client, keys, 'hours', range, readSlot);
  return hours.buckets[0]?.start ?? day.start;
}
