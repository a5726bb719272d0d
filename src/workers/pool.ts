import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import process from 'node:process';
import { SetupError } from '../domain/errors.ts';
import type { Observe } from '../service/observer.ts';
import { type Channel, type Handlers, openChannel } from './channel.ts';
import { rescueConnections } from './rescue.ts';

/** How long a worker may take to start, and to answer. */
const START_LIMIT_MS = 30_000;
const SILENCE_LIMIT_MS = 30_000;

const SIGN_INTERVAL_MS = 1000;

/** A worker that ends within this time after its start counts as failing. */
const STEADY_MS = 10_000;

/** More than the responses of a worker may take to leave when it stops. */
const STOP_LIMIT_MS = 3000;

/** Before the next start of a failing worker; doubles each time. */
const FIRST_WAIT_MS = 100;
const LAST_WAIT_MS = 10_000;

export interface PooledWorker {
  readonly id: number;
  readonly channel: Channel;
}

interface PoolOptions {
  readonly count: number;
  readonly handlersOf: (id: number) => Handlers;
  /** Called each second for each worker that serves. Resolves when the worker has answered. */
  readonly sign: (worker: PooledWorker, limitMs: number) => Promise<unknown>;
  readonly onEnd: (worker: PooledWorker) => void;
  readonly observe: Observe;
}

/** Turns an error that a worker has sent as text back into one for `serve`. */
function errorOf(text: string): Error {
  const { name, message, ...rest } = JSON.parse(text);
  return name === 'SetupError' ? new SetupError(message) : Object.assign(new Error(message), rest);
}

export function faultText(error: unknown): string {
  const { name, message, code, syscall, port } = Object(error);
  return JSON.stringify({ name, message: String(message ?? error).slice(0, 1000), code, syscall, port });
}

/** Starts workers, and replaces those that end. */
export function createPool({ count, handlersOf, sign, onEnd, observe }: PoolOptions) {
  const serving = new Set<PooledWorker>();
  const running = new Set<Worker>();
  let isStopping = false;
  const isBinary = process.getBuiltinModule('node:sea').isSea();
  const [, , first = '', ...rest] = process.argv;
  // Of a single executable, the arguments follow at once.
  if (isBinary) cluster.setupPrimary({ exec: first, args: rest });
  // A worker with much to do must not get more connections than the others.
  cluster.schedulingPolicy = cluster.SCHED_RR;

  /** Resolves with the address once the worker listens. */
  function start(failures: number, isReplacement = false): Promise<string> {
    const ready = Promise.withResolvers<string>();
    const startedAt = performance.now();
    const worker = cluster.fork();
    running.add(worker);
    const { id, process: child } = worker;
    let reason = '';
    const handlers: Handlers = {
      ...handlersOf(id),
      failed(text) {
        const error = errorOf(text);
        reason = error.message;
        ready.reject(error);
      },
      listening(address) {
        serving.add(pooled);
        if (isReplacement) observe({ type: 'worker_replaced', worker: id });
        ready.resolve(address);
      },
    };
    rescueConnections(worker, () => serving.size > (serving.has(pooled) ? 1 : 0));
    const pooled = { id, channel: openChannel(child, handlers, observe) };
    const startTimer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
    ready.promise.then(
      () => clearTimeout(startTimer),
      () => undefined,
    );
    let isAsking = false;
    const signTimer = setInterval(async () => {
      if (isAsking || !serving.has(pooled)) return;
      isAsking = true;
      try {
        await sign(pooled, SILENCE_LIMIT_MS);
        isAsking = false;
      } catch {
        child.kill('SIGKILL');
      }
    }, SIGN_INTERVAL_MS);
    worker.once('exit', (code, signal) => {
      clearTimeout(startTimer);
      clearInterval(signTimer);
      running.delete(worker);
      serving.delete(pooled);
      onEnd(pooled);
      ready.reject(new Error(`a worker ended with ${signal || code}`));
      if (isStopping) return;
      const isFailing = performance.now() - startedAt < STEADY_MS;
      const waitMs = isFailing ? Math.min(FIRST_WAIT_MS * 2 ** failures, LAST_WAIT_MS) : 0;
      observe({ type: 'worker_ended', worker: id, why: reason || `${signal || code}`, waitMs });
      setTimeout(() => {
        if (!isStopping) start(isFailing ? failures + 1 : 0, true).catch(() => undefined);
      }, waitMs).unref();
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
    tellAll(name: string, ...args: string[]): void {
      for (const { channel } of serving) void channel.tell(name, ...args);
    },
    /** Resolves when all workers have answered, or it has taken too long. */
    async askAll(name: string, limitMs: number): Promise<void> {
      await Promise.all(
        [...serving].map(({ channel }) => channel.ask(name, [], limitMs).catch(() => undefined)),
      );
    },
    /** Lets all workers finish their responses. Resolves when they have ended. */
    async stop(): Promise<void> {
      isStopping = true;
      const ended = [...running].map((worker) => once(worker, 'exit'));
      for (const worker of running) worker.send({ name: 'stop', args: [] }, () => undefined);
      const timer = setTimeout(() => {
        for (const worker of running) worker.process.kill('SIGKILL');
      }, STOP_LIMIT_MS);
      await Promise.all(ended);
      clearTimeout(timer);
    },
  };
}
