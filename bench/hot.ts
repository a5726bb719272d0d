// Compares the cached answer with a minimal node:http server that sends the same bytes and headers: alternating runs,
// with servers and load each pinned to a core. Needs wrk and taskset (Debian: wrk, util-linux).
import { parseArgs } from 'node:util';
import { load, median, startPinned, startService } from './support/pinned.ts';
import { type BenchStore, eachStore } from './support/stores.ts';
import { printTable } from './support/table.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  pairs: { type: 'string', default: '20' },
  seconds: { type: 'string', default: '2' },
} as const;
const { stores, pairs, seconds } = parseArgs({ options }).values;
const PATH = 'is-bitcoin-lit';

/** A service's response, for the bare server to send, with header names as on the wire. */
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

async function compare(store: BenchStore): Promise<string[][]> {
  await using service = await startService({ ...store.settings('hot'), SOURCE: 'simulated' });
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
      tails.push(ours.p99Ms / theirs.p99Ms);
      speeds.push(ours.perSecond);
    }
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    rows.push([
      `${store.name} ${what}`,
      `${median(ratios).toFixed(3)} × (${spread})`,
      `${median(tails).toFixed(2)} ×`,
      `${Math.round(median(speeds))}/s`,
    ]);
  }
  return rows;
}

const rows = [['answer', 'throughput, × bare', 'p99, × bare', 'here']];
for await (const store of eachStore(stores)) rows.push(...(await compare(store)));
printTable(`GET /is-bitcoin-lit, medians of ${pairs} alternating pairs of ${seconds} s`, rows);
