import type { Sample } from '../domain/sample.ts';

/** The values of a sample, in bits. */
export const PRICE = 1;
export const SENTIMENT = 2;

export const valuesOf = ({ price, sentiment }: Sample): number =>
  (price === undefined ? 0 : PRICE) | (sentiment === undefined ? 0 : SENTIMENT);

/** Three days of 30-second samples. */
const MAX_TIMES = 8640;

/**
 * Remembers samples that are stored, so that a source that sends its last day again and again costs no look at the store. The
 * store forgets them whenever one may have been deleted.
 */
export interface KnownSamples {
  /** The samples with a value that is not known to be stored. */
  possiblyNew(samples: readonly Sample[]): readonly Sample[];
  add(samples: readonly Sample[]): void;
  forget(): void;
}

export function createKnownSamples(): KnownSamples {
  const stored = new Map<number, number>();
  /** Added, but not yet in `stored`: a source may send the same list again, which is then not looked at. */
  let added: readonly Sample[] = [];

  function store(): void {
    for (const sample of added) stored.set(sample.time, (stored.get(sample.time) ?? 0) | valuesOf(sample));
    added = [];
  }

  return {
    possiblyNew(samples) {
      if (samples === added) return [];
      store();
      if (stored.size === 0) return samples;
      return samples.filter((sample) => (valuesOf(sample) & ~(stored.get(sample.time) ?? 0)) !== 0);
    },
    add(samples) {
      store();
      if (stored.size + samples.length > MAX_TIMES) stored.clear();
      if (samples.length <= MAX_TIMES) added = samples;
    },
    forget() {
      stored.clear();
      added = [];
    },
  };
}
