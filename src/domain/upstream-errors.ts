import type { PlaceReport } from './sources-report.ts';

/** One of several places that a source asks, and why it gave nothing: in one line, fit for readers. */
export interface PlaceTrouble {
  readonly name: string;
  readonly reason: string;
}

/** Names in a line; of more only how many. */
const MOST_NAMES = 3;

export function listOf(names: readonly string[]): string {
  const others = names.length - MOST_NAMES;
  if (others <= 1) return names.join(', ');
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${others} others`;
}

/** A line for each reason, with the places that have it. */
export function describeTroubles(troubles: readonly PlaceTrouble[]): string[] {
  const names = new Map<string, string[]>();
  for (const { name, reason: whole } of troubles) {
    const reason = whole.replace(/^the source /, '');
    names.set(reason, [...(names.get(reason) ?? []), name]);
  }
  return [...names].map(([reason, list]) => `${listOf(list)}: ${reason}`);
}

/** The upstreams of a report whose last request failed. */
export function troublesOf(reports: readonly PlaceReport[]): PlaceTrouble[] {
  return reports.flatMap(({ name, state, since, reason }) =>
    state === 'ok' || since === undefined || reason === undefined ? [] : [{ name, reason }],
  );
}
