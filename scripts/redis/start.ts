import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorReply } from 'redis';
import { newClient } from './client.ts';
import { runGuarded } from './guarded.ts';
import type { Launcher } from './launcher.ts';
import { LAUNCHERS } from './launchers.ts';

/** Docker may have to pull an image first. */
const START_TIMEOUT_MS = 120_000;

export interface RunningRedis extends AsyncDisposable {
  readonly url: string;
  /** A description for people. */
  readonly name: string;
  /** The process that runs it; absent if it was running before. */
  readonly pid?: number;
  /** Resolves when it ends; absent if it was running before. */
  readonly ended: Promise<unknown> | undefined;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

type State = 'suitable' | 'no time series' | 'no answer';

const STATES = { 'no time series': 'it has no time series', 'no answer': 'it does not answer' } as const;

async function probe(url: string): Promise<State> {
  const client = newClient({ url, socket: { reconnectStrategy: false, connectTimeout: 1000 } });
  try {
    await client.connect();
    await client.ts.info('is-bitcoin-lit:is-there-time-series');
    return 'suitable';
  } catch (error) {
    if (!(error instanceof ErrorReply)) return 'no answer';
    return /unknown command/.test(error.message) ? 'no time series' : 'suitable';
  } finally {
    client.destroy();
  }
}

async function launch(launcher: Launcher, port: number, extra: readonly string[]): Promise<RunningRedis> {
  await launcher.prepare();
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'is-bitcoin-lit-redis-'));

  const { args, ...command } = launcher.command(port, dir);
  const guarded = stack.use(runGuarded({ ...command, args: [...args, ...extra] }, dir));

  const url = `redis://127.0.0.1:${port}`;
  const until = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const state = guarded.isOver() ? 'no answer' : await probe(url);
    if (state === 'suitable') break;
    if (state === 'no time series') throw new Error(STATES[state]);
    if (guarded.isOver() || Date.now() > until) throw new Error('it does not start');
    await sleep(25);
  }
  const rest = stack.move();
  return {
    url,
    name: launcher.name,
    ...(guarded.pid !== undefined && { pid: guarded.pid }),
    ended: guarded.ended,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/**
 * Why the Redis at an address cannot be used; `undefined` if it can. Does not include the address, which may have a
 * password.
 */
async function unfitness(url: string): Promise<string | undefined> {
  if (!/^rediss?:/.test(url)) return 'it is not a single server';
  try {
    const state = await probe(url);
    return state === 'suitable' ? undefined : STATES[state];
  } catch {
    // The client throws if it is not an address.
    return 'it is not a valid address';
  }
}

/** The Redis at `REDIS_URL`, if it can be used. */
async function existing(notice: (text: string) => void): Promise<RunningRedis | undefined> {
  const url = process.env['REDIS_URL'];
  if (!url) return undefined;
  const reason = await unfitness(url);
  if (reason !== undefined) {
    notice(`Cannot use the Redis at REDIS_URL: ${reason}. Trying the next way.`);
    return undefined;
  }
  return {
    url,
    name: 'the Redis at REDIS_URL',
    ended: undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Starts a Redis with the first launcher that works. It ends on disposal or with this process. */
export async function launchRedis(
  port?: number,
  extra: readonly string[] = [],
  launchers = LAUNCHERS,
): Promise<RunningRedis> {
  const reasons: string[] = [];
  for (const launcher of launchers) {
    try {
      return await launch(launcher, port ?? (await freePort()), extra);
    } catch (error) {
      reasons.push(`${launcher.name}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
  }
  throw new Error(`no Redis with time series can be started here (${reasons.join('; ')})`);
}

/**
 * Uses the Redis at `REDIS_URL`, or starts one.
 *
 * @param notice receives a sentence that explains why the Redis at `REDIS_URL` is not used.
 */
export async function startRedis(notice: (text: string) => void, port?: number): Promise<RunningRedis> {
  return (await existing(notice)) ?? (await launchRedis(port));
}
