import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { command, startCommand } from '../support/processes/command.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { startExchanges } from '../support/upstreams/exchanges.ts';
import { STORE_PLACES } from '../support/upstreams/places.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The last hour that is over by now, and will be the last one for some minutes at least, mostly. */
const lastHour = () => Math.floor(Date.now() / HOUR) * HOUR - HOUR;
const day = (time: number) => new Date(time).toISOString().slice(0, 10);

for (const { name, options, settings } of STORE_PLACES) {
  test(
    `Coinbase's hourly prices are stored at their hours' ends on ${name}, only missing ones`,
    options,
    async (t) => {
      const { coinbase, environment } = await startExchanges(t);
      const since = Math.floor((Date.now() - 20 * DAY) / DAY) * DAY;
      const quiet = since + 5 * HOUR;
      coinbase.isQuiet = (hour) => hour === quiet;
      const env = { ...settings(t), ...environment };
      const ownHour = since + 2 * HOUR;
      const own = `time,price\n${ownHour + 60_000},7\n`;
      assert.equal((await command(t, ['import', '-'], env, own)).code, 0);
      const args = ['import', '--from', 'coinbase', '--since', day(since), '--json'];
      const first = await command(t, args, env);
      assert.equal(first.code, 0, first.stderr);
      const { received, added } = JSON.parse(first.stdout);
      assert.equal(received, added);
      const requests = coinbase.requests.filter(({ path }) => path.includes('candles'));
      assert.equal(requests.length, 2, '299 hours a call');
      for (const { userAgent } of requests) assert.match(userAgent ?? '', /^is-bitcoin-lit\//);

      const exported = await command(t, ['export', '--format', 'ndjson'], env);
      const kept = exported.stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
      const hours = new Map(kept.map(({ time, price }) => [Date.parse(time), price]));
      assert.equal(kept.length, added + 1);
      const right = (hour: number) =>
        Number((60_000 + 100 * Math.sin((hour + HOUR - 1) / 600_000)).toFixed(2));
      for (let hour = since; hour <= lastHour() - HOUR; hour += HOUR) {
        const isAbsent = hour === quiet || hour === ownHour;
        assert.equal(
          hours.get(hour + HOUR - 1),
          isAbsent ? undefined : right(hour),
          new Date(hour).toISOString(),
        );
      }

      coinbase.requests.length = 0;
      const again = await command(t, args, env);
      assert.equal(again.code, 0);
      assert.ok(JSON.parse(again.stdout).received <= 1, 'at most an hour that ended meanwhile');
      const { path = '' } = coinbase.requests[0] ?? {};
      assert.equal(new URL(path, 'http://x').searchParams.get('start'), new Date(quiet).toISOString());
    },
  );
}

test('Retry-After of Coinbase is respected, and the request repeated', async (t) => {
  const { coinbase, environment } = await startExchanges(t);
  const env = { DATA_DIR: temporaryFolder(t), ...environment };
  coinbase.fault = { type: 'status', status: 429, retryAfter: '1' };
  const { child, ended } = startCommand(t, ['import', '--from', 'coinbase', '--since', '-2d'], env);
  await eventually('it was asked', () => coinbase.requests.length > 0);
  const asked = Date.now();
  coinbase.fault = undefined;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr += part;
  });
  const [code] = await ended;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /too many requests; retrying in 1 s/);
  assert.ok(Date.now() - asked > 900);
  assert.equal(coinbase.requests.length, 2);
});

test('a refusal exits with 69 after storing the rest, and the next run continues there', async (t) => {
  const { coinbase, environment } = await startExchanges(t);
  const env = { DATA_DIR: temporaryFolder(t), ...environment };
  const args = ['import', '--from', 'coinbase', '--since', '-40d', '--json'];
  const { child, ended } = startCommand(t, args, env);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
  });
  await eventually('the first call was made', () => coinbase.requests.length > 0);
  coinbase.fault = { type: 'status', status: 403 };
  assert.equal((await ended)[0], 69);
  const partly = JSON.parse(stdout).added;
  assert.ok(partly >= 299, `${partly} hours`);
  coinbase.fault = undefined;
  const rest = await command(t, args, env);
  assert.equal(rest.code, 0, rest.stderr);
  assert.ok(Math.abs(partly + JSON.parse(rest.stdout).added - 40 * 24) <= 2);
  assert.equal(JSON.parse(rest.stdout).duplicates, 0);
});

