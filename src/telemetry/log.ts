import pino, { type DestinationStream, type Logger } from 'pino';
import { messagesOf, SetupError, SourceError, StoreError } from '../domain/errors.ts';
import type { Observe } from '../service/observer.ts';
import { logTroubles } from './log-troubles.ts';

export interface LogOptions {
  readonly level: string;
  /** Where to write: 1 is standard output, 2 is standard error. */
  readonly descriptor: 1 | 2;
  /** For people on a terminal; JSON lines otherwise. */
  readonly pretty: boolean;
}

export async function createLogger({ level, descriptor, pretty }: LogOptions): Promise<Logger> {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(
    options,
    pretty ? await prettyStream(descriptor) : pino.destination({ fd: descriptor, sync: true }),
  );
}

async function prettyStream(destination: number): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ destination, sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' });
}

/** An expected error as one line, any other with its stack. Errors of single exchanges and feeds have lines of their own. */
function fields(error: unknown): object {
  if (error instanceof SourceError && error.troubles)
    return { reason: 'no source gave a price, nor enough headlines' };
  const isExpected =
    error instanceof SourceError || error instanceof StoreError || error instanceof SetupError;
  return isExpected ? { reason: messagesOf(error) } : { err: error };
}

/** Logs events. A lasting state is logged once when it begins and once when it ends. */
export function logEvents(log: Logger): Observe {
  const failing = new Set<string>();
  const logTroublesOf = logTroubles(log);

  function begins(state: string, error: unknown, message: string): void {
    const isNew = !failing.has(state);
    failing.add(state);
    log[isNew ? 'warn' : 'debug'](fields(error), message);
  }

  function logAbsence(value: 'price' | 'sentiment', reason: string | undefined): void {
    if (reason === undefined) {
      ends(value, `there is a ${value} again`);
      return;
    }
    const isNew = !failing.has(value);
    failing.add(value);
    log[isNew ? 'warn' : 'debug']({ reason }, `there is no ${value}`);
  }

  function ends(state: string, message: string): void {
    if (failing.delete(state)) log.info(message);
  }

  const unfit = new Set<string>();
  /** Once for each kind, since another program may write it at every tick. */
  function logUnfit(kind: string): void {
    if (unfit.has(kind)) return;
    unfit.add(kind);
    log.warn(`the ${kind} in the store is not what this version writes there, and is not used`);
  }

  let lastTold = Number.NEGATIVE_INFINITY;
  let untold = 0;
  /** Each of thousands of readers would have a line of the same fault: how many had none since the last one, or undefined. */
  function mayTell(): number | undefined {
    if (performance.now() - lastTold < 1000) {
      untold += 1;
      return undefined;
    }
    const count = untold;
    lastTold = performance.now();
    untold = 0;
    return count;
  }

  return (event) => {
    switch (event.type) {
      case 'listening':
        return log.info({ source: event.source }, `listening on ${event.address}`);
      case 'metrics_listening':
        return log.info(`metrics on ${event.address}`);
      case 'stopping':
        return log.info(`stopping: ${event.why}`);
      case 'warning':
        return log.warn(event.text);
      case 'pulled':
        logTroublesOf(event.notes.troubles);
        logAbsence('price', event.notes.absent.price);
        return logAbsence('sentiment', event.notes.absent.sentiment);
      case 'refreshed': {
        ends('refresh', 'refresh works again');
        const { rejections, ...counts } = event.report;
        return log.debug({ ...counts, rejections, duration: event.duration }, 'refreshed');
      }
      case 'refresh_failed':
        if (event.error instanceof SourceError) logTroublesOf(event.error.troubles);
        return begins('refresh', event.error, 'refresh fails');
      case 'summary_read':
        return ends('summary', 'the store can be read again');
      case 'summary_failed':
        return begins('summary', event.error, 'the store cannot be read');
      case 'rollups_repaired':
        ends('mend', 'the history can be repaired again');
        if (event.changed) log.info({ duration: event.duration }, 'the history was repaired');
        return;
      case 'rollup_repair_failed':
        return begins('mend', event.error, 'the history cannot be repaired');
      case 'outbound_failed':
        return log.debug({ host: event.host, reason: messagesOf(event.error) }, 'a request failed');
      case 'unfit':
        return logUnfit(event.kind);
      case 'cache_failed':
        return log.debug(fields(event.error), 'the cached answer cannot be read or written');
      case 'store_away':
        return log.error(fields(event.error), 'Redis cannot be used');
      case 'store_lost':
        return log.fatal(fields(event.error), 'the store is gone');
      case 'store_back':
        return log.info('Redis is back');
      case 'request_failed': {
        const { requestId, method, path, status, error } = event;
        const line = { request_id: requestId, method, path, status };
        if (status === 500) return log.error({ ...line, err: error }, 'request failed');
        const reason = messagesOf(error);
        const others = status > 500 ? mayTell() : undefined;
        if (others === undefined) return log.debug({ ...line, reason }, 'request failed');
        return log.warn({ ...line, reason, ...(others > 0 && { others }) }, 'request failed');
      }
    }
  };
}
