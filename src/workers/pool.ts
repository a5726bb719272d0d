import type { ChildProcess } from 'node:child_process';
import cluster from 'node:cluster';
import process from 'node:process';
import { WRITER_VERSION } from '../config/writer-version.ts';
import { ignoreRejection, SetupError } from '../domain/errors.ts';
import { VERSION } from '../domain/version.ts';
import type { Observe } from '../service/observer.ts';
import { type Channel, type Handlers, openChannel } from './channel.ts';
import { faultOf } from './faults.ts';
import { rescueConnections } from './rescue.ts';

/** How long a worker may take to start, and to answer. */
const START_LIMIT_MS = 30_000;
const SILENCE_LIMIT_MS = 30_000;

/** How long a service that has served may be without a worker. */
const NONE_LIMIT_MS = 60_000;

const ALIVE_INTERVAL_MS = 1000;

/** A worker that ends within this time after its start counts as failing. */
const STEADY_MS = 10_000;

/** More than the responses of a worker may take to leave when it stops. */
const STOP_LIMIT_MS = 3000;

/** Before the next start of a failing worker; doubles each time. */
const MIN_RESTART_DELAY_MS = 100;
const MAX_RESTART_DELAY_MS = 10_000;

export interface PooledWorker {
  readonly id: number;
  readonly channel: Channel;
}

interface PoolOptions {
  readonly count: number;
  readonly handlersOf: (id: number) => Handlers;
  /** Called each second for each worker that serves. Resolves when the worker has answered. */
  readonly checkAlive: (worker: PooledWorker, limitMs: number) => Promise<unknown>;
  readonly onEnd: (worker: PooledWorker) => void;
  readonly observe: Observe;
}

/** Starts workers, and replaces those that end. */
export function createPool({ count, handlersOf, checkAlive, onEnd, observe }: PoolOptions) {
  const running = new Map<PooledWorker, { readonly child: ChildProcess; readonly ended: Promise<void> }>();
  const serving = new Set<PooledWorker>();
  let isStopping = false;
  let noneTimer: NodeJS.Timeout | undefined;
  // A worker with much to do must not get more connections than the others.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const isBinary = process.getBuiltinModule('node:sea').isSea();
  const [, , first = '', ...rest] = process.argv;
  // Of a single executable, the arguments follow at once.
  if (isBinary) cluster.setupPrimary({ exec: first, args: rest });

  /** Resolves with the address once the worker listens. */
  function start(failures: number, isReplacement = false): Promise<string> {
    const ready = Promise.withResolvers<string>();
    const ended = Promise.withResolvers<void>();
    const startedAt = performance.now();
    const worker = cluster.fork({ [WRITER_VERSION]: VERSION });
    const { id, process: child } = worker;
    let reason = '';
    function fail(error: Error): void {
      reason ||= error.message;
      ready.reject(error);
    }
    const handlers: Handlers = {
      ...handlersOf(id),
      failed: (text) => fail(faultOf(text ?? '')),
      outdated: (version) => observe({ type: 'program_replaced', version: version ?? '' }),
      listening(address) {
        // Messages of a worker may arrive after its end.
        if (!running.has(pooled)) return;
        serving.add(pooled);
        clearTimeout(noneTimer);
        noneTimer = undefined;
        if (isReplacement) observe({ type: 'worker_replaced', worker: id });
        ready.resolve(address ?? '');
      },
    };
    rescueConnections(worker, () => serving.size > (serving.has(pooled) ? 1 : 0));
    const pooled = { id, channel: openChannel(child, handlers, observe) };
    running.set(pooled, { child, ended: ended.promise });
    const startTimer = setTimeout(() => {
      const seconds = START_LIMIT_MS / 1000;
      fail(new SetupError(`a worker did not start within ${seconds} s: set WORKERS to a lower number`));
      child.kill('SIGKILL');
    }, START_LIMIT_MS);
    ready.promise.then(() => clearTimeout(startTimer), ignoreRejection);
    let isAsking = false;
    const aliveTimer = setInterval(async () => {
      if (isAsking || !serving.has(pooled)) return;
      isAsking = true;
      try {
        await checkAlive(pooled, SILENCE_LIMIT_MS);
        isAsking = false;
      } catch {
        child.kill('SIGKILL');
      }
    }, ALIVE_INTERVAL_MS);

    function end(how: string): void {
      if (!running.delete(pooled)) return;
      clearTimeout(startTimer);
      clearInterval(aliveTimer);
      serving.delete(pooled);
      onEnd(pooled);
      ended.resolve();
      fail(new Error(`a worker ended with ${how}`));
      if (isStopping) return;
      if (serving.size === 0)
        noneTimer ??= setTimeout(() => observe({ type: 'workers_lost' }), NONE_LIMIT_MS);
      const isFailing = performance.now() - startedAt < STEADY_MS;
      const waitMs = isFailing ? Math.min(MIN_RESTART_DELAY_MS * 2 ** failures, MAX_RESTART_DELAY_MS) : 0;
      observe({ type: 'worker_ended', worker: id, why: how, waitMs });
      setTimeout(() => {
        if (!isStopping) start(isFailing ? failures + 1 : 0, true).catch(ignoreRejection);
      }, waitMs).unref();
    }

    worker.once('exit', (code, signal) => end(reason || signal || `${code}`));
    worker.on('error', ({ message }) => {
      // A process that did not start has no exit.
      if (child.pid === undefined) end(message);
      else child.kill('SIGKILL');
    });
    return ready.promise;
  }

  return {
    serving: serving as ReadonlySet<PooledWorker>,
    /** Resolves with the address once all workers listen. @throws the error of the first that fails. */
    async start(): Promise<string> {
      const [address = ''] = await Promise.all(Array.from({ length: count }, () => start(0)));
      return address;
    },
    /** Asks all workers, also those that are starting. Resolves when those that serve have answered, or it has taken too long. */
    async askAll(name: string, args: readonly string[], limitMs: number): Promise<void> {
      const ask = (pooled: PooledWorker) => {
        const answered = pooled.channel.ask(name, args, limitMs).catch(ignoreRejection);
        return serving.has(pooled) ? answered : undefined;
      };
      await Promise.all(Array.from(running.keys(), ask));
    },
    /** Lets all workers finish their responses. Resolves when they have ended. */
    async stop(): Promise<void> {
      isStopping = true;
      clearTimeout(noneTimer);
      for (const { channel } of running.keys()) void channel.tell('stop');
      const timer = setTimeout(() => {
        for (const { child } of running.values()) child.kill('SIGKILL');
      }, STOP_LIMIT_MS);
      await Promise.all(Array.from(running.values(), ({ ended }) => ended));
      clearTimeout(timer);
    },
  };
}
