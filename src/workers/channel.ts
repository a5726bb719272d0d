import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Type from 'typebox';
import { Check } from 'typebox/schema';
import { StoreError } from '../domain/errors.ts';
import { HttpError, ProblemSchema, problemOf, RETRY_AFTER } from '../http/problem.ts';
import type { Observe } from '../service/observer.ts';

/** The messages of both directions. Texts are longer than the head of any request. */
const RequestSchema = Type.Object({
  name: Type.String({ maxLength: 20 }),
  args: Type.Array(Type.String({ maxLength: 20_000 }), { maxItems: 3 }),
  /** Absent if nobody waits for a reply. */
  id: Type.Optional(Type.Integer()),
});
const ReplySchema = Type.Object({
  id: Type.Integer(),
  problem: Type.Optional(
    Type.Object({ body: ProblemSchema, headers: Type.Object({}, { additionalProperties: Type.String() }) }),
  ),
});

/** More replies are never awaited at once: each request of a client waits for one. */
const MAX_WAITING = 50_000;

const LIMIT_MS = 5000;

/** The process at the other end. */
export interface Peer {
  send?(message: object, handle: undefined, options: undefined, done: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** What the other process may call. The result must be plain data. */
export type Handlers = Readonly<Record<string, (...args: string[]) => unknown>>;

export interface Channel {
  /**
   * Calls a handler of the other process.
   *
   * @throws HttpError with the status, code, detail and headers that the handler's error has in a response; StoreError if it
   *   takes too long.
   */
  ask(name: string, args?: readonly string[], limitMs?: number): Promise<unknown>;
  /** Like `ask`, without a reply. Resolves when the message was sent, or cannot be. */
  tell(name: string, ...args: string[]): Promise<void>;
}

/** Calls between the writer and a worker. */
export function openChannel(peer: Peer, handlers: Handlers, observe: Observe): Channel {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;

  const send = (message: object): Promise<void> =>
    new Promise((resolve) => {
      // If the other process has ended, this one learns it from an event.
      peer.send?.(message, undefined, undefined, () => resolve());
    });

  async function answer(name: string, args: string[], id: number | undefined): Promise<void> {
    try {
      const value = await handlers[name]?.(...args);
      if (id !== undefined) await send({ id, value });
    } catch (error) {
      const problem = problemOf(error, name === 'refresh');
      const { status } = problem.body;
      if (status === 500)
        observe({
          type: 'request_failed',
          requestId: randomUUID(),
          error,
          method: 'IPC',
          path: name,
          status,
        });
      if (id !== undefined) await send({ id, problem });
    }
  }

  peer.on('message', (message) => {
    if (Check(RequestSchema, message) && Object.hasOwn(handlers, message.name)) {
      void answer(message.name, message.args, message.id);
    } else if (Check(ReplySchema, message)) {
      const { id, problem } = message;
      const asked = waiting.get(id);
      if (!problem) return asked?.resolve((message as { value?: unknown }).value);
      const { status, code, detail, troubles } = problem.body;
      const headers = problem.headers as Record<string, string>;
      asked?.reject(new HttpError(status, code, detail, { headers, ...(troubles && { troubles }) }));
    } else {
      observe({ type: 'warning', text: 'ignored a message of another process that is not understood' });
    }
  });

  return {
    async ask(name, args = [], limitMs = LIMIT_MS) {
      if (waiting.size >= MAX_WAITING)
        throw new HttpError(503, 'overloaded', 'the service is overloaded', { headers: RETRY_AFTER });
      lastId += 1;
      const id = lastId;
      const asked = Promise.withResolvers<unknown>();
      waiting.set(id, asked);
      const ended = new AbortController();
      const late = sleep(limitMs, undefined, { signal: ended.signal }).then(() => {
        throw new StoreError('timeout', 'the process that writes to the store does not answer');
      });
      void send({ name, args, id });
      try {
        return await Promise.race([asked.promise, late]);
      } finally {
        waiting.delete(id);
        ended.abort();
      }
    },
    tell: (name, ...args) => send({ name, args }),
  };
}
