import { MINUTE } from '../../domain/time/bucket-width.ts';
import { HOUR } from '../../domain/time/time.ts';
import { describeBackOff } from '../../exchanges/back-off.ts';
import type { UpstreamStatus } from '../../stores/upstream-status.ts';
import { KINDS, pick, uniform } from '../noise.ts';

/** Upstreams of one kind. */
export interface Group {
  /** Differs between groups. */
  readonly id: number;
  readonly size: number;
  /** Between two requests to one of them, in milliseconds. */
  readonly intervalMs: number;
  readonly failures: readonly [string, ...string[]];
  readonly refusals: readonly [string, ...string[]];
}

/** One upstream of a group in a state other than ok. Times in epoch milliseconds. */
interface Incident {
  readonly index: number;
  readonly state: 'failing' | 'resting';
  readonly reason: string;
  readonly from: number;
  readonly to: number;
}

/** In each window, one upstream of a group fails for a while, and then another one rests. */
const WINDOW_MS = 3 * HOUR;

/** Windows without an incident of an upstream after which it counts as ok since then. */
const MAX_WINDOWS = 100;

/** Groups are a quarter of a window apart, so that at any time one upstream at least is not ok. */
const startOf = ({ id }: Group, window: number): number => (window + id / 4) * WINDOW_MS;

function incidentsOf(group: Group, window: number): readonly Incident[] {
  const { id, size, failures, refusals } = group;
  const random = (part: number) => uniform(KINDS.incident, window, 16 * id + part);
  const first = Math.floor(random(0) * size);
  const second = (first + 1 + Math.floor(random(1) * (size - 1))) % size;
  const at = (minutes: number) => startOf(group, window) + Math.round(minutes * MINUTE);
  const reason = pick(failures, KINDS.incident, window, 16 * id + 8);
  const refusal = pick(refusals, KINDS.incident, window, 16 * id + 9);
  return [
    { index: first, state: 'failing', reason, from: at(12 * random(2)), to: at(70 + 18 * random(3)) },
    {
      index: second,
      state: 'resting',
      reason: refusal,
      from: at(90 + 12 * random(4)),
      to: at(160 + 18 * random(5)),
    },
  ];
}

/** The status of an upstream at a time (epoch milliseconds). It depends only on the arguments. */
export function statusOf(group: Group, index: number, now: number): UpstreamStatus {
  const current = Math.floor(now / WINDOW_MS);
  const lastRequestAt = (time: number) => Math.floor(time / group.intervalMs) * group.intervalMs;
  for (let window = current; window > current - MAX_WINDOWS; window -= 1) {
    const incident = incidentsOf(group, window).find((one) => one.index === index && one.from <= now);
    if (!incident) continue;
    const { state, from, to } = incident;
    const reason =
      state === 'resting' ? describeBackOff({ reason: incident.reason, until: to }) : incident.reason;
    if (now < to) return { state, since: from, reason, lastSuccess: lastRequestAt(from - 1) };
    return { state: 'ok', since: to, lastSuccess: Math.max(to, lastRequestAt(now)) };
  }
  return { state: 'ok', since: (current - MAX_WINDOWS) * WINDOW_MS, lastSuccess: lastRequestAt(now) };
}
