import { setImmediate } from 'node:timers/promises';
import { allocateToFree } from '../../domain/buffer.ts';
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
import { createRecentlyUsed } from '../../domain/recently-used.ts';
import type { Range } from '../../domain/time/range.ts';
import { HOUR } from '../../domain/time/time.ts';
import { createTimeWriter } from '../../domain/time/time-writer.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { createRowWriter } from './row-text.ts';

/** How many hours before an hour its verdict depends on. */
const HOURS_BEFORE = 2;

/** For the texts of all formats: ten years of JSON. */
const MAX_BYTES = 16_000_000;

/** How long the texts are kept after a use of any of them. */
const MAX_UNUSED_MS = 60_000;

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

/** The rows of a page in each format that was needed. */
type PageTexts = Partial<Readonly<Record<TextFormat, PageText>>>;

const sizeOf = (texts: PageTexts): number =>
  Object.values(texts).reduce((sum, { text, ends }) => sum + text.length + ends.byteLength, 0);

/** The verdicts of the hours of a range as ASCII text, in pieces. @throws StoreError. */
type VerdictText = (
  store: Pick<SampleStore, 'hours'>,
  range: Range,
  format: TextFormat,
  signal: AbortSignal,
) => AsyncGenerator<Buffer>;

/** Keeps the texts of the pages that were used last, since hours of the past seldom change. */
export function createVerdictTexts(): VerdictText {
  const timeText = createTimeWriter();
  /** By the store's page. */
  const texts = createRecentlyUsed<HourColumns, PageTexts>({ maxBytes: MAX_BYTES });
  let dropTimer: NodeJS.Timeout | undefined;

  function dropOnceUnused(): void {
    dropTimer ??= setTimeout(() => texts.dropUsedUntil(performance.now()), MAX_UNUSED_MS).unref();
    dropTimer.refresh();
  }

  /** Writes a row, with the separator first. */
  function rowWriter(format: TextFormat): (judged: JudgedHours, index: number) => string {
    const writer = createRowWriter<VerdictRow>(format, VERDICT_COLUMNS, { head: '', tail: '' });
    return (judged, index) => {
      const hour = judgedHourAt(judged, index);
      if (!hour) return '';
      const row = verdictRow(hour, timeText(hour.start));
      return format === 'json' ? `,${JSON.stringify(row)}` : writer.rows([row]);
    };
  }

  async function write(
    page: HourColumns,
    before: HourColumns | undefined,
    format: TextFormat,
  ): Promise<PageText> {
    const rowText = rowWriter(format);
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
    const bytes = allocateToFree(text.length);
    bytes.write(text, 'latin1');
    return { text: bytes, ends, before };
  }

  /** @param first the first hour whose row is needed. */
  async function textOf(
    page: HourColumns,
    first: number,
    before: HourColumns | undefined,
    format: TextFormat,
  ): Promise<PageText> {
    const known = texts.get(page)?.[format];
    const isRight = first >= page.start + HOURS_BEFORE * HOUR || areSame(known?.before, before);
    return known && isRight ? known : await write(page, before, format);
  }

  return async function* verdictText(store, { from, to }, format, signal) {
    if (from >= to) return;
    let before: HourColumns | undefined;
    dropOnceUnused();
    let skip = format === 'json' ? 1 : 0;
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
        const found = await textOf(page, first, before, format);
        if (kept) {
          const all = { ...texts.get(page), [format]: found };
          texts.set(page, all, sizeOf(all));
        }
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
