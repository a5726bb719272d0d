import { HORIZON_NAMES, HORIZONS, type HorizonName } from '../domain/past/track-record-answer.ts';
import { BLOCK, bootstrapDifference, COLUMNS, type Difference } from './bootstrap.ts';
import { LIT, NOT_LIT, type RecordHours } from './hours.ts';
import { median } from './median.ts';

/** With fewer independent lit hours, or hours not lit, nothing is said. */
export const MIN_INDEPENDENT_HOURS = 40;

/** The hours of the answer. With the horizon, they are what a verdict and the price after it depend on. */
const ANSWER_HOURS = 3;

/** In shares: a joint interval that contains 0 and is wider says nothing. */
const WIDEST = 0.2;

/** Long enough for the daily rhythm of trading. */
const SHORTEST_BLOCK = 24;

/** More blocks would take longer and tell no more. */
const MOST_BLOCKS = 300;

/** Hours between two yields: less than a millisecond. */
const PER_YIELD = 10_000;

/** Hours of a kind, and the changes of the price after them. */
export interface Group {
  readonly hours: number;
  /** Those with a known price at their end and at the horizon. The rest is about these. */
  readonly known: number;
  /** The share of hours after which the price was higher; `undefined` without any. */
  readonly higher: number | undefined;
  /** Relative: 0.01 is 1 %. */
  readonly medianChange: number | undefined;
  readonly meanChange: number | undefined;
}

export interface HorizonRecord {
  readonly horizon: HorizonName;
  readonly lit: Group;
  readonly notLit: Group;
  /** Also those with an unknown verdict. */
  readonly all: Group;
  /** How many lit hours, and how many not lit, share no sample, counting those of the answer and of the price after. */
  readonly independentHours: { readonly lit: number; readonly notLit: number };
  /** `undefined` if there are too few independent hours, or no interval can be computed. It may be too wide to say anything. */
  readonly difference: Difference | undefined;
  /**
   * `too_few`: too few independent hours, or too wide an interval. `no_variation`: the difference does not vary from block to
   * block, so that no interval can be computed. So it is if the price was always higher after hours of each kind, or never.
   */
  readonly finding: 'more_often' | 'less_often' | 'no_different' | 'too_few' | 'no_variation';
}

/** Hours per block: more than the horizon and the hours of the answer, so that few windows cross into the next block. */
function blockLength(horizon: number, hours: number): number {
  return Math.max(2 * (horizon + ANSWER_HOURS), SHORTEST_BLOCK, Math.ceil(hours / MOST_BLOCKS));
}

/** For the changes of each kind of hours. It is used again, since megabytes of new buffers make V8 collect garbage. */
export interface Room extends Readonly<Record<'lit' | 'notLit' | 'all', Float64Array>> {
  readonly length: number;
}

/** Counts the hours of a kind. */
class Tally {
  readonly #changes: Float64Array;
  hours = 0;
  known = 0;
  #higher = 0;
  #sum = 0;
  /** The first hour that depends on no sample of the last one that was counted. */
  #free = 0;
  independent = 0;

  /** @param changes has room for all. */
  constructor(changes: Float64Array) {
    this.#changes = changes;
  }

