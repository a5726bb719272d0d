import { type CheckResult, failed, ok, warning } from '../domain/check-result.ts';
import { durationText } from '../domain/time/duration.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';

/** The error of a measurement: the duration of a request, and the whole seconds of `Date`. */
const UNCERTAINTY_MS = 5000;

const ADVICE = 'Set the clock of this machine, and turn on time synchronisation (NTP).';

/** @param clocksAheadMs how far the clock of each host is ahead of this machine's. */
export function checkClock(clocksAheadMs: readonly number[]): CheckResult {
  const name = 'clock';
  const count = clocksAheadMs.length;
  const hosts = `${count} ${count === 1 ? 'host' : 'hosts'}`;
  if (count === 0) return warning(name, 'not checked: no host answered');
  // The median: of three clocks or more, a single wrong one does not count.
  const sorted = clocksAheadMs.toSorted((one, other) => one - other);
  const [low = 0, high = 0] = [sorted[Math.floor((count - 1) / 2)], sorted[Math.floor(count / 2)]];
  const aheadMs = (low + high) / 2;
  const differenceMs = Math.abs(aheadMs);
  if (differenceMs <= UNCERTAINTY_MS)
    return ok(name, `correct within a few seconds, by the clocks of ${hosts}`);
  const detail = `${durationText(differenceMs)} ${aheadMs > 0 ? 'behind' : 'ahead of'} the clocks of ${hosts}`;
  return differenceMs > CLOCK_TOLERANCE ? failed(name, detail, ADVICE) : warning(name, detail, ADVICE);
}
