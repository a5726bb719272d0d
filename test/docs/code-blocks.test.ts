import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { COMPILE_CACHE_ENV } from '../support/processes/compile-cache.ts';
import { LOCAL_ONLY } from '../support/processes/local-only.ts';
import { serve } from '../support/processes/process.ts';
import { PROGRAM } from '../support/processes/program.ts';
import { connectPlain, needsRedis, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { OFFLINE_SETTINGS } from '../support/upstreams/offline-settings.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';
import { codeBlocks, commandsIn, NOT_RUN, OTHER_BLOCKS } from './code-blocks.ts';

const BLOCKS = codeBlocks();
const ofLanguage = (...languages: string[]) => BLOCKS.filter(({ language }) => languages.includes(language));

const notRun = new Set(Object.values(NOT_RUN).flat());
const commands = [...new Set(ofLanguage('sh').flatMap(commandsIn))];
const runnable = commands.filter((line) => !notRun.has(line));

/** The block that begins with a text: output that a document shows. */
function shown(beginning: string): string {
  const found = BLOCKS.find(({ text }) => text.startsWith(beginning));
  assert.ok(found, `a block that begins with ${beginning}`);
  return found.text;
}

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line in a shell, for at most 20 seconds. */
function shell(line: string, cwd: string, env: Record<string, string>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: 20_000, killSignal: 'SIGKILL' } as const;
    const child = execFile('bash', ['-o', 'pipefail', '-c', line], options, (error, stdout, stderr) => {
      const code = error?.code ?? (error ? -1 : 0);
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error);
    });
    child.stdin?.end();
  });
}

/** A service on simulated data, a folder with the files that the commands expect, and the commands' environment. */
async function stage(t: TestContext) {
  const folder = temporaryFolder(t);
  const settings = { SOURCE: 'simulated', DATA_DIR: join(folder, 'data') };
  const service = await serve(t, settings);
  const refreshed = await fetch(new URL('/refresh', service.address), { method: 'POST' });
  assert.equal(refreshed.status, 200);
  const { port } = new URL(service.address);
  writeFileSync(
    join(folder, 'samples.csv.gz'),
    gzipSync('time,price,sentiment\n2021-07-07T15:00:00Z,34500,0.2\n'),
  );
  writeFileSync(join(folder, 'kurse.csv'), 'Datum;Kurs\n2021-07-07 18:30;34.500,12\n');
  writeFileSync(join(folder, 'ticks.csv'), 'buy,1625671234567,34500\n');
  writeFileSync(
    join(folder, 'prices.csv'),
    'Date,Open,High,Low,Close,Adj Close,Volume\n2021-07-05,1,2,1,34000,34000,0\n2021-07-06,1,2,1,34100,34100,0\n',
  );
  const samples = await startUpstream(t, '{"time": "2021-07-07T16:00:00Z", "price": 34600}\n');
  const { PATH = '', HOME = '/' } = process.env;
  return {
    folder,
    env: {
      PATH,
      HOME,
      NODE_OPTIONS: LOCAL_ONLY,
      ...COMPILE_CACHE_ENV,
      ...OFFLINE_SETTINGS,
      ...settings,
      PORT: port,
    },
    /** The line of a document for this stage. A stream is read for two seconds. */
    staged: (line: string): string =>
      line
        .replaceAll('npx is-bitcoin-lit', `'${process.execPath}' '${PROGRAM}'`)
        .replaceAll('http://127.0.0.1:8080', service.address)
        .replaceAll('https://example.org/samples.ndjson', samples.url)
        .replaceAll('/backups/', `${folder}/`)
        .replaceAll(
          /\bcurl\b/g,
          `curl --silent --show-error --fail --max-time ${line.endsWith('/live') ? 2 : 10}`,
        )
        // Without a terminal, nobody can confirm.
        .replace(/ delete /, ' delete --yes '),
  };
}

