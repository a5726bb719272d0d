import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../../src/domain/answer.ts';

/** What a reader has observed since the last snapshot. */
export interface ReaderSnapshot {
  /** The number of responses per status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** The number of answers with `stale: true`. */
  readonly staleCount: number;
  readonly slowestMs: number;
  /** Descriptions of everything that must not happen. */
  readonly violations: readonly string[];
}

export interface Reader {
  takeSnapshot(): ReaderSnapshot;
  /** Resolves when the last response has arrived. */
  stop(): Promise<void>;
}

export interface ReaderOptions {
  readonly address: string;
  /** The service's `STALE_AFTER`. */
  readonly staleAfterMs: number;
  /** Returns what is wrong with an answer's numbers, if anything. */
  readonly findMistake: (answer: Answer) => string | undefined;
  /** Whether an answer may be older than an earlier one. */
  readonly mayReturnOlderAnswers?: boolean;
}

const READ_INTERVAL_MS = 20;
const READ_TIMEOUT_MS = 5000;

const empty = () => ({
  statuses: {} as Record<number, number>,
  staleCount: 0,
  slowestMs: 0,
  violations: [] as string[],
});

/** Reads at a constant rate without waiting for earlier responses, and checks each answer. */
export function startReader(options: ReaderOptions): Reader {
  const { address, staleAfterMs, findMistake, mayReturnOlderAnswers = false } = options;
  let observed = empty();
  let newest = 0;

  /** `stale` must be right for some moment between the request and its response. */
  function checkAge(answer: Answer, began: number): void {
    const limit = Date.parse(answer.as_of) + staleAfterMs;
    if (began > limit && !answer.stale) observed.violations.push(`${answer.as_of} should be marked stale`);
    if (Date.now() <= limit && answer.stale)
      observed.violations.push(`${answer.as_of} should not be marked stale`);
  }

  async function read(): Promise<void> {
    const began = Date.now();
    const known = newest;
    const start = performance.now();
    try {
      const response = await fetch(`${address}/is-bitcoin-lit`, {
        signal: AbortSignal.timeout(READ_TIMEOUT_MS),
      });
      const body = await response.json();
      observed.statuses[response.status] = (observed.statuses[response.status] ?? 0) + 1;
      if (response.status !== 200) return;
      const answer = body as Answer;
      const wrong = findMistake(answer);
      if (wrong) observed.violations.push(wrong);
      checkAge(answer, began);
      if (answer.stale) observed.staleCount += 1;
      const asOf = Date.parse(answer.as_of);
      if (asOf < known && !mayReturnOlderAnswers)
        observed.violations.push(`${answer.as_of} arrived after a newer answer`);
      newest = Math.max(newest, asOf);
    } catch (error) {
      observed.violations.push(`a read failed: ${error}`);
    } finally {
      observed.slowestMs = Math.max(observed.slowestMs, performance.now() - start);
    }
  }

  const pending = new Set<Promise<void>>();
  let isOver = false;
  async function readRepeatedly(): Promise<void> {
    while (!isOver) {
      const request = read().finally(() => pending.delete(request));
      pending.add(request);
      await sleep(READ_INTERVAL_MS);
    }
    await Promise.all(pending);
  }
  const reading = readRepeatedly();
  return {
    takeSnapshot() {
      const seen = observed;
      observed = empty();
      return seen;
    },
    async stop() {
      isOver = true;
      await reading;
    },
  };
}
