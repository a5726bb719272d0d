import { HORIZON_NAMES, HORIZONS } from '../../src/domain/past/track-record-answer.ts';
import { createJudge } from '../../src/domain/past/verdict.ts';
import { collectHours } from '../../src/track-record/hours.ts';
import { createRoom, type HorizonRecord, trackRecord } from '../../src/track-record/track-record.ts';
import { columnsOf } from '../support/hour-columns.ts';
import { effectOf, type KINDS, type Market, makeMarket, START } from './markets.ts';

const HOUR = 3_600_000;
const YEAR = 365 * 24;

export function runToEnd<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The record of a market. */
export function recordOf({ hours }: Market): readonly HorizonRecord[] {
  const collected = collectHours({ from: START, to: START + hours.length * HOUR });
  collected.add(createJudge()(columnsOf(hours, START)));
  return runToEnd(trackRecord(collected.hours, createRoom(hours.length)));
}

const isClaim = ({ finding }: HorizonRecord): boolean => finding === 'more_often' || finding === 'less_often';

/** The largest number of successes that a chance of `share` exceeds in less than 2.5 % of cases. */
export function mostByChance(tries: number, share: number): number {
  let [chance, sum] = [(1 - share) ** tries, 0];
  for (let count = 0; count <= tries; count += 1) {
    sum += chance;
    if (sum >= 0.975) return count;
    chance *= ((tries - count) / (count + 1)) * (share / (1 - share));
  }
  return tries;
}

/** @returns whether a bound is missed. */
export function calibrate(options: {
  markets: number;
  found: number;
  years: number;
  /** Of the markets with an effect: how many standard deviations the mean change after lit hours differs. */
  drift: number;
  seed: number;
  kinds: readonly (keyof typeof KINDS)[];
  print: (line: string) => void;
}): boolean {
  const { markets, found, years, drift, seed, kinds, print } = options;
  const length = Math.round(years * YEAR);
  let isMissed = false;
  const check = (line: string, isMet: boolean) => {
    print(`${line}: ${isMet ? 'met' : 'MISSED'}`);
    isMissed ||= !isMet;
  };

  for (const kind of kinds) {
    let [claims, tooFew] = [0, 0];
    const byHorizon = HORIZON_NAMES.map(() => 0);
    const outside = HORIZON_NAMES.map(() => 0);
    for (let market = 0; market < markets; market += 1) {
      const records = recordOf(makeMarket(length, seed * 1_000_003 + market, kind));
      if (records.some(isClaim)) claims += 1;
      if (records.every(({ finding }) => finding === 'too_few')) tooFew += 1;
      for (const [index, record] of records.entries()) {
        if (isClaim(record)) byHorizon[index] = (byHorizon[index] ?? 0) + 1;
        const { low = -1, high = 1 } = record.difference?.interval ?? {};
        if (low > 0 || high < 0) outside[index] = (outside[index] ?? 0) + 1;
      }
    }
    const most = mostByChance(markets, 0.05);
    check(
      `${kind}, no effect, ${years} years: ${claims} of ${markets} markets with a claim (at most ${most}); ` +
        `by horizon ${byHorizon.join(' ')}; 95 % intervals without 0: ${outside.join(' ')}; ${tooFew} too few to say`,
      claims <= most,
    );
  }
  if (found === 0) return isMissed;
  for (const name of HORIZON_NAMES) {
    const { hours: horizon } = HORIZONS[name];
    const effect = effectOf(horizon, drift, 'plain');
    let [finds, findsThere, change, deviation] = [0, 0, 0, 0];
    for (let market = 0; market < found; market += 1) {
      const made = makeMarket(length, seed * 2_000_003 + market, 'plain', effect);
      const records = recordOf(made);
      if (records.some(({ finding }) => finding === 'more_often')) finds += 1;
      const record = records.find((one) => one.horizon === name);
      if (record?.finding === 'more_often') findsThere += 1;
      change += ((record?.lit.meanChange ?? 0) - (record?.notLit.meanChange ?? 0)) / found;
      deviation += (record?.difference?.value ?? 0) / found;
    }
    check(
      `plain, drift of ${drift} standard deviations over ${horizon} h after lit hours, ${years} years: found in ${finds} of ${found}, ` +
        `at this horizon in ${findsThere} (mean change differs by ${(change / (0.006 * Math.sqrt(horizon))).toFixed(3)} deviations, share by ${(100 * deviation).toFixed(1)} points)`,
      finds >= 0.9 * found,
    );
  }
  return isMissed;
}
