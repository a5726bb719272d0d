import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { eventually } from '../support/eventually.ts';
import { command, startCommand } from '../support/processes/command.ts';
import { serve } from '../support/processes/process.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { STORE_PLACES } from '../support/upstreams/places.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const START = Date.UTC(2023, 0, 1);
const HEADER = 'time,price,sentiment\n';

function row(index: number): string {
  return `${START + index * 30_000},${30_000 + ((index * 7919) % 100_003) / 100},${(((index * 31) % 199) - 99) / 100}\n`;
}

/** Rows in chunks of a thousand. */
function* csvChunks(from: number, to: number): Generator<string> {
  for (let at = from; at < to; at += 1000) {
    yield Array.from({ length: Math.min(1000, to - at) }, (_, index) => row(at + index)).join('');
  }
}

/** Yields some rows, and then neither rows nor the end, so that an import does not finish. */
async function* endlessCsv(count: number, end: AbortSignal): AsyncGenerator<string> {
  yield HEADER;
  yield* csvChunks(0, count);
  await sleep(600_000, undefined, { signal: end, ref: false }).catch(() => undefined);
}

function abortAfterTest(t: TestContext): AbortSignal {
  const end = new AbortController();
  t.after(() => end.abort());
  return end.signal;
}

async function exportRows(t: TestContext, env: Record<string, string>): Promise<string[]> {
  const { code, stdout, stderr } = await command(t, ['export'], env);
  assert.equal(code, 0, stderr);
  return stdout.split('\n').slice(1, -1);
}

for (const { name, options, settings } of STORE_PLACES) {
  test(
    `killed in the middle and run again, an import into ${name} is as if never killed`,
    options,
    async (t) => {
      const [killed, whole] = [settings(t), settings(t)];
      const all = HEADER + [...csvChunks(0, 60_000)].join('');
      for (let round = 0; round < 2; round += 1) {
        const { child, ended } = startCommand(
          t,
          ['import', '-'],
          killed,
          endlessCsv(35_000, abortAfterTest(t)),
        );
        await eventually('some samples are stored', async () => (await exportRows(t, killed)).length > 0);
        child.kill('SIGKILL');
        assert.deepEqual(await ended, [null, 'SIGKILL']);
      }
      const before = (await exportRows(t, killed)).length;
      assert.ok(before > 0 && before < 60_000, `${before} stored`);
      const again = await command(t, ['import', '-'], killed, all);
      assert.match(
        again.stdout,
        new RegExp(`^60000 received: ${60_000 - before} added, ${before} duplicates, 0 rejected`),
      );
      await command(t, ['import', '-'], whole, all);
      for (const bucket of ['raw', '1h', '1d']) {
        const exports = [killed, whole].map((env) => command(t, ['export', '--bucket', bucket], env));
        const [ours, right] = await Promise.all(exports);
        assert.equal(ours?.stdout, right?.stdout, bucket);
      }
    },
  );

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`after ${signal} an import into ${name} says exactly what it kept`, options, async (t) => {
      const env = settings(t);
      const { child, ended } = startCommand(
        t,
        ['import', '-', '--json'],
        env,
        endlessCsv(35_000, abortAfterTest(t)),
      );
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        stdout += part;
      });
      child.stderr.setEncoding('utf8').on('data', (part: string) => {
        stderr += part;
      });
      await eventually('some samples are stored', async () => (await exportRows(t, env)).length > 0);
      child.kill(signal);
      assert.deepEqual(await ended, [code, null], stderr);
      assert.match(stderr, /interrupted: the samples counted above are stored/);
      const { received, added, rejected } = JSON.parse(stdout);
      assert.deepEqual({ received, rejected }, { received: added, rejected: 0 });
      assert.equal((await exportRows(t, env)).length, added);
    });
  }

  test(
    `a service on ${name} answers and refreshes during an import, and learns of it`,
    options,
    async (t) => {
      const env = settings(t);
      const began = Date.now();
      let sent = 0;
      const upstream = await startUpstream(t, (_request, response) => {
        sent += 1;
        response.end(JSON.stringify([snapshot(began - 3_600_000 + sent, 1, 0)]));
      });
      const service = await serve(t, {
        ...env,
        SENTICRYPT_URL: upstream.url,
        CACHE_TTL: '1s',
        RATE_LIMIT: '0',
      });
      const refresh = async () => {
        const response = await fetch(`${service.address}/refresh`, { method: 'POST' });
        return { status: response.status, report: (await response.json()) as { added?: number } };
      };
      assert.deepEqual((await refresh()).status, 200);

      const rows = 300_000;
      async function* input(): AsyncGenerator<string> {
        yield HEADER;
        yield* csvChunks(0, rows);
        yield `${began},123,0.5\n`;
      }
      let isOver = false;
      const importing = command(t, ['import', '-'], env, input()).finally(() => {
        isOver = true;
      });
      let answers = 0;
      let refreshes = 0;
      while (!isOver) {
        const answer = await fetch(`${service.address}/is-bitcoin-lit`);
        assert.equal(answer.status, 200);
        await answer.arrayBuffer();
        answers += 1;
        if (answers % 50 === 0) {
          const { status, report } = await refresh();
          assert.equal(status, 200);
          assert.equal(report.added, 1);
          refreshes += 1;
        }
      }
      const outcome = await importing;
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.match(outcome.stdout, new RegExp(`^${rows + 1} received: ${rows + 1} added`));
      assert.ok(answers >= 50 && refreshes > 0, `${answers} answers, ${refreshes} refreshes`);
      await eventually('the answer contains the imported samples', async () => {
        const answer = (await (await fetch(`${service.address}/is-bitcoin-lit`)).json()) as { as_of: string };
        return Date.parse(answer.as_of) === began;
      });
      const gone = await command(
        t,
        ['delete', '--from', new Date(began).toISOString(), '--to', 'now', '--yes'],
        env,
      );
      assert.equal(gone.stdout, '1 sample deleted\n');
      await eventually('the answer reflects the deletion', async () => {
        const answer = (await (await fetch(`${service.address}/is-bitcoin-lit`)).json()) as { as_of: string };
        return Date.parse(answer.as_of) < began;
      });
    },
  );
}

