import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { SourceName } from '../../domain/answer.ts';
import type { Live } from '../../service/live.ts';
import type { Observe } from '../../service/observer.ts';
import type { KeptSummary, Summaries } from '../../service/summary.ts';
import { clientNetwork } from '../client-network.ts';
import { comment, event, retry } from '../event-stream.ts';
import { CORS_HEADERS, commonHeaders } from '../headers.ts';
import type { Preparer } from '../prepared.ts';
import { HttpError, NO_SAMPLE, problem } from '../problem.ts';
import { createReaders } from '../readers.ts';
import { problems } from '../responses.ts';

export interface LiveRouteOptions {
  readonly live: Live;
  readonly summaries: Summaries;
  readonly prepared: Preparer;
  readonly source: SourceName;
  readonly clock: () => number;
  readonly observe: Observe;
  readonly maxLiveReaders: number;
  readonly maxLiveReadersPerAddress: number;
}

/** Readers whose streams ended together come back one after the other. Milliseconds. */
const RETRY = { least: 1000, most: 5000 } as const;

/** How often, and after how many milliseconds, an answer that is not yet its connection's first is looked at again. */
const TURNS = { most: 50, wait: 20 } as const;

/** An answer to a pipelined request has no connection before those in front of it are over, which may be never. */
async function untilAnswering(response: ServerResponse): Promise<void> {
  for (let turn = 0; turn < TURNS.most; turn += 1) {
    if (response.socket) return;
    await sleep(TURNS.wait);
  }
  throw new HttpError(400, 'bad_request', 'the stream wants a connection without other requests under way');
}

/** What readers get while the store holds no sample: what `GET /is-bitcoin-lit` answers then. */
const NOTHING_KEPT = {
  id: 'no-sample',
  text: event('problem', 'no-sample', JSON.stringify(problem(503, 'nothing_known', NO_SAMPLE))),
};

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // It ends with the stream, and the stream when the service stops.
  Connection: 'close',
  // What nginx takes for: pass it on as it comes.
  'X-Accel-Buffering': 'no',
};

/** `GET /live`: the answer as server-sent events, on connecting and on each change. */
export function liveRoute(app: FastifyInstance, options: LiveRouteOptions): void {
  const { live, summaries, prepared, source, clock, observe } = options;
  const headers = { ...commonHeaders(source), ...CORS_HEADERS, ...HEADERS };
  let unwatch: (() => void) | undefined;
  const readers = createReaders({
    most: options.maxLiveReaders,
    mostPerAddress: options.maxLiveReadersPerAddress,
    onCount(count) {
      observe({ type: 'live_readers', count });
      if (count > 0) {
        unwatch ??= live.watch((kept) => readers.tell(kept ? summaryEvent(kept) : NOTHING_KEPT));
      } else {
        unwatch?.();
        unwatch = undefined;
      }
    },
    onDropped: () => observe({ type: 'live_dropped', reason: 'slow' }),
  });
  app.addHook('preClose', () => readers.end());

  /** Its id is the entity tag without its quotes: the same in every process, whichever a reader comes back to. */
  function summaryEvent(kept: KeptSummary): { id: string; text: string } {
    const { etag, body } = prepared(kept, clock());
    const id = etag.slice(1, -1);
    return { id, text: event('summary', id, body) };
  }

  const schema = {
    summary: 'The answer, whenever it changes',
    description:
      'Server-sent events: `summary`, with the JSON of `GET /is-bitcoin-lit`, on connecting and on each change, one of `stale` included. ' +
      'While the store holds no sample, as after it was emptied, `problem`, with the problem details that `GET /is-bitcoin-lit` has then; the next `summary` ends that. ' +
      'With `Last-Event-ID` the first one is left out where it would bring nothing new. A comment every 15 s shows that the stream lives.',
    operationId: 'liveStream',
    response: {
      200: {
        description: 'The stream; it has no end of its own',
        content: { 'text/event-stream': { schema: Type.String() } },
      },
      ...problems({
        429: 'This address reads the stream as often as it may',
        503: 'There are as many readers as there may be, or the service stops or has too much to do',
      }),
    },
  };

  async function open(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await untilAnswering(reply.raw);
    const address = clientNetwork(request);
    readers.admit(address);
    const known = request.headers['last-event-id'];
    const kept = summaries.last();
    const nothing = summaries.isEmpty() ? NOTHING_KEPT : undefined;
    const first = kept ? summaryEvent(kept) : nothing;
    const wait = Math.round(RETRY.least + Math.random() * (RETRY.most - RETRY.least));
    const greeting = first ? comment() : comment('no answer is known yet');

    const { raw: response } = reply;
    reply.hijack();
    observe({ type: 'responded', route: '/live', status: 200, duration: reply.elapsedTime });
    response.writeHead(200, headers);
    if (request.method === 'HEAD') return void response.end();
    response.write(retry(wait) + (first && first.id !== known ? first.text : greeting));
    readers.add({ response, address, seen: first?.id });
  }

  app.get('/live', { schema, config: { isStream: true } }, open);
}
