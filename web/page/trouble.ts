import type { SourcesAnswer } from '../feed/sources.ts';

export type Place = SourcesAnswer['price'][number] | SourcesAnswer['sentiment']['feeds'][number];

/** All places that the service asks: exchanges first, then feeds. */
export const placesOf = ({ price, sentiment }: SourcesAnswer): Place[] => [...price, ...sentiment.feeds];

/** Whether it was asked and did not answer as it should, even if it is left alone until it is asked again. */
export const isInTrouble = ({ state, since }: Place): boolean => state !== 'ok' && since !== null;

/** Whether every place is in trouble, as behind a firewall. */
export function isCutOff(sources: SourcesAnswer | undefined): boolean {
  const places = sources ? placesOf(sources) : [];
  return places.length > 0 && places.every(isInTrouble);
}
