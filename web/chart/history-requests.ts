import { now } from '../feed/clock.ts';
import { fetchHistory, type History, type HistoryQuestion } from '../feed/history.ts';

export type Trouble = 'asking' | 'failing' | undefined;

/** @param reachesNow what was asked for went up to the moment of asking. */
type Use = (history: History, reachesNow: boolean) => void;

/** One question at a time: a newer one ends the one before. */
export interface Questions {
  ask(question: HistoryQuestion, use: Use): void;
  /** Asks without a word of it: what fails comes with the next one. */
  askQuietly(question: HistoryQuestion, use: Use): void;
  isBusy(): boolean;
  /** The last one that was told of, once more. */
  repeat(): void;
  end(): void;
}

/** Milliseconds. */
const AT_ONCE = 1000;

export function createQuestions(tell: (trouble: Trouble) => void): Questions {
  let asked: AbortController | undefined;
  let repeat = (): void => undefined;

  async function run(question: HistoryQuestion, use: Use, isQuiet: boolean): Promise<void> {
    const reachesNow = question.to >= now() - AT_ONCE;
    asked?.abort();
    const mine = new AbortController();
    asked = mine;
    if (!isQuiet) tell('asking');
    try {
      const history = await fetchHistory(question, mine.signal);
      if (asked !== mine) return;
      asked = undefined;
      use(history, reachesNow);
      if (!isQuiet) tell(undefined);
    } catch {
      if (asked !== mine) return;
      asked = undefined;
      if (!isQuiet) tell('failing');
    }
  }

  return {
    ask(question, use) {
      repeat = () => void run(question, use, false);
      repeat();
    },
    askQuietly: (question, use) => void run(question, use, true),
    isBusy: () => asked !== undefined,
    repeat: () => repeat(),
    end() {
      asked?.abort();
      asked = undefined;
    },
  };
}
