import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import type { UpstreamTrouble } from '../../src/domain/upstream-errors.ts';
import { logTroubles } from '../../src/telemetry/log-troubles.ts';

const LEVELS = new Map([
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
]);

function recorded() {
  let now = 0;
  let lines: string[] = [];
  const write = (text: string) => {
    const { level, msg } = JSON.parse(text);
    lines.push(`${LEVELS.get(level)} ${msg}`);
  };
  const tell = logTroubles(pino({ level: 'debug' }, { write }), () => now);
  return (troubles: Readonly<Record<string, string>> | undefined, afterMs = 30_000) => {
    now += afterMs;
    lines = [];
    tell(troubles && Object.entries(troubles).map(([name, reason]): UpstreamTrouble => ({ name, reason })));
    return lines;
  };
}

test('an upstream failure is logged once when it begins, changes and ends', () => {
  const tell = recorded();
  assert.deepEqual(tell({}), []);
  const refused = 'the source cannot be reached: connection refused';
  assert.deepEqual(tell({ kraken: refused }), ['warn kraken: cannot be reached: connection refused']);
  for (let pass = 0; pass < 100; pass += 1) assert.deepEqual(tell({ kraken: refused }), []);
  assert.deepEqual(tell(undefined), [], 'not asked');
  assert.deepEqual(tell({ kraken: 'the source answered 500' }), ['warn kraken: answered 500']);
  assert.deepEqual(tell({ kraken: 'the source answered 502' }), ['warn kraken: answered 502']);
  assert.deepEqual(tell({}), ['info kraken: OK again']);
  assert.deepEqual(tell({}), []);
});

test('upstreams with the same reason share a line', () => {
  const tell = recorded();
  const reason = 'cannot be reached: name not found';
  const all = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`feed ${index}`, reason]));
  assert.deepEqual(tell({ a: 'answered 403', ...all, b: 'answered 403' }), [
    'warn a, b: answered 403',
    `warn feed 0, feed 1, feed 2 and 7 others: ${reason}`,
  ]);
  assert.deepEqual(tell({ a: 'answered 403' }), ['info feed 0, feed 1, feed 2 and 8 others: OK again']);
});

test('changing numbers are not a new reason, and a flapping upstream is logged once in ten minutes', () => {
  const tell = recorded();
  assert.equal(tell({ a: 'answered 429; next request after 2026-01-01T12:00:00Z' }).length, 1);
  assert.deepEqual(tell({ a: 'answered 429; next request after 2026-01-01T12:01:00Z' }), []);
  assert.equal(tell({ b: '3 % from the others', a: 'took more than 3 s' }).length, 2);
  assert.deepEqual(tell({ b: '2.5 % from the others', a: 'took more than 3.5 s' }), []);
  tell({});
  const lines: string[] = [];
  for (let pass = 0; pass < 100; pass += 1) {
    lines.push(...tell({ c: 'answered 500' }), ...tell({}));
  }
  const shown = lines.filter((line) => !line.startsWith('debug'));
  assert.equal(lines.length, 200);
  // 100 minutes.
  assert.ok(shown.length >= 18 && shown.length <= 22, `${shown.length} lines`);
});