/** SentiCrypt v1's history: a sample each 30 s of some hours, by their names. */
async function startHistory(t: TestContext, hours: readonly number[]) {
  const nameOf = (hour: number) => `bitcoin-${day(hour)}_${new Date(hour).toISOString().slice(11, 13)}.json`;
  const asked: string[] = [];
  const absent = new Set<string>();
  const upstream = await startUpstream(t, (request, response) => {
    const name = request.url?.split('/v1/history/')[1] ?? '';
    asked.push(name);
    const hour = hours.find((one) => nameOf(one) === name);
    const records = (start: number) =>
      Array.from({ length: 120 }, (_, index) => snapshot(start + index * 30_000 + 345, 9000 + index, 0.25));
    if (name === 'index.json') response.end(JSON.stringify([...hours.map(nameOf), 'notes.txt', 7]));
    else if (hour === undefined || absent.has(name)) response.writeHead(404).end('not found');
    else response.end(JSON.stringify(records(hour)));
  });
  return { url: upstream.url, asked, absent, nameOf, answer: upstream.answer };
}

const FIRST = Date.UTC(2020, 1, 13, 22);

test('SentiCrypt’s history is imported by hourly files, oldest first, and continues where it stopped', async (t) => {
  const hours = [0, 1, 2, 3].map((index) => FIRST + index * HOUR);
  const history = await startHistory(t, hours.toReversed());
  history.absent.add(history.nameOf(FIRST + HOUR));
  const env = { DATA_DIR: temporaryFolder(t), SENTICRYPT_URL: history.url };
  const args = ['import', '--from', 'senticrypt'];
  const first = await command(t, args, env);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^360 received: 360 added, 0 duplicates, 0 rejected\n/);
  assert.match(first.stderr, /listed files of the history that are missing: 1/);
  assert.deepEqual(history.asked, ['index.json', ...hours.map(history.nameOf)]);
  const [header, line] = (await command(t, ['export', '--to', '2020-02-13T22:00:10Z'], env)).stdout.split(
    '\n',
  );
  assert.deepEqual([header, line], ['time,price,sentiment', '2020-02-13T22:00:00.345Z,9000,0.25']);

  history.asked.length = 0;
  history.absent.clear();
  const again = await command(t, args, env);
  assert.match(again.stdout, /^120 received: 120 added/);
  assert.deepEqual(history.asked, ['index.json', history.nameOf(FIRST + HOUR)]);

  history.asked.length = 0;
  const since = await command(t, [...args, '--since', '2020-02-14'], {
    ...env,
    DATA_DIR: temporaryFolder(t),
  });
  assert.match(since.stdout, /^240 received/);
});

test('an invalid or simulated history exits with the source’s code, and nothing is stored', async (t) => {
  const history = await startHistory(t, [FIRST]);
  const env = { DATA_DIR: temporaryFolder(t), SENTICRYPT_URL: history.url };
  for (const [stderr, status, headers, body] of [
    [/has no list of its history/, 404, {}, '{}'],
    [/has no list of its history/, 200, {}, '{}'],
    [/not JSON/, 200, {}, '<html>'],
    [/refuses: it answered 403/, 403, {}, 'no'],
    [/simulated samples/, 200, { 'data-source': 'simulated' }, '[]'],
  ] as const) {
    history.answer((_request, response) => response.writeHead(status, headers).end(body));
    const outcome = await command(t, ['import', '--from', 'senticrypt'], env);
    assert.equal(outcome.code, 69, outcome.stderr);
    assert.match(outcome.stderr, stderr);
    assert.match(outcome.stdout, /^0 received/);
  }
});

test('data received before an interruption is stored, and not requested again', async (t) => {
  const { coinbase, environment } = await startExchanges(t);
  const env = { DATA_DIR: temporaryFolder(t), ...environment };
  const args = ['import', '--from', 'coinbase', '--since', '-90d', '--json'];
  const { child, ended } = startCommand(t, args, env);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
  });
  await eventually('two calls were made', () => coinbase.requests.length > 1);
  child.kill('SIGTERM');
  assert.equal((await ended)[0], 143);
  const { added } = JSON.parse(stdout);
  assert.ok(added >= 299, `${added} hours`);
  coinbase.requests.length = 0;
  const rest = await command(t, args, env);
  assert.equal(rest.code, 0, rest.stderr);
  assert.equal(JSON.parse(rest.stdout).duplicates, 0);
  assert.ok(Math.abs(added + JSON.parse(rest.stdout).added - 90 * 24) <= 2);
});

test('nothing is requested from Coinbase before Bitcoin began, or for a simulated store', async (t) => {
  const { coinbase, environment } = await startExchanges(t);
  const env = { DATA_DIR: temporaryFolder(t), ...environment };
  const args = ['import', '--from', 'coinbase', '--since', '0001-01-01'];
  const refused = await command(t, args, { ...env, SOURCE: 'simulated' });
  assert.equal(refused.code, 64);
  assert.match(refused.stderr, /are not mixed with simulated ones/);
  assert.equal(coinbase.requests.length, 0);

  coinbase.fault = { type: 'status', status: 403 };
  assert.equal((await command(t, args, env)).code, 69);
  const [{ path = '' } = {}] = coinbase.requests;
  assert.equal(new URL(path, 'http://x').searchParams.get('start'), '2009-01-03T00:00:00.000Z');
});
