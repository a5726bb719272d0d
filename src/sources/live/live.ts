import { setTimeout as sleep } from 'node:timers/promises';
import { publicReason, SourceError } from '../../domain/errors.ts';
import type { Sample } from '../../domain/sample.ts';
import { describeTroubles, type PlaceTrouble } from '../../domain/upstream-errors.ts';
import type { DeskPass, PriceDesk } from '../../exchanges/price-source.ts';
import { type Collected, NOTHING_COLLECTED } from '../../news/feed-collector.ts';
import type { Newsroom } from '../../news/headline-store.ts';
import { countedAt } from '../../news/sentiment.ts';
import { feelAt } from '../../news/sentiment-series.ts';
import { admitAll } from '../admit-records.ts';
import type { FullRequest, Pull, PullNotes } from '../source.ts';
import { createDayLook, type Day } from './recent-samples.ts';

export interface LiveOptions {
  readonly desk: PriceDesk;
  readonly newsroom: Newsroom;
  /** Between two ticks; 0: there are none. Milliseconds. */
  readonly interval: number;
  /** Milliseconds. */
  readonly halfLife: number;
  /** Whether the feeds were asked lately enough for what is known to be of now. */
  readonly isCurrent: (collected: Collected, now: number) => boolean;
  /** What gave nothing beside the exchanges. */
  readonly troubles: (collected: Collected) => readonly PlaceTrouble[];
}

/** How long the price waits for feeds: those that are quick come along with it. Milliseconds. */
const GRACE = 300;
/** More than the deadline of feeds. Milliseconds. */
const LAST_WAIT = 9000;

/** The time that a pull of now is kept at: of the tick, or of the second where there are no ticks. */
function tickOf(now: number, interval: number): number {
  const width = interval === 0 ? 1000 : interval;
  return Math.floor(now / width) * width;
}

interface News {
  readonly collected: Collected;
  /** All feeds that were due have answered or failed. */
  readonly isSettled: boolean;
}

/** One pull: the price and the sentiment of now, and what was missing of both in the last 24 hours. */
export function createLivePull(options: LiveOptions): (request: FullRequest) => Promise<Pull> {
  const { desk, newsroom, interval, halfLife, isCurrent, troubles } = options;
  const days = createDayLook();
  let collecting: Promise<Collected> | undefined;
  /** Times that had no sentiment with these headlines. */
  let hopeless: { headlines: Collected['headlines']; times: Set<number> } | undefined;

  function collect(now: number, signal: AbortSignal): Promise<Collected> {
    collecting ??= newsroom.collect(now, signal).finally(() => {
      collecting = undefined;
    });
    collecting.catch(() => 'told to those who wait for it');
    return collecting;
  }

  /** What came within a time, or what was known before. */
  async function within(wait: number, news: Promise<Collected>, known: Collected): Promise<News> {
    const end = new AbortController();
    const late = sleep(wait, { collected: known, isSettled: false }, { signal: end.signal });
    try {
      return await Promise.race([news.then((collected) => ({ collected, isSettled: true })), late]);
    } finally {
      end.abort();
      late.catch(() => 'ended');
    }
  }

  /** Past times are judged once more only when there are other headlines. */
  async function feel(day: Day, filled: DeskPass['filled'], tick: number, { collected, isSettled }: News) {
    const { headlines } = collected;
    if (hopeless?.headlines !== headlines) hopeless = { headlines, times: new Set() };
    const { times: tried } = hopeless;
    const past = isSettled ? [...day.unfelt, ...filled.map(({ time }) => time)] : [];
    const times = [...new Set(past)].filter((time) => time !== tick && !tried.has(time));
    const values = await feelAt(headlines, [...times, tick], halfLife);
    for (const time of times) if (!values.has(time)) tried.add(time);
    return values;
  }

  function whyUnfelt({ collected }: News, tick: number): string {
    const count = countedAt(collected.headlines, tick).length;
    return `${count} headlines count, which is too few`;
  }

  return async (request) => {
    const { now, signal, samples, keep } = request;
    const tick = tickOf(now, interval);
    // What cannot be remembered is no reason to have no price.
    const known = await newsroom.learn(now).catch(() => NOTHING_COLLECTED);
    const news = collect(now, signal);
    const day = await days.look(now, samples);
    const {
      price,
      absence,
      filled,
      troubles: ofDesk,
    } = await desk.pass({ tick, now, kept: day.prices, signal });
    const prices: Sample[] = [...filled, ...(price === undefined ? [] : [{ time: tick, price }])];

    let trouble: string | undefined;
    let given = 0;
    async function hear(): Promise<News> {
      const quick = await within(GRACE, news, known);
      // A sentiment without what happened since the feeds were last asked would stay, and be wrong.
      if (quick.isSettled || isCurrent(known, now)) return quick;
      given = prices.length;
      if (given > 0) await keep((await gate(prices, now)).samples);
      return await within(LAST_WAIT, news, known);
    }
    const heard = await hear().catch((error: unknown) => {
      signal.throwIfAborted();
      trouble = publicReason(error);
      return { collected: known, isSettled: false };
    });
    const feelings = trouble === undefined ? await feel(day, filled, tick, heard) : new Map<number, number>();

    const found = new Map<number, Sample>(given > 0 ? [] : prices.map((sample) => [sample.time, sample]));
    for (const [time, sentiment] of feelings) found.set(time, { ...found.get(time), time, sentiment });
    const records = [...found.values()];
    const admitted = await gate(records, now);
    signal.throwIfAborted();

    if (filled.length > 0 || feelings.size > 1) days.forget();
    else days.note({ time: tick, ...(price !== undefined && { price }), ...feelingOf(feelings, tick) });
    const unfelt = feelings.has(tick) ? undefined : (trouble ?? whyUnfelt(heard, tick));
    const ofOthers = troubles(heard.collected);
    const all = ofDesk && [...ofDesk, ...ofOthers];
    if (records.length === 0 && given === 0) {
      const why = [unfelt ?? 'none', ...describeTroubles(ofOthers)].join('; ');
      throw new SourceError('absent', `no price: ${absence ?? 'none'}; no sentiment: ${why}`, {
        troubles: all,
      });
    }
    const notes: PullNotes = {
      troubles: all,
      absent: {
        ...(absence !== undefined && { price: absence }),
        ...(unfelt !== undefined && { sentiment: unfelt }),
      },
      filled: { price: filled.length, sentiment: feelings.size - Number(feelings.has(tick)) },
    };
    return { ...admitted, notes };
  };
}

/** The gate, for what was made here as for what comes from elsewhere. */
function gate(samples: readonly Sample[], now: number): Promise<Pull> {
  return admitAll(samples, { now, timeUnit: 1, read: (sample) => sample as Required<Sample> });
}

function feelingOf(feelings: ReadonlyMap<number, number>, time: number): { sentiment?: number } {
  const sentiment = feelings.get(time);
  return sentiment === undefined ? {} : { sentiment };
}
