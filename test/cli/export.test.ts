import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, startCommand } from '../support/processes/command.ts';
import { PROGRAM } from '../support/processes/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { STORE_PLACES } from '../support/upstreams/places.ts';

const START = Date.UTC(2024, 0, 1);

/** Values that need all their digits, each of the three kinds of samples. */
function samples(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const price = index % 5 === 1 ? '' : String(1 / 3 + index * Math.PI);
    const sentiment = index % 5 === 2 ? '' : String(Math.sin(index));
    return `${START + index * 7001},${price},${sentiment}\n`;
  });
  return `time,price,sentiment\n${rows.join('')}1704070000000,1e-7,-1\n1704070000001,999999999999.9999,1e-300\n`;
}

for (const { name, options, settings } of STORE_PLACES) {
  test(
    `an export is complete and can be imported unchanged, in both formats, on ${name}`,
    options,
    async (t) => {
      const env = settings(t);
      const text = samples(6000);
      assert.equal((await command(t, ['import', '-'], env, text)).code, 0);
      for (const format of ['csv', 'ndjson']) {
        const exported = await command(t, ['export', '--format', format], env);
        assert.equal(exported.code, 0);
        assert.equal(exported.stderr, '');
        assert.equal(exported.stdout.trimEnd().split('\n').length, 6002 + (format === 'csv' ? 1 : 0));
        const other = settings(t);
        const back = await command(t, ['import', '-'], other, exported.stdout);
        assert.match(back.stdout, /^6002 received: 6002 added, 0 duplicates, 0 rejected\n/);
        assert.equal((await command(t, ['export', '--format', format], other)).stdout, exported.stdout);
      }
      const exported = (await command(t, ['export'], env)).stdout.trimEnd().split('\n').slice(1);
      const values = (lines: readonly string[]) =>
        lines.map((line) =>
          line
            .split(',')
            .slice(1)
            .map((value) => value && Number(value)),
        );
      const given = text.trimEnd().split('\n').slice(1);
      given.sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
      assert.deepEqual(values(exported), values(given));
    },
  );

  test(`a range and its buckets are exported on ${name}`, options, async (t) => {
    const env = settings(t);
    const rows = Array.from(
      { length: 240 },
      (_, index) => `${START / 1000 + index * 60},${100 + index},0.5\n`,
    );
    await command(t, ['import', '-'], env, `time,price,sentiment\n${rows.join('')}`);
    const range = ['--from', '2024-01-01T01:00:00Z', '--to', '2024-01-01T01:03:00Z'];
    const minutes = await command(t, ['export', ...range], env);
    const right = ['00,160', '01,161', '02,162'].map(
      (text) => `2024-01-01T01:${text.replace(',', ':00.000Z,')},0.5\n`,
    );
    assert.equal(minutes.stdout, `time,price,sentiment\n${right.join('')}`);

    const hours = await command(t, ['export', '--from', 'oldest', '--to', 'now', '--bucket', '1h'], env);
    const head = 'time,price,price_min,price_max,sentiment,price_samples,sentiment_samples';
    assert.deepEqual(hours.stdout.split('\n').slice(0, 3), [
      head,
      '2024-01-01T00:00:00.000Z,129.5,100,159,0.5,60,60',
      '2024-01-01T01:00:00.000Z,189.5,160,219,0.5,60,60',
    ]);
    const day = await command(t, ['export', '--bucket', '1d', '--format', 'ndjson'], env);
    assert.deepEqual(JSON.parse(day.stdout), {
      time: '2024-01-01T00:00:00.000Z',
      price: 219.5,
      price_min: 100,
      price_max: 339,
      sentiment: 0.5,
      price_samples: 240,
      sentiment_samples: 240,
    });
    const none = await command(t, ['export', '--from', '-7d'], env);
    assert.deepEqual([none.code, none.stdout], [0, 'time,price,sentiment\n']);
  });

  test(
    `a closed pipe ends an export of ${name} silently, and a slow reader delays it`,
    options,
    async (t) => {
      const env = settings(t);
      await command(t, ['import', '-'], env, samples(60_000));
      const left = startCommand(t, ['export'], env);
      let stderr = '';
      left.child.stderr.setEncoding('utf8').on('data', (part: string) => {
        stderr += part;
      });
      left.child.stdout.once('data', () => left.child.stdout.destroy());
      assert.deepEqual(await left.ended, [0, null]);
      assert.equal(stderr, '');

      const slow = startCommand(t, ['export'], env);
      let size = 0;
      for await (const part of slow.child.stdout) {
        size += part.length;
        if (size < 500_000) await sleep(5);
      }
      assert.deepEqual(await slow.ended, [0, null]);
      assert.equal(size, (await command(t, ['export'], env)).stdout.length);
    },
  );
}

test('without samples, nothing is exported, and no store is created', async (t) => {
  const folder = temporaryFolder(t);
  const outcome = await command(t, ['export'], { DATA_DIR: join(folder, 'data') });
  assert.deepEqual([outcome.code, outcome.stdout], [0, 'time,price,sentiment\n']);
  assert.match(outcome.stderr, /the store holds no samples/);
  assert.deepEqual(readdirSync(folder), []);
});

test('invalid options of export exit with 64 and are named', async (t) => {
  for (const [name, ...args] of [
    ['--from', '--from', 'yesterday'],
    ['--from', '--from', '2024-01-02T00:00:00Z', '--to', '2024-01-01T00:00:00Z'],
    ['--to', '--to', '2024-02-30T00:00:00Z'],
    ['--bucket', '--bucket', '2h'],
    ['--format', '--format', 'xml'],
    ['argument', 'file'],
  ] as const) {
    const env = { DATA_DIR: temporaryFolder(t) };
    await command(t, ['import', '-'], env, 'time,price\n1704067200,1\n');
    const { code, stderr } = await command(t, ['export', ...args], env);
    assert.equal(code, 64, `${args}: ${stderr}`);
    assert.ok(stderr.includes(name), stderr);
  }
});

for (const { name, options, settings } of STORE_PLACES) {
  test(`an export of ${name} to a full disk fails with a message`, {
    skip: options.skip || (!existsSync('/dev/full') && 'no /dev/full here'),
  }, async (t) => {
    const env = settings(t);
    assert.equal((await command(t, ['import', '-'], env, samples(50))).code, 0);
    const { PATH = '' } = process.env;
    using full = {
      descriptor: openSync('/dev/full', 'w'),
      [Symbol.dispose]: () => closeSync(full.descriptor),
    };
    const child = spawn(process.execPath, [PROGRAM, 'export'], {
      env: { PATH, ...env },
      cwd: temporaryFolder(t),
      stdio: ['ignore', full.descriptor, 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    const [said, [code]] = await Promise.all([child.stderr && readText(child.stderr), once(child, 'close')]);
    assert.equal(code, 74, said ?? '');
    assert.match(said ?? '', /cannot write the output: .*ENOSPC/);
  });
}
