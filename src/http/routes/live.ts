import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { SourceName } from '../../domain/answer.ts';
import type { KeptSummary } from '../../domain/summary.ts';
import type { Live } from '../../service/live-updates.ts';
import type { Observe } from '../../service/observer.ts';
import type { Summaries } from '../../service/summary.ts';
import type { Preparer } from '../caching/prepared-answer.ts';
import { clientNetwork } from '../clients/network.ts';
import { CORS_HEADERS, commonHeaders } from '../headers.ts';
import type { ConnectionLimits } from '../limits/connections.ts';
import { NO_SAMPLE, problem } from '../problem.ts';
import { problems } from '../problem-responses.ts';
import { comment, event, retry } from '../streaming/event-stream.ts';
import { createReaders } from '../streaming/live-readers.ts';
import { openRawStream } from '../streaming/raw-response.ts';

export interface LiveRouteOptions {
  readonly live: Live;
  readonly summaries: Summaries;
  readonly prepared: Preparer;
  readonly source: SourceName;
  readonly clock: () => number;
  readonly observe: Observe;
  readonly connections: ConnectionLimits;
  readonly maxLiveReaders: number;
  readonly maxLiveReadersPerAddress: number;
}

/** Readers whose streams ended together come back one after the other. Milliseconds. */
const RETRY = { least: 1000, most: 5000 } as const;

/** What readers get while the store holds no sample: what `GET /is-bitcoin-lit` answers then. */
const NOTHING_KEPT = {
  id: 'no-sample',
  text: event('problem', 'no-sample', JSON.stringify(problem(503, 'nothing_known', NO_SAMPLE))),
};

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // What nginx takes for: pass it on as it comes.
  'X-Accel-Buffering': 'no',
};

/** `GET /live`: the answer as server-sent events, on connecting and on each change. */
export function liveRoute(app: FastifyInstance, options: LiveRouteOptions): void {
  const { live, summaries, prepared, source, clock, observe, connections } = options;
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

  function open(request: FastifyRequest, reply: FastifyReply): void {
    const address = clientNetwork(request);
    readers.admit(address);
    const known = request.headers['last-event-id'];
    const kept = summaries.last();
    const nothing = summaries.isEmpty() ? NOTHING_KEPT : undefined;
    const first = kept ? summaryEvent(kept) : nothing;
    const wait = Math.round(RETRY.least + Math.random() * (RETRY.most - RETRY.least));
    const { raw: response } = reply;
    if (request.method !== 'HEAD') connections.enter(request, response);
    reply.hijack();
    observe({ type: 'responded', route: '/live', status: 200, duration: reply.elapsedTime });
    if (request.method === 'HEAD')
      return void response.writeHead(200, { ...headers, Connection: 'close' }).end();
    const news = first ? (first.id === known ? comment() : first.text) : comment('no answer is known yet');
    const stream = openRawStream(request.raw, response, headers, retry(wait) + news);
    readers.add({ stream, address, seen: first?.id });
  }

  app.get('/live', { schema, config: { isStream: true } }, open);
}
