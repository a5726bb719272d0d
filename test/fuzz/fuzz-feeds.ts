import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { readDate } from '../../src/news/feeds/dates/dates.ts';
import { type FeedAnswer, fetchFeed } from '../../src/news/feeds/fetch.ts';
import { openParser } from '../../src/news/feeds/parser.ts';
import { createOutbound } from '../../src/outbound/client.ts';
import { score } from '../../src/sentiment/score.ts';
import { longestLoopBlockMs } from '../support/processes/event-loop-block.ts';
import { type IndependentReading, readIndependently } from './independent-dates.ts';
import { type MadeFeed, madeFeed } from './made-feeds.ts';
import { wrongTitles } from './titles.ts';

export interface FuzzReport {
  readonly feeds: number;
  /** The number of feeds per outcome: `items`, or a fault's reason without details. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly titles: number;
  readonly dates: number;
  /** Of the dates, read and held against Python's; `undefined` where there is no Python with dateutil. */
  readonly compared: number | undefined;
  /** Dates that both of Python's readers agree on, and that are refused here: some of them, for reading. */
  readonly refused: readonly string[];
  /** The longest time for which the event loop was blocked, in milliseconds of processor time. */
  readonly longestHoldMs: number;
  /** Descriptions of everything that is wrong. */
  readonly findings: readonly string[];
}

/** Feeds between two looks at the loop, and how many are asked for at a time. */
const PART = 500;
const AT_ONCE = 8;
const WARM_UP = 100;
const LONGEST_HOLD_MS = 50;
const LOOKS = 4;

/** The allowed difference from an independent reading, in seconds. */
const TOLERANCE = 60;

type Ask = (index: number) => Promise<FeedAnswer>;

async function askPart(ask: Ask, from: number, to: number, see: (index: number, answer: FeedAnswer) => void) {
  let next = from;
  const lane = async (): Promise<void> => {
    while (next < to) {
      const index = next;
      next += 1;
      const answer = await ask(index);
      if (answer.kind === 'items') for (const { title } of answer.items) score(title);
      see(index, answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function isWrong(ours: number, [email, dateutil]: IndependentReading): boolean {
  if (email === null || dateutil === null || Math.abs(email - dateutil) > TOLERANCE) return false;
  return Math.abs(ours / 1000 - email) > TOLERANCE;
}

/** Compares each parsed date with two independent readers, if these agree. */
async function compareDates(dates: readonly string[], find: (finding: string) => void) {
  const readings = await readIndependently(dates);
  if (!readings) return { compared: undefined, refused: [] };
  const refused: string[] = [];
  let compared = 0;
  for (const [index, reading] of readings.entries()) {
    const date = dates[index] ?? '';
    const ours = readDate(date);
    const [email, dateutil] = reading;
    const isAgreed = email !== null && dateutil !== null && Math.abs(email - dateutil) <= TOLERANCE;
    if (!isAgreed) continue;
    if ('refused' in ours) refused.push(`${date} (${ours.refused})`);
    else compared += 1;
    if ('time' in ours && isWrong(ours.time, reading))
      find(
        `a date is wrong: "${date}" was read as ${new Date(ours.time).toISOString()}, and is ${new Date(Number(email) * 1000).toISOString()}`,
      );
  }
  return { compared, refused };
}

/** Dates that a whole feed was read with must be those that they are by themselves. */
function wrongTimes({ items, damage }: MadeFeed, answer: FeedAnswer): string[] {
  if (answer.kind !== 'items' || damage !== 'none') return [];
  const times = new Map(items.map(({ title, date }) => [title, readDate(date)]));
  return answer.items.flatMap(({ title, published }) => {
    const reading = times.get(title);
    return reading && 'time' in reading && reading.time === published ? [] : [`${title}: ${published}`];
  });
}

/** What of a whole feed was not read although its date is one. */
function missing({ items, damage }: MadeFeed, answer: FeedAnswer): string[] {
  if (damage !== 'none') return [];
  const read = new Set(answer.kind === 'items' ? answer.items.map(({ title }) => title) : []);
  return items
    .filter(({ title, date }) => 'time' in readDate(date) && !read.has(title))
    .map(({ title }) => title);
}

/**
 * Asks for so many made feeds, over HTTP and with the parser in its thread as the service does, and looks at what came
 * of them. The same seed makes the same feeds.
 */
export async function fuzzFeeds(settings: {
  feeds: number;
  seed: number;
  progress?: (done: number) => void;
}): Promise<FuzzReport> {
  const { feeds, seed, progress } = settings;
  const server = new Worker(new URL('feed-server.ts', import.meta.url), { workerData: seed });
  const [port] = await once(server, 'message');
  await using parser = openParser();
  await using outbound = createOutbound();
  const { signal } = new AbortController();
  const ask: Ask = (index) =>
    fetchFeed({
      outbound,
      parser,
      address: `http://127.0.0.1:${port}/${index}`,
      validators: {},
      deadlineMs: 30_000,
      now: 0,
      signal,
    });

  const outcomes: Record<string, number> = {};
  const findings: string[] = [];
  const dates = new Set<string>();
  let titles = 0;
  function see(index: number, answer: FeedAnswer): void {
    const made = madeFeed(seed, index);
    const outcome =
      answer.kind === 'fault'
        ? answer.reason.replace(/\d+ dates? with .*/, 'dates that cannot be read')
        : answer.kind;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    for (const { date } of made.items) dates.add(date);
    const read = answer.kind === 'items' ? answer.items.map(({ title }) => title) : [];
    titles += read.length;
    for (const title of wrongTitles(made, read))
      findings.push(`feed ${index}: the title "${title}" is wrong`);
    for (const time of wrongTimes(made, answer))
      findings.push(`feed ${index}: another time than its date's: ${time}`);
    for (const title of missing(made, answer)) findings.push(`feed ${index}: "${title}" was not read`);
    if (
      /cannot be read$|too much time or memory/.test(outcome) &&
      outcome !== 'sent dates that cannot be read'
    )
      findings.push(`feed ${index}: ${outcome}`);
  }

  let longestHoldMs = 0;
  try {
    // Warms up: loading and compiling code blocks the loop, too.
    await askPart(ask, 0, Math.min(WARM_UP, feeds), () => undefined);
    for (let from = 0; from < feeds; from += PART) {
      const to = Math.min(from + PART, feeds);
      let hold = await longestLoopBlockMs(() => askPart(ask, from, to, see));
      // A garbage collection may fall into one measurement, but not into each of them.
      for (let look = 1; look < LOOKS && hold > LONGEST_HOLD_MS; look += 1) {
        hold = Math.min(hold, await longestLoopBlockMs(() => askPart(ask, from, to, () => undefined)));
      }
      longestHoldMs = Math.max(longestHoldMs, hold);
      if (hold > LONGEST_HOLD_MS) findings.push(`the loop was held for ${hold} ms by feeds ${from} to ${to}`);
      progress?.(to);
    }
  } finally {
    await server.terminate();
  }
  const { compared, refused } = await compareDates([...dates], (finding) => findings.push(finding));
  return { feeds, outcomes, titles, dates: dates.size, compared, refused, longestHoldMs, findings };
}
