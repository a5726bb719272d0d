import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../../bootstrap/start.ts';
import { type Config, readConfig } from '../../config/config.ts';
import { SetupError } from '../../domain/errors.ts';
import type { Observe, ServiceEvent } from '../../service/observer.ts';
import { createLogger, logEvents } from '../../telemetry/log.ts';
import { SOFTWARE, TRY_AGAIN } from '../exit-codes.ts';
import { collectOldObjectsEarly, keepNextTickFast, returnMemoryWhenIdle } from '../heap-settings.ts';
import { untilStopped } from '../stop-signals.ts';

/** After this time, unfinished work is abandoned. */
const STOP_LIMIT_MS = 4500;

/** @param port the setting of the port, and its value. */
const LISTEN_FAULTS: Readonly<Record<string, (port: string) => string>> = {
  EADDRINUSE: (port) => `${port} is already in use: stop the other process, or set another port`,
  EACCES: (port) => `${port} needs more rights than this user has: set a port above 1023`,
  EADDRNOTAVAIL: () => 'HOST is not an address of this machine',
  ENOTFOUND: () => 'HOST cannot be resolved to an address',
  EAI_AGAIN: () => 'HOST cannot be resolved to an address',
};

function explain(error: unknown, { PORT, METRICS_PORT }: Config): unknown {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : '';
  const describe = LISTEN_FAULTS[code];
  if (!describe) return error;
  const isOfMetrics = (error as { port?: unknown }).port === METRICS_PORT;
  const port = isOfMetrics ? `METRICS_PORT ${METRICS_PORT}` : `PORT ${PORT}`;
  return new SetupError(describe(port), { cause: error });
}

/** Events after which a supervisor must restart the service, with the files that are there then. */
const ENDS: Readonly<Partial<Record<ServiceEvent['type'], string>>> = {
  store_lost: 'the store was lost',
  workers_lost: 'no worker starts',
  program_replaced: 'the program was replaced',
};

/** @returns the exit code, unless the process ends. */
export async function serve(config: Config): Promise<number> {
  keepNextTickFast();
  collectOldObjectsEarly();
  returnMemoryWhenIdle();
  const stopped = untilStopped();
  const workers = config.WORKERS > 1 ? await import('../../workers/roles.ts') : undefined;
  const worker = workers?.workerId();
  const log = await createLogger(config.LOG_LEVEL, process.stdout.isTTY, worker);
  const logEvent = logEvents(log);
  const lost = Promise.withResolvers<{ why: string; code: number }>();
  const observe: Observe = (event) => {
    logEvent(event);
    const why = ENDS[event.type];
    if (why !== undefined) lost.resolve({ why, code: event.type === 'workers_lost' ? SOFTWARE : TRY_AGAIN });
  };
  if (workers && worker !== undefined) {
    const { runWorker } = workers;
    // The writer, which gets the same signals, says when to stop.
    process.exit(
      await runWorker(config, observe).then(
        () => 0,
        () => SOFTWARE,
      ),
    );
  }
  const start = workers?.startWriter ?? startService;
  const starting = start({ config, observe }).catch((error) => {
    throw explain(error, config);
  });
  const service = await Promise.race([starting, stopped.then(() => undefined)]);
  // Nothing was acknowledged yet, and locks end with the process.
  if (!service) process.exit(0);
  const { why, code } = await Promise.race([
    stopped.then((signal) => ({ why: signal, code: 0 })),
    lost.promise,
  ]);
  observe({ type: 'stopping', why });
  const inTime = await Promise.race([
    service[Symbol.asyncDispose]().then(() => true),
    sleep(STOP_LIMIT_MS, false, { ref: false }),
  ]);
  if (!inTime) log.error(`some work did not finish within ${STOP_LIMIT_MS} ms and was abandoned`);
  // Ends everything that is still open, such as a connection to a slow client.
  process.exit(inTime ? code : code || SOFTWARE);
}

export const run = (): Promise<number> => serve(readConfig());
