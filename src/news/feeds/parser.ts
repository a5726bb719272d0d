import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ignoreRejection, SourceError } from '../../domain/errors.ts';
import type { FeedDocument, ParsedDocument, ThreadAnswer } from './parser-thread.ts';

export interface FeedParser extends AsyncDisposable {
  /**
   * Parses one document, after those that came before it. The bytes are handed over: they are gone afterwards.
   *
   * @throws SourceError when it is no feed, or takes more time or memory than a feed does; when `signal` ends it, its
   * reason.
   */
  parse(document: FeedDocument, signal: AbortSignal): Promise<ParsedDocument>;
}

interface ParserLimits {
  /** For one document, once its turn has come. Milliseconds. */
  readonly deadline: number;
  /** How long a thread waits for its next document before it is ended. Milliseconds. */
  readonly idle: number;
  /** Of the thread's heap. MiB. */
  readonly memory: number;
}

/** The memory is enough for the largest body that is fetched. */
const LIMITS: ParserLimits = { deadline: 2000, idle: 10_000, memory: 128 };

/** For loading the parser, also on a machine that has much else to do. Milliseconds. */
const START_DEADLINE = 10_000;

async function startThread(memory: number, signal: AbortSignal): Promise<Worker> {
  const thread = new Worker(new URL('./parser-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: 16 },
    env: {},
    execArgv: [],
  });
  try {
    await once(thread, 'message', { signal: AbortSignal.any([signal, AbortSignal.timeout(START_DEADLINE)]) });
    return thread;
  } catch (cause) {
    await thread.terminate();
    throw cause;
  }
}

/**
 * Parses feeds in a thread of its own, since a small document can hold a parser for minutes. There is one thread at a
 * time, started when there is something to parse, and ended where a document takes too long.
 */
export function openParser(limits: Partial<ParserLimits> = {}): FeedParser {
  const { deadline, idle: longestIdle, memory } = { ...LIMITS, ...limits };
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
    thread ??= await startThread(memory, signal);
    // What nobody waits for must not end the process: the next document finds out.
    if (thread.listenerCount('error') === 0) thread.on('error', () => undefined);
    thread.ref();
    const until = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
    const answered = once(thread, 'message', { signal: until });
    thread.postMessage(document, [document.bytes.buffer]);
    const [answer] = await answered;
    thread.unref();
    idle = setTimeout(endThread, longestIdle).unref();
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
      throw new SourceError('unexpected_body', 'sent what cannot be parsed within bounds', { cause });
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
