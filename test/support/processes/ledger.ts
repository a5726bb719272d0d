import type { TestContext } from 'node:test';
import { type Answer, answer } from '../../../src/domain/answer.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import { summarise } from '../../../src/domain/summary.ts';
import { createModel } from '../../contracts/model.ts';
import { snapshot, startUpstream } from '../upstreams/upstream.ts';

/** A feed that knows by heart what it sent, and so which answers can be right. */
export interface Ledger {
  readonly url: string;
  /** What is wrong with an answer's numbers, whatever of the feed is kept by now; `undefined` if nothing is. */
  judge(given: Answer): string | undefined;
}

const isNear = (one: number, other: number) => Math.abs(one - other) <= 1e-9 * Math.abs(other);

/** Like JSON, with numbers rounded: stores sum in different ways. */
function isSame(given: unknown, right: unknown): boolean {
  if (typeof given === 'number' && typeof right === 'number') return given === right || isNear(given, right);
  if (typeof given !== 'object' || given === null || typeof right !== 'object' || right === null)
    return given === right;
  const names = Object.keys(right);
  return (
    names.length === Object.keys(given).length &&
    names.every((name) => isSame(given[name as never], right[name as never]))
  );
}

/**
 * Each request brings one sample more, of this moment, and all that were before it, as SentiCrypt does. So
 * whatever is kept is the feed's beginning, up to some sample: the one that `as_of` names.
 */
export async function startLedger(t: TestContext): Promise<Ledger> {
  const sent: Required<Sample>[] = [];
  const right = new Map<string, Answer>();
  const model = createModel();

  function next(): void {
    const count = sent.length;
    const time = Math.max((sent.at(-1)?.time ?? 0) + 1, Date.now());
    const sample = { time, price: 30_000 + ((count * 37) % 1000), sentiment: ((count * 7) % 100) / 100 };
    sent.push(sample);
    model.append([sample]);
    const hours = model.threeHours(time);
    if (!hours) return;
    const kept = answer(summarise(hours), { stale: false, source: 'senticrypt' });
    right.set(kept.as_of, kept);
  }

  const upstream = await startUpstream(t, (_request, response) => {
    next();
    response.end(JSON.stringify(sent.map(({ time, price, sentiment }) => snapshot(time, price, sentiment))));
  });
  return {
    url: upstream.url,
    judge(given) {
      const expected = right.get(given.as_of);
      if (!expected) return `nothing was sent at ${given.as_of}`;
      if (isSame({ ...given, stale: false }, expected)) return undefined;
      return `${JSON.stringify(given)} is not ${JSON.stringify(expected)}`;
    },
  };
}
