import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { startOutside } from '../support/live.ts';
import { serve } from '../support/process.ts';
import { json } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a first start answers three whole hours within ten seconds, then adds a sample each tick', async (t) => {
  const { environment } = await startOutside(t);
  const began = performance.now();
  const { address } = await serve(t, {
    ...environment,
    DATA_DIR: temporaryFolder(t),
    REFRESH_INTERVAL: '1s',
  });
  const get = () => json(fetch(`${address}/is-bitcoin-lit`));
  await eventually('there are three hours with both values', async () => {
    const { hourly_average_of_averages: hours } = await get();
    const [first, second, third] = hours;
    const elapsed = new Date().getUTCMinutes();
    return (
      first.price_samples >= 60 &&
      first.sentiment_samples >= 60 &&
      second.price_samples >= 60 &&
      second.sentiment_samples >= 60 &&
      third.price_samples >= elapsed - 1 &&
      third.sentiment_samples >= third.price_samples
    );
  });
  const took = performance.now() - began;
  assert.ok(took < 10_000, `it took ${took} ms`);
});
