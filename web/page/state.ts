import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../src/domain/answer.ts';
import { type Connection, followAnswers } from '../feed/answers.ts';
import { now } from '../feed/clock.ts';
import { fetchSources, type SourcesAnswer } from '../feed/sources.ts';

export interface Following {
  readonly answer: Answer | undefined;
  readonly isEmpty: boolean;
  readonly connection: Connection;
  /** In epoch milliseconds; `undefined` while it is there. */
  readonly lostSince: number | undefined;
}

/** The answer, as it comes. */
export function useAnswer(): Following {
  const [answer, setAnswer] = useState<Answer>();
  const [isEmpty, setIsEmpty] = useState(false);
  const [connection, setConnection] = useState<Connection>('connecting');
  const [lostSince, setLostSince] = useState<number>();
  useEffect(
    () =>
      followAnswers({
        answer: setAnswer,
        nothing: () => setIsEmpty(true),
        emptied() {
          setAnswer(undefined);
          setIsEmpty(true);
        },
        connection(is) {
          setConnection(is);
          if (is === 'lost') setLostSince((since) => since ?? now());
          if (is === 'live' || is === 'polling') setLostSince(undefined);
        },
      }),
    [],
  );
  return { answer, isEmpty, connection, lostSince };
}

/** Milliseconds. */
const REST = 25_000;

/** How the sources do, asked for again when there is a newer answer, but not all the time. */
export function useSources(asOf: string | undefined): {
  sources: SourcesAnswer | undefined;
  isFailing: boolean;
} {
  const [sources, setSources] = useState<SourcesAnswer>();
  const [isFailing, setIsFailing] = useState(false);
  const asked = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (performance.now() - asked.current < REST) return;
    asked.current = performance.now();
    fetchSources().then(
      (answer) => {
        setSources(answer);
        setIsFailing(false);
      },
      () => setIsFailing(true),
    );
  }, [asOf]);
  return { sources, isFailing };
}

/** The server's time, each second while the page is looked at. */
export function useNow(): number {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && setTime(now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return time;
}
