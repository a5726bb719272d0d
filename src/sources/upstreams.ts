import type { SourceName } from '../domain/answer.ts';
import { durationText } from '../domain/time/duration.ts';
import type { Outbound } from '../outbound/client.ts';
import type { LiveSettings } from './live/open.ts';
import { createSenticryptSource } from './senticrypt.ts';
import type { Probe, Upstreams } from './upstream.ts';

export interface UpstreamsOptions {
  readonly name: Exclude<SourceName, 'simulated'>;
  readonly senticryptUrl: string;
  readonly staleAfterMs: number;
  readonly live: LiveSettings;
}

/** One feed with both price and sentiment. */
function senticryptUpstreams(url: string, staleAfterMs: number): Upstreams {
  const newest: { price?: number; sentiment?: number } = {};

  async function probe(outbound: Outbound, now: number, signal: AbortSignal): Promise<Probe> {
    const source = createSenticryptSource({ url, outbound });
    const { samples, rejections } = await source.pull({ now, newest: {}, signal });
    for (const { time, price, sentiment } of samples) {
      if (price !== undefined) newest.price = Math.max(time, newest.price ?? 0);
      if (sentiment !== undefined) newest.sentiment = Math.max(time, newest.sentiment ?? 0);
    }
    const rejected = [...rejections.values()].reduce((sum, count) => sum + count, 0);
    const ageMs = now - Math.max(newest.price ?? 0, newest.sentiment ?? 0);
    return {
      found: `${samples.length.toLocaleString('en')} ${samples.length === 1 ? 'sample' : 'samples'}`,
      ...(rejected > 0 && { warning: `${rejected.toLocaleString('en')} records are not valid` }),
      ...(samples.length > 0 &&
        ageMs > staleAfterMs && { warning: `the newest sample is ${durationText(ageMs)} old` }),
    };
  }

  return {
    list: [{ name: 'senticrypt', kind: 'feed', setting: 'SENTICRYPT_URL', probe }],
    outcomes: (now) =>
      (['price', 'sentiment'] as const).map((name) => {
        const time = newest[name];
        return {
          name,
          value: time === undefined ? undefined : `newest is ${durationText(now - time)} old`,
          reason: time === undefined ? 'the feed gave none' : undefined,
        };
      }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** The upstreams of the source that `openSource` opens. */
export async function openUpstreams(options: UpstreamsOptions): Promise<Upstreams> {
  if (options.name === 'senticrypt') return senticryptUpstreams(options.senticryptUrl, options.staleAfterMs);
  const { liveUpstreams } = await import('./live/upstreams.ts');
  return liveUpstreams(options.live);
}
