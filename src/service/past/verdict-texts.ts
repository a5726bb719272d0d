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

/** How long a text is kept after its last use. */
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
interface PageTexts {
  /** The store returns another object once one of its hours has changed. */
  readonly page: HourColumns;
  readonly byFormat: Partial<Readonly<Record<TextFormat, PageText>>>;
}

const sizeOf = ({ page, byFormat }: PageTexts): number =>
  Object.values(byFormat).reduce(
    (sum, { text, ends }) => sum + text.length + ends.byteLength,
    4 * page.price.byteLength,
  );

/** The verdicts of the hours of a range as ASCII text, in pieces. @throws StoreError. */
type VerdictText = (
  store: Pick<SampleStore, 'hours'>,
  range: Range,
  format: TextFormat,
  signal: AbortSignal,
) => AsyncGenerator<Buffer>;

/** Keeps the texts of the pages that were used last, since hours of the past seldom change. */
/** @param options.clock in milliseconds; never set back. */
export function createVerdictTexts({
  maxBytes = MAX_BYTES,
  maxUnusedMs = MAX_UNUSED_MS,
  clock = () => performance.now(),
} = {}): VerdictText {
  const timeText = createTimeWriter();
  /** By the start of the page. */
  const texts = createRecentlyUsed<number, PageTexts>({ maxBytes }, clock);
  let isTimerSet = false;

  /** Runs as long as there are texts. */
  function dropOnceUnused(): void {
    if (isTimerSet) return;
    isTimerSet = true;
    const drop = () => {
      isTimerSet = false;
      texts.dropUsedUntil(clock() - maxUnusedMs);
      if (texts.size > 0) dropOnceUnused();
    };
    setTimeout(drop, maxUnusedMs / 4).unref();
  }

  function known(page: HourColumns): PageTexts['byFormat'] | undefined {
    const kept = texts.get(page.start);
    return kept?.page === page ? kept.byFormat : undefined;
  }

  function keep(page: HourColumns, format: TextFormat, text: PageText): void {
    const kept = { page, byFormat: { ...known(page), [format]: text } };
    texts.set(page.start, kept, sizeOf(kept));
    dropOnceUnused();
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

  /** The kept text, if its rows from an hour on are right. */
  function recall(
    page: HourColumns,
    first: number,
    before: HourColumns | undefined,
    format: TextFormat,
  ): PageText | undefined {
    const text = known(page)?.[format];
    const isRight = first >= page.start + HOURS_BEFORE * HOUR || areSame(text?.before, before);
    return isRight ? text : undefined;
  }

  return async function* verdictText(store, { from, to }, format, signal) {
    if (from >= to) return;
    let before: HourColumns | undefined;
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
        const recalled = recall(page, first, before, format);
        const { text, ends } = recalled ?? (await write(page, before, format));
        if (kept && !recalled) keep(page, format, { text, ends, before });
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
