import type { Answer } from '../../src/domain/answer.ts';
import { get, RefusedError } from './get.ts';

/** `polling`: no stream is to be had, and the answer is asked for instead; `paused`: nobody looks at the page. */
export type Connection = 'connecting' | 'live' | 'polling' | 'lost' | 'paused';

export interface AnswerListener {
  answer(answer: Answer): void;
  /** The service is there and has no answer: not yet, or no longer, as after its store was emptied. */
  nothing(): void;
  connection(connection: Connection): void;
}

/** The problem's code where the service keeps no sample. */
const NOTHING = 'nothing_known';

/** Milliseconds. */
const WAIT = {
  /** After the stream opened without an answer, until it is taken that there is none. */
  first: 400,
  /** Until a stream that was refused is asked for again, and the answer meanwhile. */
  refused: 30_000,
  /** The same, the first time that the answer was refused too, as by a service that starts; then twice as long each time. */
  missed: 2000,
  /** Without any event, until the answer is asked for to see whether the stream still lives: it may be half open. */
  silent: 75_000,
  look: 15_000,
} as const;

/**
 * Follows the answer by the live stream while the page is looked at, and reconnects by itself.
 *
 * @returns what ends it.
 */
export function followAnswers(listener: AnswerListener): () => void {
  let stream: EventSource | undefined;
  let nothing: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let misses = 0;
  let heard = 0;
  let asOf = '';

  function tell(answer: Answer): void {
    clearTimeout(nothing);
    heard = performance.now();
    asOf = answer.as_of;
    listener.answer(answer);
  }

  function tellNothing(): void {
    clearTimeout(nothing);
    heard = performance.now();
    asOf = '';
    listener.nothing();
  }

  function close(): void {
    clearTimeout(nothing);
    clearTimeout(again);
    again = undefined;
    stream?.close();
    stream = undefined;
  }

  function open(): void {
    close();
    const opened = new EventSource('/live');
    stream = opened;
    opened.addEventListener('open', () => {
      heard = performance.now();
      misses = 0;
      listener.connection('live');
      // A stream that is taken up again sends nothing where nothing is new.
      clearTimeout(nothing);
      if (asOf === '') nothing = setTimeout(listener.nothing, WAIT.first);
    });
    opened.addEventListener('problem', ({ data }) => {
      if (JSON.parse(data).code === NOTHING) tellNothing();
    });
    opened.addEventListener('summary', ({ data }) => tell(JSON.parse(data)));
    opened.addEventListener('error', () => {
      clearTimeout(nothing);
      // The browser comes back by itself, when the server said that it should.
      if (opened.readyState !== EventSource.CLOSED) return listener.connection('lost');
      void ask().then((isThere) => {
        if (stream !== opened) return;
        // A stream refused is no lost connection: that the next answer tells.
        listener.connection(isThere ? 'polling' : 'lost');
        const wait = isThere ? WAIT.refused : Math.min(WAIT.refused, WAIT.missed * 2 ** misses);
        misses = isThere ? 0 : misses + 1;
        again = setTimeout(open, wait);
      });
    });
  }

  /** Whether the service told its answer, or that it has none. */
  async function ask(): Promise<boolean> {
    try {
      tell(await get<Answer>('/is-bitcoin-lit'));
      return true;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== NOTHING) return false;
      tellNothing();
      return true;
    }
  }

  async function look(): Promise<void> {
    if (!stream || performance.now() - heard < WAIT.silent || again) return;
    const known = asOf;
    const asked = stream;
    if ((await ask()) && asOf === known) return;
    if (stream === asked) open();
  }

  function followSight(): void {
    if (document.visibilityState === 'hidden') {
      close();
      listener.connection('paused');
    } else if (!stream) {
      listener.connection('connecting');
      open();
    }
  }

  function followNetwork(): void {
    if (stream) open();
  }

  const looking = setInterval(look, WAIT.look);
  document.addEventListener('visibilitychange', followSight);
  window.addEventListener('online', followNetwork);
  followSight();
  return () => {
    close();
    clearInterval(looking);
    document.removeEventListener('visibilitychange', followSight);
    window.removeEventListener('online', followNetwork);
  };
}
