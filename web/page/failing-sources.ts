import type { SourcesAnswer } from '../feed/sources.ts';

export type Place = SourcesAnswer['price'][number] | SourcesAnswer['sentiment']['feeds'][number];

/** All upstreams: exchanges first, then feeds. */
export const placesOf = ({ price, sentiment }: SourcesAnswer): Place[] => [...price, ...sentiment.feeds];

/** Whether the last request to it failed, including while it is paused before the next try. */
export const hasFailed = ({ state, since }: Place): boolean => state !== 'ok' && since !== null;

/** Whether every upstream fails, as behind a firewall. */
export function isEverythingFailing(sources: SourcesAnswer | undefined): boolean {
  const places = sources ? placesOf(sources) : [];
  return places.length > 0 && places.every(hasFailed);
}