  add(index: number, change: number, isHigher: boolean, span: number): void {
    this.#changes[this.known] = change;
    this.known += 1;
    this.#sum += change;
    if (isHigher) this.#higher += 1;
    if (index < this.#free) return;
    this.independent += 1;
    this.#free = index + span;
  }

  group(): Group {
    const { hours, known } = this;
    if (known === 0) {
      return { hours, known, higher: undefined, medianChange: undefined, meanChange: undefined };
    }
    return {
      hours,
      known,
      higher: this.#higher / known,
      medianChange: median(this.#changes.subarray(0, known)),
      meanChange: this.#sum / known,
    };
  }
}

function findingOf(difference: Difference | undefined, hasEnough: boolean): HorizonRecord['finding'] {
  if (!hasEnough) return 'too_few';
  if (!difference) return 'no_variation';
  const { low, high } = difference.joint;
  if (low > 0) return 'more_often';
  if (high < 0) return 'less_often';
  return high - low > WIDEST ? 'too_few' : 'no_different';
}

/** The blocks that hold any of the compared hours. */
function filled(blocks: Float64Array): Float64Array {
  const parts: number[] = [];
  for (let at = 0; at < blocks.length; at += BLOCK) {
    const block = blocks.subarray(at, at + BLOCK);
    if ((block[COLUMNS.lit] ?? 0) + (block[COLUMNS.notLit] ?? 0) > 0) parts.push(...block);
  }
  return Float64Array.from(parts);
}

function* recordOf(
  { verdicts, lastPrices, firstPrices }: RecordHours,
  name: HorizonName,
  room: Room,
): Generator<undefined, HorizonRecord> {
  const { hours: horizon } = HORIZONS[name];
  const { length } = verdicts;
  let withSamples = 0;
  for (const verdict of verdicts) if (verdict !== 0) withSamples += 1;
  const ofBlock = blockLength(horizon, withSamples);
  const blocks = new Float64Array(Math.ceil(length / ofBlock) * BLOCK);
  const [lit, notLit, all] = [new Tally(room.lit), new Tally(room.notLit), new Tally(room.all)];
  // The price after is in the hour that begins at the horizon.
  const span = horizon + ANSWER_HOURS + 1;

  function count(index: number): void {
    const verdict = verdicts[index];
    if (verdict === 0) return;
    const tally = verdict === LIT ? lit : verdict === NOT_LIT ? notLit : undefined;
    all.hours += 1;
    if (tally) tally.hours += 1;
    const before = lastPrices[index] as number;
    // The hour that begins at the horizon, within the range.
    const after = index + 1 + horizon < length ? (firstPrices[index + 1 + horizon] as number) : Number.NaN;
    const change = after / before - 1;
    if (Number.isNaN(change)) return;
    const isHigher = after > before;
    all.add(index, change, isHigher, span);
    if (!tally) return;
    tally.add(index, change, isHigher, span);
    const at = Math.floor(index / ofBlock) * BLOCK + (tally === lit ? COLUMNS.lit : COLUMNS.notLit);
    blocks[at] = (blocks[at] as number) + 1;
    if (isHigher) blocks[at + 1] = (blocks[at + 1] as number) + 1;
  }

  for (let from = 0; from < length; from += PER_YIELD) {
    for (let index = from; index < Math.min(from + PER_YIELD, length); index += 1) count(index);
    yield;
  }
  const groups: Group[] = [];
  for (const tally of [lit, notLit, all]) {
    yield;
    groups.push(tally.group());
  }
  yield;
  const hasEnough = Math.min(lit.independent, notLit.independent) >= MIN_INDEPENDENT_HOURS;
  const difference = hasEnough ? yield* bootstrapDifference(filled(blocks), HORIZON_NAMES.length) : undefined;
  return {
    horizon: name,
    lit: groups[0] as Group,
    notLit: groups[1] as Group,
    all: groups[2] as Group,
    independentHours: { lit: lit.independent, notLit: notLit.independent },
    difference,
    finding: findingOf(difference, hasEnough),
  };
}

export function createRoom(length: number): Room {
  const column = () => new Float64Array(length);
  return { length, lit: column(), notLit: column(), all: column() };
}

/**
 * The record of a range at all horizons. Yields between pieces of work of a millisecond or two.
 *
 * @param room at least as long as the hours, and used by no other record meanwhile.
 */
export function* trackRecord(hours: RecordHours, room: Room): Generator<undefined, readonly HorizonRecord[]> {
  const records: HorizonRecord[] = [];
  for (const name of HORIZON_NAMES) records.push(yield* recordOf(hours, name, room));
  return records;
}
