// The cached answer beside the best bare node:http server that sends the same bytes and headers: alternating runs,
// servers and load pinned to a core each. Wants wrk and taskset (Debian: wrk, util-linux).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchRedis } from '../scripts/redis/start.ts';
import { load, median, startPinned } from './support/pinned.ts';

const options = {
  pairs: { type: 'string', default: '20' },
  seconds: { type: 'string', default: '2' },
} as const;
const { pairs, seconds } = parseArgs({ options }).values;
const PATH = 'is-bitcoin-lit';

/** The answer that a service gives, for a bare server to give too; header names as they are on the wire. */
async function answerOf(address: string) {
  const response = await fetch(`${address}/${PATH}`);
  const skipped = ['date', 'connection', 'keep-alive', 'content-length'];
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !skipped.includes(name)));
  const body = await response.text();
  const etag = response.headers.get('etag') ?? '';
  const { 'content-type': type = '', ...rest } = headers;
  return {
    etag,
    body,
    headers: { ...rest, 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) },
  };
}

async function compare(name: string, env: Record<string, string>): Promise<string[][]> {
  const settings = { SOURCE: 'simulated', PORT: '0', REFRESH_INTERVAL: '0', LOG_LEVEL: 'info', ...env };
  await using service = await startPinned('src/cli.ts', ['serve'], settings);
  await fetch(`${service.address}/refresh`, { method: 'POST' });
  const answer = await answerOf(service.address);
  await using bare = await startPinned('bench/bare.ts', [], { ANSWER: JSON.stringify(answer) });

  const rows: string[][] = [];
  for (const [what, headers] of [
    ['200', []],
    ['304', [`If-None-Match: ${answer.etag}`]],
  ] as const) {
    const ratios: number[] = [];
    const tails: number[] = [];
    const speeds: number[] = [];
    for (const server of [service, bare]) await load(`${server.address}/${PATH}`, Number(seconds), headers);
    for (let pair = 0; pair < Number(pairs); pair += 1) {
      const ours = await load(`${service.address}/${PATH}`, Number(seconds), headers);
      const theirs = await load(`${bare.address}/${PATH}`, Number(seconds), headers);
      ratios.push(ours.perSecond / theirs.perSecond);
      tails.push(ours.p99 / theirs.p99);
      speeds.push(ours.perSecond);
    }
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    rows.push([
      `${name} ${what}`,
      `${median(ratios).toFixed(3)} × (${spread})`,
      `${median(tails).toFixed(2)} ×`,
      `${Math.round(median(speeds))}/s`,
    ]);
  }
  return rows;
}

const folder = mkdtempSync(join(tmpdir(), 'is-bitcoin-lit-bench-'));
const rows = [['answer', 'throughput, × bare', 'p99, × bare', 'here']];
try {
  rows.push(...(await compare('SQLite', { DATA_DIR: folder })));
  await using redis = await launchRedis();
  rows.push(...(await compare('Redis', { REDIS_URL: redis.url })));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`GET /is-bitcoin-lit, medians of ${pairs} alternating pairs of ${seconds} s\n`);
for (const row of rows)
  console.log(
    row
      .map((cell) => cell.padEnd(26))
      .join(' ')
      .trimEnd(),
  );
