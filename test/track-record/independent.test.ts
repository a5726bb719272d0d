import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PYTHON_TOOLS } from '../../scripts/python-tools.ts';
import type { Sample } from '../../src/domain/sample.ts';
import { needsPython } from '../support/clients/python.ts';
import { json } from '../support/processes/service.ts';
import { STORES, startKept } from '../support/stores/kept.ts';
import { makeMarket, START } from './markets.ts';

const SCRIPT = fileURLToPath(new URL('independent.py', import.meta.url));
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = START + 700 * DAY;

/** Samples of a market: some a minute apart, with gaps, and with one value only. */
function samplesOf(days: number): Sample[] {
  const { hours } = makeMarket(days * 24, 5, 'wild');
  return hours.flatMap(({ start, firstPrice = 0, lastPrice = 0, sentiment = 0 }, index) => {
    if (index % 211 < 3) return [];
    const at = (minute: number, price: number): Sample => ({
      time: start + minute * 60_000,
      price,
      sentiment,
    });
    const last = { time: start + HOUR - 1, price: lastPrice };
    if (index % 97 === 5) return [{ time: start + 1, sentiment }];
    if (index % 89 < 2) return [at(7, firstPrice), last];
    return [at(0, firstPrice), at(30, (firstPrice + lastPrice) / 2), last];
  });
}

async function independently(samples: readonly Sample[], from: number, to: number) {
  const python = spawn('python3', [SCRIPT, String(from), String(to)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '', PYTHONPATH: PYTHON_TOOLS, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const lines = samples.map(({ time, price = '', sentiment = '' }) => `${time},${price},${sentiment}\n`);
  const ended = once(python, 'close');
  const [output] = await Promise.all([
    text(python.stdout),
    pipeline(Readable.from(['time,price,sentiment\n', ...lines]), python.stdin),
  ]);
  assert.deepEqual(await ended, [0, null]);
  return JSON.parse(output);
}

const isNear = (one: number, other: number, tolerance: number) =>
  Math.abs(one - other) <= tolerance * Math.max(Math.abs(other), 1e-9);

for (const [store, options] of STORES) {
  test(`${store}: an independent program finds the same shares and medians, and nearly the same intervals`, {
    skip: options.skip || needsPython.skip,
  }, async (t) => {
    const service = await startKept(t, store, () => NOW);
    const samples = samplesOf(600);
    await service.keep(samples);
    const [from, to] = [START + 10 * DAY, START + 590 * DAY];
    const query = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    const record = await json(service.get(`/track-record?${query}`));
    const expected = await independently(samples, from, to);
    let intervals = 0;
    for (const [index, horizon] of record.horizons.entries()) {
      const other = expected[index];
      for (const kind of ['lit', 'not_lit', 'all']) {
        const { mean_change: mean, ...exact } = horizon[kind];
        const { mean_change: otherMean, ...otherExact } = other[kind];
        assert.deepEqual(exact, otherExact, `${horizon.horizon}, ${kind}`);
        assert.ok(isNear(mean, otherMean, 1e-9), `${mean} is not ${otherMean}`);
      }
      assert.deepEqual(horizon.independent_hours, other.independent_hours);
      assert.equal(horizon.difference === null, other.difference === null);
      if (horizon.difference === null) continue;
      const { higher, interval, joint_interval: joint } = horizon.difference;
      assert.ok(isNear(higher, other.difference.higher, 1e-9));
      const [half, jointHalf] = [interval, joint].map(({ low, high }) => (high - low) / 2);
      t.diagnostic(
        `${horizon.horizon}: ±${half} and ±${jointHalf}, independently ±${other.difference.half_95} and ±${other.difference.half_joint}`,
      );
      // Of 1,999 drawn histories, against 20,000 others.
      assert.ok(isNear(half ?? 0, other.difference.half_95, 0.1));
      assert.ok(isNear(jointHalf ?? 0, other.difference.half_joint, 0.15));
      intervals += 1;
    }
    assert.equal(intervals, 4);
  });
}
