import assert from 'node:assert/strict';
import { type TestContext, type TestOptions, test } from 'node:test';
import {
  assertRecordedAnswer,
  recordedDay,
  refreshReport,
  writeAsTutorial,
} from '../support/data/recorded-day.ts';
import { json, startTestService } from '../support/processes/service.ts';
import { plainClient } from '../support/stores/redis.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';
import type { Place } from './redis-store.ts';

type Settings = Record<string, string>;

/** The recorded day on any store; `settings` lead the service to an empty one. */
export function recordedDayTest(
  name: string,
  options: TestOptions,
  settings: (t: TestContext) => Promise<Settings> | Settings,
): void {
  test(`the recorded day on ${name}: new, repeated, and after a restart`, options, async (t) => {
    const upstream = await startUpstream(t, recordedDay ?? '');
    const env = { SENTICRYPT_URL: upstream.url, ...(await settings(t)) };
    const service = await startTestService(t, env);
    assert.deepEqual(await json(service.post()), refreshReport(2474, 0));
    assert.deepEqual(await json(service.post()), refreshReport(0, 2474));
    const answer = await json(service.get());
    assertRecordedAnswer(answer);
    await service.stop();
    const restarted = await startTestService(t, env);
    assert.deepEqual(await json(restarted.get()), answer);
    assert.deepEqual(await json(restarted.post()), refreshReport(0, 2474));
  });
}

const HOUR_OF_TUTORIAL = { price: '1.0', sentiment: '1.0', time: '2021-07-07T15:00:00+00:00' };

const ANSWER_OF_TUTORIAL = JSON.stringify({
  hourly_average_of_averages: [HOUR_OF_TUTORIAL],
  sentiment_direction: 'rising',
  price_direction: 'rising',
});

/** The recorded day on a Redis of some kind, by a service that may do no more than docs/redis.md says. */
export function recordedDayContract(name: string, options: TestOptions, place: () => Promise<Place>): void {
  recordedDayTest(name, options, async () => {
    const { url, keyPrefix } = await place();
    return { REDIS_URL: url, KEY_PREFIX: keyPrefix };
  });

  test(
    `data that the tutorial’s commands left on ${name} is used, including its cache`,
    options,
    async (t) => {
      const { url, keyPrefix, keysBegin, server } = await place();
      const client = await plainClient(t, server);
      const [price, sentiment] = [`${keysBegin}:price:mean:30s`, `${keysBegin}:sentiment:mean:30s`];
      const cache = `${keysBegin}:cache`;
      await writeAsTutorial((command) => client.sendCommand(command), price, sentiment);
      await client.set(cache, ANSWER_OF_TUTORIAL, { expiration: { type: 'EX', value: 120 } });

      const upstream = await startUpstream(t, recordedDay ?? '');
      const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix };
      const service = await startTestService(t, env);
      assertRecordedAnswer(await json(service.get()));
      assert.deepEqual(await json(service.post()), refreshReport(0, 2474));
      await service.stop();
      assert.equal((await client.ts.info(price)).totalSamples, 2474);

      const { newest, ...ours } = JSON.parse((await client.get(cache)) ?? 'null');
      assertRecordedAnswer(ours);
      assert.deepEqual(newest, { price: '2021-07-07T17:30:18.370Z', sentiment: '2021-07-07T17:30:18.370Z' });
      const left = await client.ttl(cache);
      assert.ok(left > 0 && left <= 120, `${left} s to live`);
    },
  );
}
