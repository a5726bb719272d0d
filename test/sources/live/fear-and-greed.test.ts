import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { ATTRIBUTION, updateFearAndGreed } from '../../../src/sources/live/fear-and-greed.ts';
import { feedStatus } from '../../support/upstreams/feeds.ts';
import { outbound } from '../../support/upstreams/outbound.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const SILENT: RequestListener = () => undefined;

const row = (changes: object = {}): string =>
  JSON.stringify({
    name: 'Fear and Greed Index',
    data: [
      {
        value: '47',
        value_classification: 'Neutral',
        timestamp: String(Date.UTC(2026, 0, 1) / 1000),
        time_until_update: '43200',
        ...changes,
      },
    ],
    metadata: { error: null },
  });

const request = (url: string, now: number) => ({
  outbound,
  url: new URL(url).origin,
  installation: 'i',
  now,
  deadlineMs: 20_000,
  signal: new AbortController().signal,
});

test('the index is read with the publisher’s label, and requested again when it is updated', async (t) => {
  const paths: (string | undefined)[] = [];
  const agents: (string | undefined)[] = [];
  const answer =
    (body: string): RequestListener =>
    ({ url, headers }, response) => {
      paths.push(url);
      agents.push(headers['user-agent']);
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    };
  const upstream = await startUpstream(t, answer(row()));
  const first = await updateFearAndGreed(undefined, request(upstream.url, NOW));
  assert.deepEqual(first.index, { value: 47, label: 'Neutral', time: Date.UTC(2026, 0, 1) });
  assert.deepEqual([first.state, first.since, first.lastSuccess, first.reason], ['ok', NOW, NOW, undefined]);
  assert.ok(first.due >= NOW + 12 * HOUR && first.due <= NOW + 12 * HOUR + 5 * MINUTE);
  assert.deepEqual(paths, ['/fng/?limit=1']);
  assert.match(agents[0] ?? '', /^is-bitcoin-lit\//);
  assert.deepEqual(JSON.parse(JSON.stringify(first)), first);

  assert.equal(await updateFearAndGreed(first, request(upstream.url, NOW + 11 * HOUR)), first);
  assert.equal(upstream.requests(), 1);
  upstream.answer(
    answer(row({ value: '12', value_classification: 'Extreme Fear', time_until_update: '-3' })),
  );
  const second = await updateFearAndGreed(first, request(upstream.url, first.due));
  assert.deepEqual([second.index?.value, second.index?.label, second.since], [12, 'Extreme Fear', NOW]);
  const pause = second.due - first.due;
  assert.ok(pause >= 10 * MINUTE && pause <= HOUR + 5 * MINUTE, 'nonsense does not make it ask at once');
  assert.ok(ATTRIBUTION.link.includes(ATTRIBUTION.name));
});

test('a failure keeps the last index, states the reason, and delays the next request more each time', async (t) => {
  const upstream = await startUpstream(t, row());
  const good = await updateFearAndGreed(undefined, request(upstream.url, NOW));
  let state = good;
  for (const listener of [
    feedStatus(429),
    feedStatus(500),
    '<!doctype html>',
    '[]',
    'null',
    '{"data": null}',
    '{"data": [null]}',
    row({ timestamp: '1767225600000' }),
    row().replace('"error":null', '"error":"Down for maintenance"'),
    row({ value: '101' }),
    row({ value: 'high' }),
    row({ value: null }),
    row({ timestamp: '' }),
    row({ value_classification: 3 }),
    SILENT,
  ] satisfies (RequestListener | string)[]) {
    upstream.answer(listener);
    const { due } = state;
    const deadlineMs = listener === SILENT ? 300 : 20_000;
    state = await updateFearAndGreed(state, { ...request(upstream.url, due), deadlineMs });
    assert.equal(state.state, 'failing', String(listener));
    assert.match(String(state.reason), /^[ -~]{10,80}$/);
    assert.ok(state.due >= due + 10 * MINUTE && state.due <= due + 6 * HOUR);
    assert.deepEqual([state.index, state.since, state.lastSuccess], [good.index, good.due, NOW]);
  }
  assert.equal(state.failures, 15);
  upstream.answer(row());
  const again = await updateFearAndGreed(state, request(upstream.url, state.due));
  assert.deepEqual([again.state, again.since, again.reason, again.failures], ['ok', state.due, undefined, 0]);
});

test('a request ends with the signal’s reason', async (t) => {
  const upstream = await startUpstream(t, () => undefined);
  const end = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => end.abort(reason), 20);
  await assert.rejects(
    updateFearAndGreed(undefined, { ...request(upstream.url, NOW), signal: end.signal }),
    reason,
  );
});
