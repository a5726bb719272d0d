import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areComplete, assertHours, type Hour } from '../support/data/hours.ts';
import { eventually } from '../support/eventually.ts';
import { npmStart } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { startLiveSources } from '../support/upstreams/live-sources.ts';

const read = (address: string, path = '/is-bitcoin-lit') => json(fetch(`${address}${path}`));

const MINUTE = 60_000;

test('npm start answers with three complete hours within ten seconds, then adds a sample at each tick', async (t) => {
  const { environment } = await startLiveSources(t);
  const began = Date.now();
  const env = { ...environment, DATA_DIR: temporaryFolder(t), REFRESH_INTERVAL: '2s' };
  const { address, output } = await npmStart(t, env);
  const readTimes = async () => {
    const day: { timestamp: number }[] = await read(address, '/v1/bitcoin.json');
    return day.map(({ timestamp }) => Math.trunc(timestamp * 1000));
  };
  await eventually('there are three hours', async () =>
    areComplete((await read(address)).hourly_average_of_averages, Date.now()),
  );
  const took = Date.now() - began;
  assert.ok(took < 10_000, `it took ${took} ms`);

  let ticks: number[] = [];
  await eventually('four ticks in a row brought both values', async () => {
    ticks = (await readTimes()).filter((time) => time >= began && time % MINUTE !== MINUTE - 1);
    const last = ticks.slice(-4);
    return last.length === 4 && last.every((time, index) => time === (last[0] ?? 0) + index * 2000);
  });
  assert.deepEqual(
    ticks.filter((time) => time % 2000 !== 0),
    [],
    'samples are at whole multiples of the interval',
  );
  await eventually('the hours are those of the times', async () => {
    const [before, times] = [await read(address), await readTimes()];
    // There was no tick in between.
    if (before.as_of !== (await read(address)).as_of) return false;
    const hours: Hour[] = before.hourly_average_of_averages;
    assert.equal(hours.length, 3);
    assertHours(hours, times);
    const { stale, as_of: newest, price_direction: price, sentiment_direction: sentiment } = before;
    const way = (values: number[]) => ((values[2] ?? 0) > (values[0] ?? 0) ? 'rising' : 'falling');
    assert.deepEqual(
      [stale, Date.parse(newest), price, sentiment],
      [false, times.at(-1), way(hours.map((hour) => hour.price)), way(hours.map((hour) => hour.sentiment))],
    );
    return true;
  });
  assert.doesNotMatch(output(), /there is no|fails/);
});
