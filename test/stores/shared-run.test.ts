import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedRun } from '../../src/stores/shared-run.ts';

test('calls during a run share the next one, which begins after it has ended, even if it failed', async () => {
  const runs: PromiseWithResolvers<string>[] = [];
  const call = sharedRun(() => {
    const run = Promise.withResolvers<string>();
    runs.push(run);
    return run.promise;
  });
  const first = call();
  await Promise.resolve();
  assert.equal(runs.length, 1, 'with nothing to wait for, it begins');
  const [second, third] = [call(), call()];
  assert.equal(second, third);
  await new Promise(setImmediate);
  assert.equal(runs.length, 1, 'one at a time');
  runs[0]?.reject(new Error('lost'));
  await assert.rejects(first, /lost/);
  await new Promise(setImmediate);
  assert.equal(runs.length, 2);
  const fourth = call();
  runs[1]?.resolve('second');
  assert.equal(await second, 'second');
  await new Promise(setImmediate);
  runs[2]?.resolve('third');
  assert.equal(await fourth, 'third');
  assert.equal(runs.length, 3);
});