/** The peak memory of a process so far. */
function peakMemoryMb(pid: number | undefined): number {
  const [, kilobytes = 0] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Imports a stream, and measures the peak memory. */
async function importWithPeak(t: TestContext, input: AsyncIterable<string | Uint8Array>) {
  const { child, ended } = startCommand(t, ['import', '-'], { DATA_DIR: temporaryFolder(t) }, input);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      output += part;
    });
  }
  let peakMb = 0;
  const timer = setInterval(() => {
    try {
      peakMb = Math.max(peakMb, peakMemoryMb(child.pid));
    } catch {
      // The process has ended.
    }
  }, 50);
  const [code] = await ended;
  clearInterval(timer);
  return { code, peakMb, output };
}

async function* repeatedCsv(part: string, count: number): AsyncGenerator<string> {
  yield HEADER;
  for (let done = 0; done < count; done += 1) yield part;
}

const MAX_MEMORY_MB = 250;

test('a long file takes no more memory than a short one', async (t) => {
  async function* long(): AsyncGenerator<string> {
    yield HEADER;
    yield* csvChunks(0, 1_500_000);
  }
  const { code, peakMb, output } = await importWithPeak(t, long());
  assert.equal(code, 0, output);
  assert.match(output, /^1500000 received: 1500000 added/);
  assert.ok(peakMb > 0 && peakMb < MAX_MEMORY_MB, `${Math.round(peakMb)} MB`);
});

test('a file of bad lines, an endless line or a gzip bomb takes no more memory either', async (t) => {
  for (const [input, right, said] of [
    [repeatedCsv('nonsense,1,"a"\n'.repeat(5000), 300), 3, /1500000 rejected/],
    [repeatedCsv('x'.repeat(2 ** 20), 200), 65, /line 2: it does not end/],
    [repeatedCsv(`"${'x'.repeat(2 ** 20)}`, 100), 65, /line 2: it does not end/],
    [Readable.from(repeatedCsv('x'.repeat(2 ** 20), 200)).pipe(createGzip()), 65, /line 2: it does not end/],
  ] as const) {
    const { code, peakMb, output } = await importWithPeak(t, input);
    assert.equal(code, right, output);
    assert.match(output, said);
    assert.ok(peakMb > 0 && peakMb < MAX_MEMORY_MB, `${Math.round(peakMb)} MB`);
  }
});
