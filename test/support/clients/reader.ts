import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../../src/domain/answer.ts';

/** What a reader saw since it was asked last. */
export interface Sight {
  /** How often each status came. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Answers that said stale. */
  readonly stale: number;
  /** Milliseconds. */
  readonly slowest: number;
  /** All that must not be, in words. */
  readonly complaints: readonly string[];
}

export interface Reader {
  look(): Sight;
  /** Ends when the last answer is there. */
  stop(): Promise<void>;
}

export interface ReaderOptions {
  readonly address: string;
  /** Milliseconds, as the service has it. */
  readonly staleAfter: number;
  /** What is wrong with an answer's numbers. */
  readonly judge: (given: Answer) => string | undefined;
  /** Whether an answer may be older than one before. */
  readonly mayGoBack?: boolean;
}

/** Milliseconds between two questions. */
const PACE = 20;

/** Milliseconds until an answer is given up. */
const GIVE_UP = 5000;

const empty = () => ({
  statuses: {} as Record<number, number>,
  stale: 0,
  slowest: 0,
  complaints: [] as string[],
});

/** Asks at a constant pace, whatever becomes of the questions before, and judges each answer. */
export function startReader(options: ReaderOptions): Reader {
  const { address, staleAfter, judge, mayGoBack = false } = options;
  let sight = empty();
  let newest = 0;

  /** The answer is as old as at some moment between the question and its arrival. */
  function judgeAge(given: Answer, began: number): void {
    const limit = Date.parse(given.as_of) + staleAfter;
    if (began > limit && !given.stale) sight.complaints.push(`${given.as_of} is not told to be stale`);
    if (Date.now() <= limit && given.stale) sight.complaints.push(`${given.as_of} is told to be stale`);
  }

  async function read(): Promise<void> {
    const began = Date.now();
    const known = newest;
    const start = performance.now();
    try {
      const response = await fetch(`${address}/is-bitcoin-lit`, { signal: AbortSignal.timeout(GIVE_UP) });
      const body = await response.json();
      sight.statuses[response.status] = (sight.statuses[response.status] ?? 0) + 1;
      if (response.status !== 200) return;
      const given = body as Answer;
      const wrong = judge(given);
      if (wrong) sight.complaints.push(wrong);
      judgeAge(given, began);
      if (given.stale) sight.stale += 1;
      const asOf = Date.parse(given.as_of);
      if (asOf < known && !mayGoBack) sight.complaints.push(`${given.as_of} came after a newer one`);
      newest = Math.max(newest, asOf);
    } catch (error) {
      sight.complaints.push(`a read failed: ${error}`);
    } finally {
      sight.slowest = Math.max(sight.slowest, performance.now() - start);
    }
  }

  const open = new Set<Promise<void>>();
  let isOver = false;
  async function ask(): Promise<void> {
    while (!isOver) {
      const one = read().finally(() => open.delete(one));
      open.add(one);
      await sleep(PACE);
    }
    await Promise.all(open);
  }
  const asking = ask();
  return {
    look() {
      const seen = sight;
      sight = empty();
      return seen;
    },
    async stop() {
      isOver = true;
      await asking;
    },
  };
}
