import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorReply } from 'redis';
import { ignoreRejection, SetupError, StoreError } from '../../../domain/errors.ts';
import type { Endpoint, RedisAddress } from './address.ts';
import { type Client, newClient } from './client.ts';
import { within } from './deadline.ts';
import { connectFault, storeError } from './faults.ts';
import type { Location } from './location/location.ts';

/** A stopped server still accepts connections, so the handshake has a limit. */
const HANDSHAKE_LIMIT_MS = 1200;

/** For the checks on every new connection: a few round trips. */
const PREPARATION_LIMIT_MS = 3000;

const PING_INTERVAL_MS = 1000;

/** The wait before the next attempt to connect doubles from the first to the last. */
const MIN_RECONNECT_DELAY_MS = 50;
const MAX_RECONNECT_DELAY_MS = 500;

interface Bounds {
  readonly limitMs: number;
  readonly signal?: AbortSignal;
  /** Whether a timeout closes the connection; by default, it does. */
  readonly closesOnTimeout?: boolean;
}

export interface Connection extends AsyncDisposable {
  /**
   * Runs commands on the connected client. Rejects at once if there is none, with the signal, or after the limit. After a
   * timeout, or if the server replies that another one accepts writes now, the client is replaced, since commands queued
   * behind would fail as well.
   */
  run<T>(commands: (client: Client) => Promise<T>, bounds: Bounds): Promise<T>;
  /** Whether a client is connected and has answered a ping lately. */
  isAlive(): boolean;
}

/** Hides the keys and settings in a SetupError, which are for the operator, from readers. */
export function forReaders(fault: StoreError | SetupError): StoreError {
  if (fault instanceof StoreError) return fault;
  return new StoreError('unsuitable', 'the store cannot be used as it is set up', { cause: fault });
}

export interface ConnectionOptions {
  readonly address: RedisAddress;
  readonly location: Location;
  /** Runs on every new client before it is used. */
  readonly prepare: (client: Client) => Promise<void>;
  /** Called with the reason once the connection is lost, and with `undefined` once it is back. */
  readonly onChange: (fault: StoreError | SetupError | undefined) => void;
}

/**
 * Connects, and reconnects forever.
 *
 * @throws SetupError if the server answers the first attempt, but cannot be used. An unreachable server is not an error:
 *   calls fail until it is back.
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { address, location, prepare, onChange } = options;
  const closing = new AbortController();
  let live: Client | undefined;
  let server: Endpoint | undefined;
  /** Why this side closed the client. */
  let closeReason: StoreError | undefined;
  let answeredAt = 0;
  /** A flag, so that cached reads need not check the clock. */
  let hasAnsweredLately = false;
  let fault: StoreError | SetupError = new StoreError('unreachable', 'the store is not connected yet');

  const elsewhere = (cause?: unknown) =>
    new StoreError('unreachable', 'the store has moved to another server', { cause });

  function movedFault(cause: unknown): StoreError | undefined {
    return cause instanceof ErrorReply && location.hasMoved(cause) ? elsewhere(cause) : undefined;
  }

  /** Resolves to a client that is ready, and a promise that resolves when it disconnects. */
  async function open(): Promise<{ client: Client; ended: Promise<unknown> }> {
    const endpoint = await location.find(closing.signal);
    server = endpoint;
    const client = newClient({ ...address, endpoint });
    const ended = new Promise((resolve) => {
      client.on('error', resolve).on('end', resolve);
    });
    try {
      await within(HANDSHAKE_LIMIT_MS, client.connect(), closing.signal);
      await within(HANDSHAKE_LIMIT_MS, Promise.resolve(location.confirm?.(client)), closing.signal);
      await within(PREPARATION_LIMIT_MS, prepare(client), closing.signal);
      closing.signal.throwIfAborted();
      return { client, ended };
    } catch (cause) {
      client.destroy();
      throw movedFault(cause) ?? connectFault(cause);
    }
  }

  async function keepConnected(first: PromiseWithResolvers<void>): Promise<void> {
    const { signal } = closing;
    let waitMs = MIN_RECONNECT_DELAY_MS;
    let reported: string | undefined;
    for (let attempts = 0; !signal.aborted; attempts += 1) {
      try {
        const { client, ended } = await open();
        live = client;
        noteAnswer();
        if (reported) onChange(undefined);
        reported = undefined;
        waitMs = MIN_RECONNECT_DELAY_MS;
        first.resolve();
        const end = await ended;
        fault = closeReason ?? storeError(end);
        closeReason = undefined;
        live = undefined;
        client.destroy();
      } catch (cause) {
        fault = connectFault(cause);
        if (attempts === 0 && fault instanceof SetupError) return first.reject(fault);
        first.resolve();
      }
      if (signal.aborted) return;
      if (reported !== fault.name) onChange(fault);
      reported = fault.name;
      await sleep(waitMs, undefined, { signal }).catch(ignoreRejection);
      waitMs = Math.min(2 * waitMs, MAX_RECONNECT_DELAY_MS);
    }
  }

  async function run<T>(
    commands: (client: Client) => Promise<T>,
    { limitMs, signal, closesOnTimeout = true }: Bounds,
  ): Promise<T> {
    const client = live;
    if (!client) throw forReaders(fault);
    try {
      return await within(limitMs, commands(client), signal);
    } catch (cause) {
      signal?.throwIfAborted();
      const moved = movedFault(cause);
      const error = moved ?? storeError(cause);
      if ((moved || (error.code === 'timeout' && closesOnTimeout)) && client === live) {
        closeReason ??= error;
        client.destroy();
      }
      throw error;
    }
  }

  function noteAnswer(): void {
    answeredAt = performance.now();
    hasAnsweredLately = true;
  }

  /** Detects a broken connection while no commands run. */
  async function ping(): Promise<void> {
    if (!live) return;
    await run((client) => client.ping(), { limitMs: PING_INTERVAL_MS });
    noteAnswer();
  }

  /** Detects a server that was replaced, before it knows itself. */
  async function checkLocation(): Promise<void> {
    const client = live;
    if (!client || !server || !location.isStill) return;
    if ((await location.isStill(server, closing.signal)) || client !== live) return;
    closeReason ??= elsewhere();
    client.destroy();
  }

  const first = Promise.withResolvers<void>();
  const connecting = keepConnected(first);
  const timer = setInterval(() => {
    hasAnsweredLately = performance.now() - answeredAt < 1.5 * PING_INTERVAL_MS;
    ping().catch(ignoreRejection);
    checkLocation().catch(ignoreRejection);
  }, PING_INTERVAL_MS);

  async function dispose(): Promise<void> {
    closing.abort();
    clearInterval(timer);
    const client = live;
    if (client) await within(1000, client.close()).catch(() => client.destroy());
    await connecting;
  }

  try {
    await first.promise;
  } catch (error) {
    clearInterval(timer);
    throw error;
  }
  return {
    run,
    isAlive: () => live !== undefined && hasAnsweredLately,
    [Symbol.asyncDispose]: dispose,
  };
}
