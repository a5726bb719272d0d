import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ignoreRejection, SourceError } from '../../domain/errors.ts';
import type { FeedDocument, ParsedDocument, ThreadAnswer } from './parser-thread.ts';

export interface FeedParser extends AsyncDisposable {
  /**
   * Parses one document at a time. The bytes are transferred to the thread, and can no longer be used here.
   *
   * @throws SourceError if it is not a feed, or takes too much time or memory; when `signal` ends it, the signal's reason.
   */
  parse(document: FeedDocument, signal: AbortSignal): Promise<ParsedDocument>;
}

const LIMITS = {
  /** For one document, not counting the time in the queue. */
  deadlineMs: 2000,
  /** An idle thread ends after this time. */
  idleMs: 10_000,
  /** For the thread's heap. Enough for the largest body that is fetched. */
  memoryMb: 128,
};

/** Enough to load the parser on a busy machine. */
const START_DEADLINE_MS = 10_000;

async function startThread(memoryMb: number, signal: AbortSignal): Promise<Worker> {
  const thread = new Worker(new URL('./parser-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
    env: {},
    execArgv: [],
  });
  try {
    const deadline = AbortSignal.timeout(START_DEADLINE_MS);
    await once(thread, 'message', { signal: AbortSignal.any([signal, deadline]) });
    return thread;
  } catch (cause) {
    await thread.terminate();
    signal.throwIfAborted();
    throw new SourceError('unexpected_body', 'could not be parsed', { cause });
  }
}

/**
 * Parses feeds in a separate thread, since even a small document can occupy the parser for minutes. A thread is started
 * when there is a document, and ended if one takes too long.
 */
export function openParser(limits: Partial<typeof LIMITS> = {}): FeedParser {
  const { deadlineMs, idleMs, memoryMb } = { ...LIMITS, ...limits };
  let thread: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function endThread(): Promise<void> {
    clearTimeout(idle);
    const ending = thread;
    thread = undefined;
    await ending?.terminate();
  }

  async function ask(document: FeedDocument, signal: AbortSignal): Promise<ThreadAnswer> {
    clearTimeout(idle);
    thread ??= await startThread(memoryMb, signal);
    // An error while no document is parsed must not end the process. The next document fails instead.
    if (thread.listenerCount('error') === 0) thread.on('error', () => undefined);
    thread.ref();
    const until = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
    const answered = once(thread, 'message', { signal: until });
    thread.postMessage(document, [document.bytes.buffer]);
    const [answer] = await answered;
    thread.unref();
    idle = setTimeout(endThread, idleMs).unref();
    return answer;
  }

  async function parse(document: FeedDocument, signal: AbortSignal): Promise<ParsedDocument> {
    signal.throwIfAborted();
    let parsed: ThreadAnswer;
    try {
      parsed = await ask(document, signal);
    } catch (cause) {
      await endThread();
      signal.throwIfAborted();
      if (cause instanceof SourceError) throw cause;
      throw new SourceError('unexpected_body', 'sent a feed that takes too much time or memory', { cause });
    }
    if ('problem' in parsed) throw new SourceError('unexpected_body', parsed.problem);
    return parsed;
  }

  return {
    parse(document, signal) {
      const parsed = turn.then(() => parse(document, signal));
      turn = parsed.catch(ignoreRejection);
      return parsed;
    },
    [Symbol.asyncDispose]: endThread,
  };
}
