import type { Answer } from '../../../src/domain/answer.ts';
import type { SourcesAnswer } from '../../../src/domain/sources/answer.ts';

const HOUR = 3_600_000;

type Hour = readonly [price: number | null, sentiment: number | null];

const direction = (values: readonly (number | null)[]): Answer['price_direction'] => {
  const known = values.filter((value) => value !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (known.length < 2 || first === undefined || last === undefined) return 'unknown';
  if (first === last) return 'flat';
  return last > first ? 'rising' : 'falling';
};

/** An answer with three hours. Its newest sample is `age` milliseconds old. */
export function answerOf(
  hours: readonly [Hour, Hour, Hour],
  { age = 0, source = 'live' as Answer['source'] } = {},
): Answer {
  const asOf = Math.floor((Date.now() - age) / 1000) * 1000;
  const last = Math.floor(asOf / HOUR) * HOUR;
  const write = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');
  const price = direction(hours.map(([value]) => value));
  const sentiment = direction(hours.map(([, value]) => value));
  const isKnown = price !== 'unknown' && sentiment !== 'unknown';
  return {
    hourly_average_of_averages: hours.map(([value, sentiment], index) => ({
      time: write(last - (2 - index) * HOUR),
      price: value,
      sentiment,
      price_samples: value === null ? 0 : 120,
      sentiment_samples: sentiment === null ? 0 : 120,
      complete: index < 2,
    })),
    sentiment_direction: sentiment,
    price_direction: price,
    is_lit: isKnown ? price === 'rising' && sentiment === 'rising' : null,
    as_of: write(asOf),
    stale: age > HOUR,
    source,
  };
}

const EXCHANGES = ['coinbase', 'kraken', 'bitstamp'];
const FEEDS = [
  'coindesk.com',
  'cointelegraph.com',
  'bitcoinmagazine.com',
  'news.bitcoin.com',
  'a-feed-with-a-very-long-name.example',
];

/** A response of `GET /sources` in which the first `failing` exchanges and feeds are failing, with some headlines. */
export function sourcesOf(failing: number, kind: Answer['source'] = 'live'): SourcesAnswer {
  const since = new Date(Date.now() - 50 * HOUR).toISOString();
  const place = (name: string, index: number) => ({
    name,
    state: index < failing ? ('failing' as const) : ('ok' as const),
    since,
    reason:
      index < failing
        ? `${name} cannot be reached: the name could not be resolved; next request after ${since}`
        : null,
    last_success: null,
  });
  const exchanges = kind === 'live' ? EXCHANGES : [kind];
  const feeds = kind === 'live' ? FEEDS : [];
  return {
    price: exchanges.map((name, index) => ({
      ...place(name, index),
      latency_ms: 120,
      price: 1_246_702.53,
      used: true,
    })),
    sentiment: {
      value: 0.12,
      count: 57,
      newest: since,
      feeds: feeds.map((name, index) => ({ ...place(name, index), headlines: 1234 })),
      headlines: feeds.map((source) => ({
        title:
          'Bitcoin climbs past $1,246,702 as exchange-traded funds see record inflows for a third straight week',
        link: 'https://example.com/',
        source,
        published: since,
        score: 0.55,
        label: 'positive' as const,
        because: [
          { what: 'climbs past', points: 0.35 },
          { what: 'record inflows', points: 0.2 },
        ],
      })),
    },
    fear_and_greed: null,
  };
}

/**
 * JavaScript that replaces the response of `/sources`, and the stream of answers by one that the test controls. With
 * `isStill` set, requests for the history never end, so the chart stays as it is.
 */
export const stage = (sources: SourcesAnswer, kind: Answer['source'] = 'live'): string => `
  window.EventSource = class extends EventTarget {
    static CLOSED = 2;
    readyState = 1;
    constructor() {
      super();
      window.stream = this;
      queueMicrotask(() => this.dispatchEvent(new Event('open')));
    }
    close() {}
  };
  const ask = window.fetch;
  window.fetch = (path, options) =>
    path === '/sources'
      ? Promise.resolve(Response.json(${JSON.stringify(sources)}, { headers: { 'data-source': '${kind}' } }))
      : window.isStill && path.startsWith('/history')
        ? new Promise(() => {})
        : ask(path, options);
`;

/** What the stream does: it sends an answer or that there is none, or is lost. */
export type Scene = Answer | 'nothing' | 'lost';

/** JavaScript that plays a scene, and waits until the page has processed it. */
export function play(scene: Scene): string {
  const said = typeof scene === 'string' ? JSON.stringify({ code: 'nothing_known' }) : JSON.stringify(scene);
  const event = typeof scene === 'string' ? 'problem' : 'summary';
  const send = `stream.dispatchEvent(new MessageEvent('${event}', { data: ${JSON.stringify(said)} }));`;
  const lose = `stream.readyState = 0; stream.dispatchEvent(new Event('error'));`;
  const regain = `stream.readyState = 1; stream.dispatchEvent(new Event('open'));`;
  return `${scene === 'lost' ? lose : regain + send}
    await new Promise((done) => setTimeout(done));`;
}
