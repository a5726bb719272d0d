import type { TestContext } from 'node:test';
import { type Answer, answer } from '../../../src/domain/answer.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import { summarise } from '../../../src/domain/summary.ts';
import { createModel } from '../../contracts/model.ts';
import { snapshot, startUpstream } from './upstream.ts';

/** A SentiCrypt feed that remembers what it sent, and can therefore check answers. */
export interface CheckedFeed {
  readonly url: string;
  /** Describes what is wrong with an answer's numbers; `undefined` if the store can contain such samples. */
  findMistake(given: Answer): string | undefined;
}

const isNear = (one: number, other: number) => Math.abs(one - other) <= 1e-9 * Math.abs(other);

/** Compares JSON values. Numbers may differ by rounding, because stores sum in different ways. */
function isNearlyEqual(given: unknown, right: unknown): boolean {
  if (typeof given === 'number' && typeof right === 'number') return given === right || isNear(given, right);
  if (typeof given !== 'object' || given === null || typeof right !== 'object' || right === null)
    return given === right;
  const names = Object.keys(right);
  return (
    names.length === Object.keys(given).length &&
    names.every((name) => isNearlyEqual(given[name as never], right[name as never]))
  );
}

/**
 * Each response contains all earlier samples and a new one, as SentiCrypt's do. So a store contains the feed's samples
 * up to some sample, whose time is `as_of`.
 */
export async function startCheckedFeed(t: TestContext): Promise<CheckedFeed> {
  const sent: Required<Sample>[] = [];
  const expectedAnswers = new Map<string, Answer>();
  const model = createModel();

  function sendSample(): void {
    const count = sent.length;
    const time = Math.max((sent.at(-1)?.time ?? 0) + 1, Date.now());
    const sample = { time, price: 30_000 + ((count * 37) % 1000), sentiment: ((count * 7) % 100) / 100 };
    sent.push(sample);
    model.append([sample]);
    const hours = model.threeHours(time);
    if (!hours) return;
    const expected = answer(summarise(hours), { stale: false, source: 'senticrypt' });
    expectedAnswers.set(expected.as_of, expected);
  }

  const upstream = await startUpstream(t, (_request, response) => {
    sendSample();
    response.end(JSON.stringify(sent.map(({ time, price, sentiment }) => snapshot(time, price, sentiment))));
  });
  return {
    url: upstream.url,
    findMistake(given) {
      const expected = expectedAnswers.get(given.as_of);
      if (!expected) return `no sample was sent at ${given.as_of}`;
      if (isNearlyEqual({ ...given, stale: false }, expected)) return undefined;
      return `${JSON.stringify(given)} is not ${JSON.stringify(expected)}`;
    },
  };
}
