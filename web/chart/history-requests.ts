import { now } from '../feed/clock.ts';
import { fetchHistory, type History, type HistoryQuery } from '../feed/history.ts';

export type Trouble = 'asking' | 'failing' | undefined;

/** @param reachesNow whether the requested range reached the present. */
type Use = (history: History, reachesNow: boolean) => void;

/** Requests to the history, one at a time: a new one aborts the previous one. */
export interface HistoryRequests {
  fetch(query: HistoryQuery, use: Use): void;
  /** Without reporting progress or failure. */
  fetchQuietly(query: HistoryQuery, use: Use): void;
  isBusy(): boolean;
  /** Repeats the last reported request. */
  repeat(): void;
  end(): void;
}

const PRESENT_MS = 1000;

export function createHistoryRequests(report: (trouble: Trouble) => void): HistoryRequests {
  let current: AbortController | undefined;
  let repeat = (): void => undefined;

  async function run(query: HistoryQuery, use: Use, isQuiet: boolean): Promise<void> {
    const reachesNow = query.to >= now() - PRESENT_MS;
    current?.abort();
    const controller = new AbortController();
    current = controller;
    if (!isQuiet) report('asking');
    try {
      const history = await fetchHistory(query, controller.signal);
      if (current !== controller) return;
      current = undefined;
      use(history, reachesNow);
      if (!isQuiet) report(undefined);
    } catch {
      if (current !== controller) return;
      current = undefined;
      if (!isQuiet) report('failing');
    }
  }

  return {
    fetch(query, use) {
      repeat = () => void run(query, use, false);
      repeat();
    },
    fetchQuietly: (query, use) => void run(query, use, true),
    isBusy: () => current !== undefined,
    repeat: () => repeat(),
    end() {
      current?.abort();
      current = undefined;
    },
  };
}
