import type { UpstreamReport } from './sources/report.ts';

/** An upstream whose last request failed. */
export interface UpstreamTrouble {
  readonly name: string;
  /** One line that may be shown to users. */
  readonly reason: string;
}

const MAX_NAMES = 3;

/** Joins names, and replaces all after the third by their number. */
export function listOf(names: readonly string[]): string {
  const others = names.length - MAX_NAMES;
  if (others <= 1) return names.join(', ');
  return `${names.slice(0, MAX_NAMES).join(', ')} and ${others} others`;
}

/** Returns one line for each reason, with the names of its upstreams. */
export function describeTroubles(troubles: readonly UpstreamTrouble[]): string[] {
  const names = new Map<string, string[]>();
  for (const { name, reason: whole } of troubles) {
    const reason = whole.replace(/^the source /, '');
    names.set(reason, [...(names.get(reason) ?? []), name]);
  }
  return [...names].map(([reason, list]) => `${listOf(list)}: ${reason}`);
}

/** The upstreams of a report whose last request failed. */
export function troublesOf(reports: readonly UpstreamReport[]): UpstreamTrouble[] {
  return reports.flatMap(({ name, state, since, reason }) =>
    state === 'ok' || since === undefined || reason === undefined ? [] : [{ name, reason }],
  );
}
