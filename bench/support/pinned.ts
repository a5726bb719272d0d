import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);

/** Servers and load have separate cores; on one core, they would measure the scheduler. */
const SERVER_CORE = '0';
const LOAD_CORE = '1';

/** Ends a measured process that contacts another host. */
const LOCAL_ONLY = `--import=${new URL('../../scripts/local-only.mjs', import.meta.url).href}`;

export interface Server extends AsyncDisposable {
  readonly address: string;
  readonly child: ChildProcess;
}

/** Moves this process and all that it starts, such as clients, sources and Redis, to the load's core. */
export function pinToLoadCore(): void {
  execFileSync('taskset', ['-a', '-c', '-p', LOAD_CORE, String(process.pid)]);
}

/** Starts a script of the project on the servers' core; resolves once it prints its address. */
export async function startPinned(
  script: string,
  args: readonly string[],
  env = {},
  nodeOptions: readonly string[] = [],
): Promise<Server> {
  const file = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  const command = [process.execPath, ...nodeOptions, file, ...args];
  const child = spawn('taskset', ['-c', SERVER_CORE, ...command], {
    env: { PATH: process.env['PATH'] ?? '', NODE_OPTIONS: LOCAL_ONLY, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error(`${script} ended: ${output}`)));
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      const [, found] = /listening on (http:\/\/[^"\s]+)/.exec(output) ?? [];
      if (found) resolve(found);
    });
  });
  return {
    address,
    child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

export interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

async function wrk(
  address: string,
  seconds: number,
  args: readonly string[],
  wrapper: readonly string[] = [],
) {
  const command = ['-c', LOAD_CORE, ...wrapper, 'wrk', '-t1', `-d${seconds}s`, '--latency', ...args, address];
  const { stdout } = await run('taskset', command);
  if (/Non-2xx or 3xx/.test(stdout)) throw new Error(`${address} refused some requests: ${stdout}`);
  return stdout;
}

/** Runs wrk on the load's core. */
export async function load(address: string, seconds: number, headers: readonly string[] = []): Promise<Load> {
  const options = headers.flatMap((header) => ['-H', header]);
  const output = await wrk(address, seconds, ['-c32', ...options]);
  const [, perSecond] = /Requests\/sec:\s+([\d.]+)/.exec(output) ?? [];
  const [, p99, unit = 'ms'] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? [];
  return { perSecond: Number(perSecond), p99Ms: Number(p99) * (UNITS[unit] ?? Number.NaN) };
}

/**
 * Requests one path after another for as long as a load, with the lowest priority: otherwise, reading large responses on the
 * load's core would delay the load, and count as a delay of the server.
 */
export async function readBeside(address: string, paths: readonly string[], seconds: number): Promise<void> {
  using folder = temporaryFolder();
  const script = join(folder.path, 'paths.lua');
  writeFileSync(
    script,
    `local paths, count = { ${paths.map((path) => JSON.stringify(path)).join(', ')} }, 0
function request()
  count = count + 1
  return wrk.format('GET', paths[(count - 1) % #paths + 1])
end
`,
  );
  const output = await wrk(address, seconds, ['-c1', '-s', script], ['nice', '-n', '19']);
  if (/^Requests\/sec:\s+0\.00$/m.test(output)) throw new Error(`${address} answered nothing: ${output}`);
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Starts the service on the servers' core, from the bundle if it is current. It refreshes only on request. */
export function startService(
  env: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<Server> {
  const settings = { SOURCE: 'senticrypt', PORT: '0', REFRESH_INTERVAL: '0', RATE_LIMIT: '0', ...env };
  return startPinned('bin/is-bitcoin-lit.mjs', ['serve'], settings, nodeOptions);
}
