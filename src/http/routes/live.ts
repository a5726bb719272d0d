import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { SourceName } from '../../domain/answer.ts';
import type { SummaryWithFreshness } from '../../domain/summary.ts';
import type { WatchAnswer } from '../../service/live-updates.ts';
import type { Observe } from '../../service/observer.ts';
import type { Summaries } from '../../service/summary.ts';
import type { Prepare } from '../caching/prepared-answer.ts';
import { clientNetwork } from '../clients/network.ts';
import { CORS_HEADERS, commonHeaders } from '../headers.ts';
import type { CountLongResponse } from '../limits/connections.ts';
import { NO_SAMPLES, problem, problemResponses } from '../problem.ts';
import { comment, event, retry } from '../streaming/event-stream.ts';
import { createLiveReaders } from '../streaming/live-readers.ts';
import { openRawStream } from '../streaming/raw-response.ts';

export interface LiveRouteOptions {
  readonly watchAnswer: WatchAnswer;
  readonly summaries: Summaries;
  readonly prepare: Prepare;
  readonly source: SourceName;
  readonly clock: () => number;
  readonly observe: Observe;
  readonly countLongResponse: CountLongResponse;
  readonly maxLiveReaders: number;
  readonly maxLiveReadersPerAddress: number;
  /**
   * Counts a reader among those of all processes behind one port, until the returned function is called. `undefined` if this
   * process is alone.
   *
   * @throws HttpError like `tooManyReaders` and `tooManyOfAddress`.
   */
  readonly shareReader?: ((address: string) => Promise<() => void>) | undefined;
}

/** A random delay in this range spreads the reconnects of readers whose streams ended together. */
const RETRY_MS = { min: 1000, max: 5000 } as const;

/** The same problem as that of `GET /is-bitcoin-lit`. */
const NO_SAMPLES_EVENT = {
  id: 'no-sample',
  text: event('problem', 'no-sample', JSON.stringify(problem(503, 'nothing_known', NO_SAMPLES))),
};

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // Makes nginx pass the stream on without buffering.
  'X-Accel-Buffering': 'no',
};

/** `GET /live`: the answer as server-sent events, on connect and on each change. */
export function liveRoute(app: FastifyInstance, options: LiveRouteOptions): void {
  const { watchAnswer, summaries, prepare, source, clock, observe, countLongResponse, shareReader } = options;
  const headers = { ...commonHeaders(source), ...CORS_HEADERS, ...HEADERS };
  let unwatch: (() => void) | undefined;
  const readers = createLiveReaders({
    max: options.maxLiveReaders,
    maxPerAddress: options.maxLiveReadersPerAddress,
    onCount(count) {
      observe({ type: 'live_readers', count });
      if (count > 0) {
        unwatch ??= watchAnswer((latest) => readers.send(latest ? summaryEvent(latest) : NO_SAMPLES_EVENT));
      } else {
        unwatch?.();
        unwatch = undefined;
      }
    },
    onDropped: () => observe({ type: 'live_dropped', reason: 'slow' }),
  });
  app.addHook('preClose', () => readers.end());

  /** The id is the entity tag without quotes, so it is the same in every process. */
  function summaryEvent(latest: SummaryWithFreshness): { id: string; text: string } {
    const { etag, body } = prepare(latest, clock());
    const id = etag.slice(1, -1);
    return { id, text: event('summary', id, body) };
  }

  const schema = {
    summary: 'The answer, on each change',
    description:
      'Server-sent events. `summary` has the JSON of `GET /is-bitcoin-lit`. It is sent on connect and on each change, also of `stale`. ' +
      '`problem` has the problem details of `GET /is-bitcoin-lit`. It means that the store has no samples, until the next `summary`. ' +
      'With `Last-Event-ID`, a reader does not get the same event again. A comment every 15 s keeps the connection open.',
    operationId: 'liveStream',
    response: {
      200: {
        description: 'A stream that stays open',
        content: { 'text/event-stream': { schema: Type.String() } },
      },
      ...problemResponses({
        429: 'This address has reached its limit of readers',
        503: 'The service has reached its limit of readers, is overloaded, or is stopping',
      }),
    },
  };

  function open(request: FastifyRequest, reply: FastifyReply): void {
    const address = clientNetwork(request);
    readers.admit(address);
    const latest = summaries.latest();
    const noSamples = summaries.isEmpty() ? NO_SAMPLES_EVENT : undefined;
    const first = latest ? summaryEvent(latest) : noSamples;
    const retryMs = Math.round(RETRY_MS.min + Math.random() * (RETRY_MS.max - RETRY_MS.min));
    const { raw: response } = reply;
    const isHead = request.method === 'HEAD';
    if (!isHead && !shareReader) countLongResponse(request, response);
    reply.hijack();
    observe({ type: 'responded', route: '/live', status: 200, duration: reply.elapsedTime });
    if (isHead) return void response.writeHead(200, { ...headers, Connection: 'close' }).end();
    const isKnown = first?.id === request.headers['last-event-id'];
    const news = first && isKnown ? comment() : (first?.text ?? comment('no answer yet'));
    const stream = openRawStream(request.raw, response, headers, retry(retryMs) + news);
    readers.add({ stream, address, lastId: first?.id });
  }

  /** Waits for the counts of all processes. */
  async function openShared(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { raw: response } = reply;
    const release = await shareReader?.(clientNetwork(request));
    if (release) response.once('close', release);
    if (response.closed) return void release?.();
    if (request.method !== 'HEAD') await countLongResponse(request, response);
    if (!response.closed) open(request, reply);
  }

  app.get('/live', { schema, config: { isStream: true } }, shareReader ? openShared : open);
}
