import type { Answer } from '../../src/domain/answer.ts';
import { get, RefusedError } from './get.ts';

/** `polling`: the stream was refused, so the page polls. `paused`: the page is hidden. */
export type Connection = 'connecting' | 'live' | 'polling' | 'lost' | 'paused';

export interface AnswerListener {
  answer(answer: Answer): void;
  /** The service has no answer: not yet, or no longer, as after its store was emptied. */
  nothing(): void;
  connection(connection: Connection): void;
}

/** The problem code of a service without samples. */
const NO_SAMPLE_CODE = 'nothing_known';

/** A stream that sends nothing for this long after opening means that there is no answer. */
const FIRST_EVENT_MS = 400;
/** How often a refused stream is retried; the page polls meanwhile. */
const REFUSED_RETRY_MS = 30_000;
/** The first retry if polling failed as well, as while the service starts. Doubled each time. */
const LOST_RETRY_MS = 2000;
/** A stream without events for this long may be half open: the page polls to find out. */
const SILENCE_MS = 75_000;
const CHECK_INTERVAL_MS = 15_000;

/**
 * Follows the answer over the live stream while the page is visible. Reconnects automatically.
 *
 * @returns stops following.
 */
export function followAnswers(listener: AnswerListener): () => void {
  let stream: EventSource | undefined;
  let emptyTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let lastEventAt = 0;
  let asOf = '';

  function report(answer: Answer): void {
    clearTimeout(emptyTimer);
    lastEventAt = performance.now();
    asOf = answer.as_of;
    listener.answer(answer);
  }

  function reportEmpty(): void {
    clearTimeout(emptyTimer);
    lastEventAt = performance.now();
    asOf = '';
    listener.nothing();
  }

  function close(): void {
    clearTimeout(emptyTimer);
    clearTimeout(retryTimer);
    retryTimer = undefined;
    stream?.close();
    stream = undefined;
  }

  function open(): void {
    close();
    const opened = new EventSource('/live');
    stream = opened;
    opened.addEventListener('open', () => {
      lastEventAt = performance.now();
      failures = 0;
      listener.connection('live');
      // A resumed stream sends nothing if nothing has changed.
      clearTimeout(emptyTimer);
      if (asOf === '') emptyTimer = setTimeout(listener.nothing, FIRST_EVENT_MS);
    });
    opened.addEventListener('problem', ({ data }) => {
      if (JSON.parse(data).code === NO_SAMPLE_CODE) reportEmpty();
    });
    opened.addEventListener('summary', ({ data }) => report(JSON.parse(data)));
    opened.addEventListener('error', () => {
      clearTimeout(emptyTimer);
      // The browser reconnects by itself, after the server's `retry`.
      if (opened.readyState !== EventSource.CLOSED) return listener.connection('lost');
      void poll().then((hasReply) => {
        if (stream !== opened) return;
        // A refused stream does not mean a lost connection: the next poll decides.
        listener.connection(hasReply ? 'polling' : 'lost');
        const wait = hasReply ? REFUSED_RETRY_MS : Math.min(REFUSED_RETRY_MS, LOST_RETRY_MS * 2 ** failures);
        failures = hasReply ? 0 : failures + 1;
        retryTimer = setTimeout(open, wait);
      });
    });
  }

  /** Whether the service sent its answer, or said that it has none. */
  async function poll(): Promise<boolean> {
    try {
      report(await get<Answer>('/is-bitcoin-lit'));
      return true;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== NO_SAMPLE_CODE) return false;
      reportEmpty();
      return true;
    }
  }

  async function checkSilence(): Promise<void> {
    if (!stream || performance.now() - lastEventAt < SILENCE_MS || retryTimer) return;
    const known = asOf;
    const checked = stream;
    if ((await poll()) && asOf === known) return;
    if (stream === checked) open();
  }

  function followVisibility(): void {
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

  const checking = setInterval(checkSilence, CHECK_INTERVAL_MS);
  document.addEventListener('visibilitychange', followVisibility);
  window.addEventListener('online', followNetwork);
  followVisibility();
  return () => {
    close();
    clearInterval(checking);
    document.removeEventListener('visibilitychange', followVisibility);
    window.removeEventListener('online', followNetwork);
  };
}
