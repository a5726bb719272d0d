import type { SourceName } from '../domain/answer.ts';
import { durationText } from '../domain/time/duration.ts';
import type { Outbound } from '../outbound/client.ts';
import type { LiveSettings } from './live/open.ts';
import { createSenticryptSource } from './senticrypt.ts';
import type { Look, Places } from './upstream.ts';

export interface PlacesOptions {
  readonly name: SourceName;
  readonly senticryptUrl: string;
  /** Age from which an answer is stale. Milliseconds. */
  readonly staleAfter: number;
  readonly live: LiveSettings;
}

/** SentiCrypt v1's form is price and sentiment in one list. */
function senticryptPlaces(url: string, staleAfter: number): Places {
  const newest: { price?: number; sentiment?: number } = {};

  async function look(outbound: Outbound, now: number, signal: AbortSignal): Promise<Look> {
    const { samples, rejections } = await createSenticryptSource({ url, outbound }).pull({
      now,
      newest: {},
      signal,
    });
    for (const { time, price, sentiment } of samples) {
      if (price !== undefined) newest.price = Math.max(time, newest.price ?? 0);
      if (sentiment !== undefined) newest.sentiment = Math.max(time, newest.sentiment ?? 0);
    }
    const rejected = [...rejections.values()].reduce((sum, count) => sum + count, 0);
    const age = now - Math.max(newest.price ?? 0, newest.sentiment ?? 0);
    return {
      found: `${samples.length.toLocaleString('en')} ${samples.length === 1 ? 'sample' : 'samples'}`,
      ...(rejected > 0 && { doubt: `${rejected.toLocaleString('en')} records are not valid` }),
      ...(samples.length > 0 &&
        age > staleAfter && { doubt: `the newest sample is ${durationText(age)} old` }),
    };
  }

  return {
    list: [{ name: 'senticrypt', kind: 'feed', setting: 'SENTICRYPT_URL', look }],
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

const NO_PLACES: Places = {
  list: [],
  outcomes: () => [],
  [Symbol.asyncDispose]: async () => undefined,
};

/** The places that a source asks, each to be asked alone. They are those of `openSource`. */
export async function openPlaces({ name, senticryptUrl, staleAfter, live }: PlacesOptions): Promise<Places> {
  switch (name) {
    case 'live': {
      const { livePlaces } = await import('./live/upstreams.ts');
      return livePlaces(live);
    }
    case 'senticrypt':
      return senticryptPlaces(senticryptUrl, staleAfter);
    case 'simulated':
      return NO_PLACES;
  }
}
