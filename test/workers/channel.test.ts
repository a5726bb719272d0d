import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '../../src/domain/errors.ts';
import { HttpError } from '../../src/http/problem.ts';
import { openPair } from '../support/processes/channel-pair.ts';

test('a call returns what the handler returns, and the errors that a response would have', async (t) => {
  const { asker, events } = openPair(t, {
    join: (...texts) => ({ joined: texts.join('+') }),
    refuse() {
      throw new HttpError(429, 'too_many', 'too many', { headers: { 'Retry-After': '7' } });
    },
    fail() {
      throw new StoreError('busy', 'the store is locked by another process');
    },
    crash() {
      throw new Error('a secret');
    },
  });
  assert.deepEqual(await asker.ask('join', ['a', 'b']), { joined: 'a+b' });
  await assert.rejects(asker.ask('refuse'), (error) => {
    assert.ok(error instanceof HttpError);
    const { status, code, message, headers } = error;
    assert.deepEqual([status, code, message, headers], [429, 'too_many', 'too many', { 'Retry-After': '7' }]);
    return true;
  });
  await assert.rejects(asker.ask('fail'), { status: 503, code: 'store_busy' });
  assert.equal(events.length, 0);
  await assert.rejects(asker.ask('crash'), { status: 500, message: 'unexpected error' });
  assert.deepEqual(
    events.map((event) => event.type === 'request_failed' && String(event.error)),
    ['Error: a secret'],
  );
});

test('messages that are not understood are ignored, with a warning', async (t) => {
  let calls = 0;
  const { asker, events, post } = openPair(t, {
    count: () => {
      calls += 1;
    },
  });
  const bad = [
    'text',
    null,
    {},
    { name: 'count' },
    { name: 'count', args: 'x' },
    { name: 'count', args: [1] },
    { name: 'count', args: ['x'.repeat(20_001)] },
    { name: 'count', args: ['', '', '', ''] },
    { name: 'count', args: [], id: 'x' },
    { name: 'toString', args: [] },
    { name: 'other', args: [] },
  ];
  for (const message of bad) post(message);
  await asker.ask('count');
  assert.equal(calls, 1);
  assert.deepEqual(
    events.map(({ type }) => type),
    bad.map(() => 'warning'),
  );
});

test('a call that gets no reply in time fails, and a late reply is ignored', async (t) => {
  const late = Promise.withResolvers<string>();
  const { asker } = openPair(t, { slow: () => late.promise, quick: () => 'quick' });
  await assert.rejects(asker.ask('slow', [], 20), { name: 'StoreError', code: 'timeout' });
  late.resolve('late');
  assert.equal(await asker.ask('quick'), 'quick');
});
