import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../src/domain/answer.ts';
import { type Connection, followAnswers } from '../feed/answers.ts';
import { now } from '../feed/clock.ts';
import { fetchSources, type KnownSources } from '../feed/sources.ts';

export interface Following {
  readonly answer: Answer | undefined;
  readonly isEmpty: boolean;
  readonly connection: Connection;
  /** How often the service lost its answer, as when the store was emptied. */
  readonly losses: number;
  /** Epoch milliseconds; `undefined` while connected. */
  readonly lostSince: number | undefined;
}

/** Without a connection, an older answer counts as stale. The service's own default is the same. */
const MAX_OFFLINE_AGE_MS = 300_000;
const CLOCK_INTERVAL_MS = 15_000;
/** How often the sources are fetched, with and without an answer. */
const SOURCES_INTERVAL_MS = 25_000;
const SOURCES_INTERVAL_WITHOUT_ANSWER_MS = 3000;

/** Follows the answer. Marks it as stale if the page is disconnected for too long to know. */
export function useAnswer(): Following {
  const [last, setLast] = useState<Answer>();
  const [isEmpty, setIsEmpty] = useState(false);
  const [losses, setLosses] = useState(0);
  const isKnown = useRef(false);
  const [connection, setConnection] = useState<Connection>('connecting');
  const [lostSince, setLostSince] = useState<number>();
  const [time, setTime] = useState(now);
  // Also while the page is hidden, since its tab shows the state.
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), CLOCK_INTERVAL_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(
    () =>
      followAnswers({
        answer(answer) {
          isKnown.current = true;
          setLast(answer);
          setIsEmpty(false);
        },
        nothing() {
          if (isKnown.current) setLosses((count) => count + 1);
          isKnown.current = false;
          setLast(undefined);
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
  const isConnected = connection === 'live' || connection === 'polling';
  const isTooOld = last !== undefined && !isConnected && time - Date.parse(last.as_of) > MAX_OFFLINE_AGE_MS;
  return { answer: isTooOld ? { ...last, stale: true } : last, isEmpty, losses, connection, lostSince };
}

/** The state of the sources: fetched with each newer answer and at intervals, which are short while there is no answer. */
export function useSources(asOf: string | undefined): {
  sources: KnownSources | undefined;
  isFailing: boolean;
} {
  const [sources, setSources] = useState<KnownSources>();
  const [isFailing, setIsFailing] = useState(false);
  const fetchedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const interval = asOf === undefined ? SOURCES_INTERVAL_WITHOUT_ANSWER_MS : SOURCES_INTERVAL_MS;
    let timer: ReturnType<typeof setTimeout>;
    function update(): void {
      timer = setTimeout(update, interval);
      if (document.visibilityState === 'hidden') return;
      fetchedAt.current = performance.now();
      fetchSources().then(
        (answer) => {
          setSources(answer);
          setIsFailing(false);
        },
        () => setIsFailing(true),
      );
    }
    const wait = fetchedAt.current + interval - performance.now();
    if (wait <= 0) update();
    else timer = setTimeout(update, wait);
    return () => clearTimeout(timer);
  }, [asOf]);
  return { sources, isFailing };
}

/** The server's time, updated each second while the page is visible. */
export function useNow(): number {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && setTime(now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return time;
}
