import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../scripts/redis/start.ts';
import { command } from '../support/processes/command.ts';
import { STORE_PLACES } from '../support/upstreams/places.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';

const SAMPLES = `time,price,sentiment
2024-01-01T00:30:00Z,10,0.1
2024-01-01T01:30:00Z,20,0.2
2024-01-01T02:30:00Z,15,0.3
2024-01-01T03:30:00Z,5,0.4
`;

for (const { name, options, settings } of STORE_PLACES) {
  test(`past answers and verdicts on the command line, from ${name}`, options, async (t) => {
    const env = { ...settings(t), SOURCE: 'senticrypt', PORT: String(await freePort()) };
    assert.equal((await command(t, ['import', '-'], env, SAMPLES)).code, 0);
    const show = (...args: string[]) => command(t, ['show', ...args], env);

    const lit = await show('--at', '2024-01-01T01:31:00Z');
    assert.equal(lit.code, 0, lit.stderr);
    assert.match(lit.stdout, /^Bitcoin was lit \(as of 2024-01-01 01:30 UTC\)$/m);
    assert.match(lit.stdout, /^price was rising ↑$/m);
    const later = await show('--at', '2024-01-01T03:01:00+00:30', '--json');
    assert.equal(later.code, 0);
    assert.equal(JSON.parse(later.stdout).as_of, '2024-01-01T02:30:00Z');
    assert.equal((await show('--at', '2024-01-01T03:32:00Z')).code, 1);
    assert.equal((await show('--at', '2024-01-03')).code, 2, 'stale');
    const before = await show('--at', '2023-12-31');
    assert.equal(before.code, 3);
    assert.match(
      before.stderr,
      /no sample at or before 2023-12-31T00:00:00Z: the first one is at 2024-01-01T00:30:00Z/,
    );
    const future = await show('--at', '2524-01-01');
    assert.equal(future.code, 64);
    assert.match(future.stderr, /--at is in the future/);
    assert.equal((await command(t, ['record', '--from', 'now', '--to', '-1d'], env)).code, 64);
    assert.equal((await show('--at', 'noon')).code, 64);

    const csv = await command(t, ['export', '--verdicts'], env);
    assert.equal(csv.code, 0, csv.stderr);
    assert.deepEqual(csv.stdout.split('\n'), [
      'time,verdict,price_direction,sentiment_direction,price,sentiment',
      '2024-01-01T00:00:00.000Z,unknown,unknown,unknown,10,0.1',
      '2024-01-01T01:00:00.000Z,lit,rising,rising,20,0.2',
      '2024-01-01T02:00:00.000Z,lit,rising,rising,15,0.3',
      '2024-01-01T03:00:00.000Z,not_lit,falling,rising,5,0.4',
      '',
    ]);
    const part = ['--from', '2024-01-01T02:00:00Z', '--to', '2024-01-01T03:59:00Z', '--format', 'ndjson'];
    const ndjson = await command(t, ['export', '--verdicts', ...part], env);
    assert.deepEqual(JSON.parse(ndjson.stdout), {
      time: '2024-01-01T02:00:00.000Z',
      verdict: 'lit',
      price_direction: 'rising',
      sentiment_direction: 'rising',
      price: 15,
      sentiment: 0.3,
    });
    assert.equal((await command(t, ['export', '--verdicts', '--bucket', '1h'], env)).code, 64);
  });
}

test('an older service that ignores --at is not believed', async (t) => {
  const answer = {
    hourly_average_of_averages: [10, 11, 12].map((hour) => ({
      time: `2026-01-01T${hour}:00:00Z`,
      price: hour,
      sentiment: 0.1,
      price_samples: 1,
      sentiment_samples: 1,
      complete: hour < 12,
    })),
    sentiment_direction: 'flat',
    price_direction: 'rising',
    is_lit: false,
    as_of: '2026-01-01T12:00:00Z',
    stale: true,
    source: 'live',
  };
  const upstream = await startUpstream(t, (_request, response) => {
    response.setHeader('data-source', 'live').end(JSON.stringify(answer));
  });
  const { origin } = new URL(upstream.url);
  const shown = await command(t, ['show', '--at', '2026-01-01T11:59:00Z', '--url', origin], {});
  assert.equal(shown.code, 3, shown.stdout);
  assert.match(shown.stderr, /the service is older than this program/);
  assert.equal((await command(t, ['show', '--at', '2026-01-01T12:00:00Z', '--url', origin], {})).code, 2);
});
