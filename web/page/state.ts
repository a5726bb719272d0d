import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../src/domain/answer.ts';
import { type Connection, followAnswers } from '../feed/answers.ts';
import { now } from '../feed/clock.ts';
import { fetchSources, type KnownSources } from '../feed/sources.ts';

export interface Following {
  readonly answer: Answer | undefined;
  readonly isEmpty: boolean;
  readonly connection: Connection;
  /** How often what was known was found to be gone, as after the store was emptied. */
  readonly losses: number;
  /** In epoch milliseconds; `undefined` while it is there. */
  readonly lostSince: number | undefined;
}

/** Milliseconds. */
const TIME = {
  /** After this without a connection what was told last may no longer hold; by default the service says so as soon. */
  unheard: 300_000,
  /** Between two looks at the clock. */
  look: 15_000,
  /** Between two questions for the sources, with an answer and without. */
  rest: 25_000,
  shortRest: 3000,
} as const;

/** The answer, as it comes; stale too where the service can no longer say that it is. */
export function useAnswer(): Following {
  const [told, setTold] = useState<Answer>();
  const [isEmpty, setIsEmpty] = useState(false);
  const [losses, setLosses] = useState(0);
  const isKnown = useRef(false);
  const [connection, setConnection] = useState<Connection>('connecting');
  const [lostSince, setLostSince] = useState<number>();
  const [time, setTime] = useState(now);
  // Whether the page is looked at or not: its tab always tells something.
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), TIME.look);
    return () => clearInterval(timer);
  }, []);
  useEffect(
    () =>
      followAnswers({
        answer(answer) {
          isKnown.current = true;
          setTold(answer);
          setIsEmpty(false);
        },
        nothing() {
          if (isKnown.current) setLosses((count) => count + 1);
          isKnown.current = false;
          setTold(undefined);
          setIsEmpty(true);
        },
        connection(is) {
          setConnection(is);
          setTime(now());
          if (is === 'lost') setLostSince((since) => since ?? now());
          if (is === 'live' || is === 'polling') setLostSince(undefined);
        },
      }),
    [],
  );
  const isHeard = connection === 'live' || connection === 'polling';
  const isUnheard = told !== undefined && !isHeard && time - Date.parse(told.as_of) > TIME.unheard;
  return { answer: isUnheard ? { ...told, stale: true } : told, isEmpty, losses, connection, lostSince };
}

/** The sources' state: asked for when there is a newer answer and every now and then, often while there is none. */
export function useSources(asOf: string | undefined): {
  sources: KnownSources | undefined;
  isFailing: boolean;
} {
  const [sources, setSources] = useState<KnownSources>();
  const [isFailing, setIsFailing] = useState(false);
  const asked = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const rest = asOf === undefined ? TIME.shortRest : TIME.rest;
    let timer: ReturnType<typeof setTimeout>;
    function ask(): void {
      timer = setTimeout(ask, rest);
      if (document.visibilityState === 'hidden') return;
      asked.current = performance.now();
      fetchSources().then(
        (answer) => {
          setSources(answer);
          setIsFailing(false);
        },
        () => setIsFailing(true),
      );
    }
    const wait = asked.current + rest - performance.now();
    if (wait <= 0) ask();
    else timer = setTimeout(ask, wait);
    return () => clearTimeout(timer);
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
