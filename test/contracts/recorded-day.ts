import assert from 'node:assert/strict';
import { type TestOptions, test } from 'node:test';
import { assertRecordedAnswer, counts, fillAsTutorial, recordedDay } from '../support/recorded-day.ts';
import { plainClient } from '../support/redis.ts';
import { json, startTestService } from '../support/service.ts';
import { startUpstream } from '../support/upstream.ts';
import type { Place } from './redis-store.ts';

/** The recorded day on a Redis of some kind, by a service that may do no more than docs/redis.md says. */
export function recordedDayContract(name: string, options: TestOptions, place: () => Promise<Place>): void {
  test(`the recorded day on ${name}: new, again, and after a restart`, options, async (t) => {
    const { url, keyPrefix } = await place();
    const upstream = await startUpstream(t, recordedDay ?? '');
    const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix };
    const service = await startTestService(t, env);
    assert.deepEqual(await json(service.post()), counts(2474, 0));
    assert.deepEqual(await json(service.post()), counts(0, 2474));
    const answer = await json(service.get());
    assertRecordedAnswer(answer);
    await service.stop();
    const restarted = await startTestService(t, env);
    assert.deepEqual(await json(restarted.get()), answer);
    assert.deepEqual(await json(restarted.post()), counts(0, 2474));
  });

  test(`series on ${name} that the tutorial’s commands filled are taken over`, options, async (t) => {
    const { url, keyPrefix, keysBegin, server } = await place();
    const client = await plainClient(t, server);
    const [price, sentiment] = [`${keysBegin}:price:mean:30s`, `${keysBegin}:sentiment:mean:30s`];
    await fillAsTutorial((command) => client.sendCommand(command), price, sentiment);
    const upstream = await startUpstream(t, recordedDay ?? '');
    const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix };
    const service = await startTestService(t, env);
    assertRecordedAnswer(await json(service.get()));
    assert.deepEqual(await json(service.post()), counts(0, 2474));
    await service.stop();
    assert.equal((await client.ts.info(price)).totalSamples, 2474);
    assert.ok((await client.ttl(`${keysBegin}:cache`)) > 0, 'the answer is cached beside them');
  });
}
