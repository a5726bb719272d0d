import { durationText } from '../domain/time/duration.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import { type CheckResult, failed, ok, warning } from './check-result.ts';

/** What a request and the whole seconds of `Date` may be off by. Milliseconds. */
const UNCERTAIN = 5000;

const ADVICE = 'Set the clock of this machine, and turn on time synchronisation (NTP).';

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low = 0, high = 0] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return (low + high) / 2;
}

/**
 * This machine's clock against those of the hosts that answered.
 *
 * @param clocksAheadMs how far each of them is ahead.
 */
export function checkClock(clocksAheadMs: readonly number[]): CheckResult {
  const name = 'clock';
  const hosts = `${clocksAheadMs.length} ${clocksAheadMs.length === 1 ? 'host' : 'hosts'}`;
  if (clocksAheadMs.length === 0) return warning(name, 'not compared: no host has answered');
  const aheadMs = median(clocksAheadMs);
  const distance = Math.abs(aheadMs);
  if (distance <= UNCERTAIN) return ok(name, `right, to within a few seconds, by the clocks of ${hosts}`);
  const detail = `${durationText(distance)} ${aheadMs > 0 ? 'behind' : 'ahead of'} the clocks of ${hosts}`;
  return distance > CLOCK_TOLERANCE ? failed(name, detail, ADVICE) : warning(name, detail, ADVICE);
}