/** The exit codes and the output to expect, by a part of the line. Other lines exit with 0. */
const EXPECTED: readonly [
  part: RegExp,
  codes: readonly number[],
  check?: (result: Result, folder: string) => void,
][] = [
  [
    /^curl \S+\/is-bitcoin-lit$/,
    [0],
    ({ stdout }) => {
      const example = JSON.parse(shown('{\n  "hourly_average_of_averages"'));
      assert.deepEqual(shapeOf(JSON.parse(stdout)), shapeOf(example));
    },
  ],
  [/ show$/, [0, 1], ({ stdout }) => assert.match(stdout, /^Bitcoin is (not )?lit/m)],
  [
    / doctor$/,
    [0],
    ({ stdout }) => {
      const ROW = /^ {2}(ok|warning|failed) +\S+( \S+)* {2,}\S/;
      const isHeading = (line: string) => /^[a-z]+$/.test(line);
      const isKnown = (line: string) => ROW.test(line) || isHeading(line) || /^( {9,}→ .+)?$/.test(line);
      for (const text of [stdout.replace(/\n\n[^\n]+\n$/, '\n'), shown('sources\n')])
        assert.deepEqual(
          text.split('\n').filter((line) => !isKnown(line)),
          [],
        );
      assert.match(stdout, /^sources$/m);
    },
  ],
  [/bucket=1h'$/, [0], ({ stdout }) => assert.equal(JSON.parse(stdout).bucket, '1h')],
  [/bucket=1d'$/, [0], ({ stdout }) => assert.deepEqual(JSON.parse(stdout).buckets, [])],
  [
    / -o bitcoin\.csv$/,
    [0],
    (_result, folder) => {
      const example = shown('time,price,price_min').split('\n');
      const [header, first = ''] = readFileSync(join(folder, 'bitcoin.csv'), 'utf8').trimEnd().split('\r\n');
      assert.equal(header, example[0]);
      assert.equal(first.split(',').length, example[1]?.split(',').length);
    },
  ],
  [/\/live$/, [28], ({ stdout }) => assert.match(stdout, /^event: summary$/m)],
  [/POST \S+\/refresh$/, [0], ({ stdout }) => assertReport(stdout)],
  [/ refresh --json$/, [0], ({ stdout }) => assertReport(stdout)],
  [/ import samples\.csv\.gz /, [0], ({ stdout, stderr }) => assert.match(stdout + stderr, /1 .*added/)],
  [/ import (kurse|ticks)\.csv /, [0], ({ stdout }) => assert.match(stdout, /^1 received: 1 added/)],
  [
    / import prices\.csv --dry-run/,
    [0],
    ({ stdout }) => assert.match(stdout, /^2 samples would be imported/m),
  ],
  [
    / export --format parquet > \w+\.parquet$/,
    [0],
    (_result, folder) => {
      for (const name of ['all', 'samples']) {
        const path = join(folder, `${name}.parquet`);
        if (existsSync(path)) assert.equal(readFileSync(path).toString('latin1').slice(-4), 'PAR1');
      }
    },
  ],
  [
    /\| npx is-bitcoin-lit import -$/,
    [0],
    ({ stdout, stderr }) => assert.match(stdout + stderr, /1 .*added/),
  ],
  [
    / export > all\.csv$/,
    [0],
    (_result, folder) =>
      assert.match(readFileSync(join(folder, 'all.csv'), 'utf8'), /^time,price,sentiment\r?\n(.+\r?\n){100}/),
  ],
  [
    /--format ndjson$/,
    [0],
    ({ stdout }) => {
      const [first = ''] = stdout.split('\n');
      assert.deepEqual(Object.keys(JSON.parse(first)).join(), shown('time,price,price_min').split('\n')[0]);
    },
  ],
  [/ delete /, [0]],
  [/ backup /, [0]],
  [/ score --explain$/, [0], ({ stdout }) => assert.equal(stdout, shown('0.24\t'))],
];

/** The names in a JSON value and the kinds of what they hold, of a list the first element's. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [value.length, shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

function assertReport(text: string): void {
  const report = JSON.parse(text);
  for (const name of ['received', 'added', 'duplicates', 'rejected'])
    assert.equal(typeof report[name], 'number');
  assert.deepEqual(report.rejections, []);
}

test('commands in the documents run, and print what the documents show', async (t) => {
  const { folder, env, staged } = await stage(t);
  assert.ok(runnable.length > 12, 'commands were found');
  for (const line of runnable) {
    const [, codes = [0], check] = EXPECTED.find(([part]) => part.test(line)) ?? [];
    const local = staged(line);
    assert.doesNotMatch(local, /https?:\/\/(?!127\.0\.0\.1[:/])/, `“${line}” would leave this machine`);
    const result = await shell(local, folder, env);
    assert.ok(codes.includes(result.code), `“${line}” exits with ${result.code}: ${result.stderr}`);
    check?.(result, folder);
  }
});

test('what is not run is in a document, and names scripts that exist', () => {
  assert.deepEqual(
    [...notRun].filter((line) => !commands.includes(line)),
    [],
  );
  assert.deepEqual(
    EXPECTED.filter(([part]) => !runnable.some((line) => part.test(line))),
    [],
  );
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const documents = BLOCKS.map(({ text }) => text).join('\n');
  const names = [...documents.matchAll(/\bnpm (?:run (?:-s )?)?([\w:-]+)/g)].map(([, name = '']) => name);
  assert.ok(names.length > 10);
  assert.deepEqual(
    names.filter((name) => name !== 'ci' && !(name in scripts)),
    [],
  );
});

test('settings in the documents parse', () => {
  const blocks = ofLanguage('json', 'yaml');
  assert.ok(blocks.length >= 2);
  for (const { file, line, language, text } of blocks)
    assert.doesNotThrow(() => (language === 'json' ? JSON.parse(text) : parse(text)), `${file}:${line}`);
});

const redisBlocks = BLOCKS.filter(({ language, text }) => language === '' && text.startsWith('TS.'));

test('the commands of Redis in the documents run', needsRedis, async (t) => {
  const key = `${testRedis().keyPrefix}:price:mean:30s`;
  const client = await connectPlain();
  t.after(async () => {
    await client.del(key);
    client.destroy();
  });
  const lines = redisBlocks.flatMap(({ text }) => text.trim().split('\n'));
  assert.ok(lines.length > 2);
  for (const line of lines) {
    const words = line
      .replace(/is-bitcoin-lit:price:mean:30s|\bkey\b/, key)
      .replaceAll(/\b(from|to|latest)\b/g, (word) => (word === 'from' ? '0' : '7200000'))
      .split(' ');
    await assert.doesNotReject(client.sendCommand(words), line);
  }
});

test('every other block is listed', () => {
  const beginnings = Object.values(OTHER_BLOCKS).flat();
  const others = BLOCKS.filter(
    (block) => !['sh', 'json', 'yaml'].includes(block.language) && !redisBlocks.includes(block),
  );
  const isListed = (text: string) => beginnings.some((beginning) => text.startsWith(beginning));
  assert.deepEqual(
    others.filter(({ text }) => !isListed(text)).map(({ file, line }) => `${file}:${line}`),
    [],
  );
  assert.equal(others.length, beginnings.length, 'nothing is listed that is in no document');
});
