import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../assemble.ts';
import { type Config, readConfig } from '../config.ts';
import { SetupError } from '../domain/errors.ts';
import { createLogger, logEvents } from '../telemetry/log.ts';
import type { Command } from './command.ts';
import { SOFTWARE } from './exit-codes.ts';
import { untilStopped } from './stop.ts';

/** Everything under way is given up or over by then. Milliseconds. */
const STOP_LIMIT = 4500;

const LISTEN_FAULTS: Readonly<Record<string, (config: Config) => string>> = {
  EADDRINUSE: ({ PORT }) => `PORT ${PORT} is already in use: stop the other process, or set another port`,
  EACCES: ({ PORT }) => `PORT ${PORT} needs more rights than this user has: set a port above 1023`,
  EADDRNOTAVAIL: () => 'HOST is not an address of this machine',
  ENOTFOUND: () => 'HOST cannot be resolved to an address',
  EAI_AGAIN: () => 'HOST cannot be resolved to an address',
};

function explain(error: unknown, config: Config): unknown {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : '';
  const describe = LISTEN_FAULTS[code];
  return describe ? new SetupError(describe(config), { cause: error }) : error;
}

async function run(): Promise<number> {
  const config = readConfig();
  const stopped = untilStopped();
  const log = await createLogger({ level: config.LOG_LEVEL, descriptor: 1, pretty: process.stdout.isTTY });
  const observe = logEvents(log);
  const starting = startService({ config, observe }).catch((error) => {
    throw explain(error, config);
  });
  const service = await Promise.race([starting, stopped.then(() => undefined)]);
  // Nothing was acknowledged yet, and the locks go with the process.
  if (!service) process.exit(0);
  observe({ type: 'stopping', why: await stopped });
  const inTime = await Promise.race([
    service[Symbol.asyncDispose]().then(() => true),
    sleep(STOP_LIMIT, false, { ref: false }),
  ]);
  if (!inTime) log.error(`some work did not finish within ${STOP_LIMIT} ms and was abandoned`);
  // Whatever is still open, a slow client for one, ends with the process.
  process.exit(inTime ? 0 : SOFTWARE);
}

export const command: Command = { options: {}, run };
