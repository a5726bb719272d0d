import { setImmediate } from 'node:timers/promises';
import type { TextFormat } from '../../domain/history.ts';
import { areSame, endOf, type HourColumns, lastHours } from '../../domain/past/hour-columns.ts';
import {
  createJudge,
  type JudgedHours,
  judgedHourAt,
  VERDICT_COLUMNS,
  type VerdictRow,
  verdictRow,
} from '../../domain/past/verdict.ts';
import type { Range } from '../../domain/time/range.ts';
import { HOUR } from '../../domain/time/time.ts';
import { createTimeWriter } from '../../domain/time/time-writer.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { createRowWriter } from './row-text.ts';

/** How many hours before an hour its verdict depends on. */
const HOURS_BEFORE = 2;

/** For the texts of each format: 2½ years of JSON. */
const MAX_BYTES = 4_000_000;

/** An hour takes about a microsecond. */
const HOURS_PER_TURN = 400;

/** The rows of a page. */
interface PageText {
  readonly text: Buffer;
  /** Where the row of each hour ends. */
  readonly ends: Uint32Array;
  /** The last hours before the page, on which its first rows depend. */
  readonly before: HourColumns | undefined;
}

const sizeOf = ({ text, ends }: PageText): number => text.length + ends.byteLength;

/** The verdicts of the hours of a range as ASCII text, in pieces. @throws StoreError. */
type VerdictText = (
  store: Pick<SampleStore, 'hours'>,
  range: Range,
  signal: AbortSignal,
) => AsyncGenerator<Buffer>;

/** Keeps the texts of the pages that were used last, since hours of the past seldom change. */
export function createVerdictTexts(format: TextFormat): VerdictText {
  const timeText = createTimeWriter();
  const writer = createRowWriter<VerdictRow>(format, VERDICT_COLUMNS, { head: '', tail: '' });
  const separator = format === 'json' ? ',' : '';
  /** By the store's page, least recently used first. */
  const texts = new Map<HourColumns, PageText>();
  let bytes = 0;

  /** With the separator first. */
  function rowText(judged: JudgedHours, index: number): string {
    const hour = judgedHourAt(judged, index);
    if (!hour) return '';
    const row = verdictRow(hour, timeText(hour.start));
    return format === 'json' ? separator + JSON.stringify(row) : writer.rows([row]);
  }

  async function write(page: HourColumns, before: HourColumns | undefined): Promise<PageText> {
    const judge = createJudge();
    if (before) judge(before);
    const judged = judge(page);
    const ends = new Uint32Array(page.price.length);
    let text = '';
    for (let index = 0; index < ends.length; index += 1) {
      text += rowText(judged, index);
      ends[index] = text.length;
      if (index % HOURS_PER_TURN === HOURS_PER_TURN - 1) await setImmediate();
    }
    return { text: Buffer.from(text, 'latin1'), ends, before };
  }

  function keep(page: HourColumns, text: PageText): void {
    const replaced = texts.get(page);
    if (replaced) bytes -= sizeOf(replaced);
    texts.delete(page);
    texts.set(page, text);
    bytes += sizeOf(text);
    for (const [oldest, kept] of texts) {
      if (bytes <= MAX_BYTES) return;
      texts.delete(oldest);
      bytes -= sizeOf(kept);
    }
  }

  /** @param first the first hour whose row is needed. */
  async function textOf(
    page: HourColumns,
    first: number,
    before: HourColumns | undefined,
  ): Promise<PageText> {
    const known = texts.get(page);
    const isRight = first >= page.start + HOURS_BEFORE * HOUR || areSame(known?.before, before);
    return known && isRight ? known : await write(page, before);
  }

  return async function* verdictText(store, { from, to }, signal) {
    if (from >= to) return;
    let before: HourColumns | undefined;
    let skip = separator.length;
    for await (const hours of store.hours({ from: from - HOURS_BEFORE * HOUR, to })) {
      signal.throwIfAborted();
      const end = endOf(hours);
      const first = Math.max(from, hours.start);
      // If the hours before are those of the page itself, its first rows cannot be written: the page became readable meanwhile.
      const knowsBefore = hours.start === hours.page?.start;
      const kept =
        knowsBefore || first >= (hours.page?.start ?? first) + HOURS_BEFORE * HOUR ? hours.page : undefined;
      const page = kept ?? hours;
      if (first < end) {
        const found = await textOf(page, first, before);
        if (kept) keep(page, found);
        const { text, ends } = found;
        const until = (time: number): number => ends[(time - page.start) / HOUR - 1] ?? 0;
        const [begin, finish] = [until(first) + skip, until(end)];
        if (begin < finish) {
          // The same object each time, so that it is hashed only once.
          yield begin === 0 && finish === text.length ? text : text.subarray(begin, finish);
          skip = 0;
        }
      }
      before = lastHours(HOURS_BEFORE, before, hours);
    }
  };
}
