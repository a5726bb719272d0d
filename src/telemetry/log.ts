import pino, { type Logger } from 'pino';
import { messagesOf, SetupError, SourceError, StoreError } from '../domain/errors.ts';
import type { Observe } from '../service/observer.ts';
import { logTroubles } from './log-troubles.ts';

/**
 * @param pretty for terminals; otherwise JSON lines.
 * @param worker the number of this process, which each line then shows.
 */
export async function createLogger(level: string, pretty: boolean, worker?: number): Promise<Logger> {
  const base = worker === undefined ? null : { worker };
  const options = { level, base, timestamp: pino.stdTimeFunctions.isoTime };
  if (!pretty) return pino(options, pino.destination({ sync: true }));
  const { default: prettyStream } = await import('pino-pretty');
  return pino(options, prettyStream({ sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' }));
}

/** An expected error as one line, any other with its stack. Failures of single upstreams are logged separately. */
function fields(error: unknown): object {
  if (error instanceof SourceError && error.troubles)
    return { reason: 'no source gave a price, nor enough headlines' };
  const isExpected =
    error instanceof SourceError || error instanceof StoreError || error instanceof SetupError;
  return isExpected ? { reason: messagesOf(error) } : { err: error };
}

/** Logs events. A lasting failure is logged once when it begins and once when it ends. */
export function logEvents(log: Logger): Observe {
  const failing = new Set<string>();
  const logTroublesOf = logTroubles(log);

  function begin(state: string, details: object, message: string): void {
    const isNew = !failing.has(state);
    failing.add(state);
    log[isNew ? 'warn' : 'debug'](details, message);
  }

  function end(state: string, message: string): void {
    if (failing.delete(state)) log.info(message);
  }

  function logAbsence(value: 'price' | 'sentiment', reason: string | undefined): void {
    if (reason === undefined) end(value, `there is a ${value} again`);
    else begin(value, { reason }, `there is no ${value}`);
  }

  const invalidKinds = new Set<string>();
  /** Logs each kind once, because another program may write it at every tick. */
  function logInvalidData(kind: string): void {
    if (invalidKinds.has(kind)) return;
    invalidKinds.add(kind);
    log.warn(`ignored data in the store that this version does not understand: ${kind}`);
  }

  let lastServerErrorAt = Number.NEGATIVE_INFINITY;
  let others = 0;
  /** Limits 5xx lines to one per second, since each of thousands of readers may get the same error. */
  function logServerError(line: object): void {
    if (performance.now() - lastServerErrorAt < 1000) {
      others += 1;
      log.debug(line, 'request failed');
      return;
    }
    lastServerErrorAt = performance.now();
    log.warn({ ...line, ...(others > 0 && { others }) }, 'request failed');
    others = 0;
  }

  return (event) => {
    switch (event.type) {
      case 'listening':
        return log.info({ source: event.source }, `listening on ${event.address}`);
      case 'metrics_listening':
        return log.info(`metrics on ${event.address}`);
      case 'stopping':
        return log.info(`stopping: ${event.why}`);
      case 'worker_ended':
        return log.warn(`worker ${event.worker} ended (${event.why}), and is replaced in ${event.waitMs} ms`);
      case 'worker_replaced':
        return log.info(`worker ${event.worker} serves`);
      case 'workers_lost':
        return log.fatal('no worker has been able to start for a minute');
      case 'program_replaced':
        return log.warn(`the program was replaced by version ${event.version}`);
      case 'warning':
        return log.warn(event.text);
      case 'pulled':
        logTroublesOf(event.notes.troubles);
        logAbsence('price', event.notes.absent.price);
        return logAbsence('sentiment', event.notes.absent.sentiment);
      case 'refreshed':
        end('refresh', 'refresh works again');
        return log.debug({ ...event.report, duration: event.duration }, 'refreshed');
      case 'refresh_failed':
        if (event.error instanceof SourceError) logTroublesOf(event.error.troubles);
        return begin('refresh', fields(event.error), 'refresh fails');
      case 'summary_read':
        return end('summary', 'the store can be read again');
      case 'summary_failed':
        return begin('summary', fields(event.error), 'the store cannot be read');
      case 'rollups_repaired':
        end('repair', 'the history can be repaired again');
        if (event.changed) log.info({ duration: event.duration }, 'the history was repaired');
        return;
      case 'rollup_repair_failed':
        return begin('repair', fields(event.error), 'the history cannot be repaired');
      case 'trimmed':
        end('retention', 'old samples can be deleted again');
        if (event.removed > 0)
          log.info(
            { removed: event.removed, duration: event.duration },
            'samples older than RETENTION were deleted',
          );
        return;
      case 'trim_failed':
        return begin('retention', fields(event.error), 'old samples cannot be deleted');
      case 'outbound_failed':
        return log.debug({ host: event.host, reason: messagesOf(event.error) }, 'a request failed');
      case 'invalid_data':
        return logInvalidData(event.kind);
      case 'cache_failed':
        return log.debug(fields(event.error), 'the cached answer cannot be read or written');
      case 'store_away':
        return log.error(fields(event.error), 'Redis cannot be used');
      case 'store_lost':
        return log.fatal(fields(event.error), 'the store no longer accepts writes');
      case 'store_back':
        return log.info('Redis is back');
      case 'request_failed': {
        const { requestId, method, path, status, error } = event;
        const line = { request_id: requestId, method, path, status };
        if (status === 500) return log.error({ ...line, err: error }, 'request failed');
        const withReason = { ...line, reason: messagesOf(error) };
        if (status > 500) return logServerError(withReason);
        return log.debug(withReason, 'request failed');
      }
    }
  };
}
