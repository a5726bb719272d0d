import type { TestContext } from 'node:test';
import type { Answer } from '../../../src/domain/answer.ts';
import { startLedger } from '../processes/ledger.ts';
import { startOutside } from './live.ts';

/** Where a service's samples come from, and how its answers can be judged. */
export interface World {
  readonly environment: Readonly<Record<string, string>>;
  /** From which age on it calls an answer stale. Milliseconds. */
  readonly staleAfter: number;
  /** How long a refresh brings nothing after one that did. Milliseconds. */
  readonly tick: number;
  /** What is wrong with an answer's numbers, whatever is kept by now; `undefined` if nothing is. */
  judge(given: Answer): string | undefined;
}

/** A feed of SentiCrypt's form that knows by heart what it sent. */
export async function feedOfSenticrypt(t: TestContext): Promise<World> {
  const { url, judge } = await startLedger(t);
  return { environment: { SOURCE: 'senticrypt', SENTICRYPT_URL: url }, staleAfter: 1000, tick: 0, judge };
}

/** What the market of `startOutside` can be at all. */
const LOW = 59_900;
const HIGH = 60_100;

function judgeLive({ hourly_average_of_averages: hours }: Answer): string | undefined {
  const isRight = ({ price, sentiment }: (typeof hours)[number]) =>
    (price === null || (price >= LOW && price <= HIGH)) &&
    (sentiment === null || (sentiment >= -1 && sentiment <= 1));
  return hours.every(isRight) ? undefined : `${JSON.stringify(hours)} was never so`;
}

/** Three exchanges in one calm market, four feeds and the index. A sample is of its second's beginning. */
export async function liveOutside(t: TestContext): Promise<World> {
  const { environment } = await startOutside(t);
  return { environment, staleAfter: 2500, tick: 1000, judge: judgeLive };
}
