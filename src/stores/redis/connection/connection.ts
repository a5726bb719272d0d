import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorReply } from 'redis';
import { ignoreRejection, SetupError, StoreError } from '../../../domain/errors.ts';
import type { Endpoint, RedisAddress } from './address.ts';
import { type Client, newClient } from './client.ts';
import { within } from './deadline.ts';
import { connectFault, storeError } from './faults.ts';
import type { Location } from './location/location.ts';

/** A stopped server still accepts connections: the handshake wants a limit of its own. Milliseconds. */
const HANDSHAKE = 1200;

/** For what is to be looked at and made on every new connection: a few round trips. Milliseconds. */
const PREPARATION = 3000;

/** A connection is asked for a sign of life this often. Milliseconds. */
const PULSE = 1000;

/** Wait before the next try to connect, doubled from the first to the last. Milliseconds. */
const FIRST_WAIT = 50;
const LAST_WAIT = 500;

interface Bounds {
  /** Milliseconds. */
  readonly limit: number;
  readonly signal?: AbortSignal;
  /** False: what is late is done without, and says nothing of the connection. */
  readonly isVital?: boolean;
}

export interface Connection extends AsyncDisposable {
  /**
   * Runs commands on the live client. Fails at once where there is none, with the signal, and after
   * the limit where the server does not answer: then the client is given up for a new one, since
   * nothing of what waits behind that call will be answered either. So it is where the server answers
   * that it is not the one any more.
   */
  run<T>(commands: (client: Client) => Promise<T>, bounds: Bounds): Promise<T>;
  /** Whether there is a live client that answered lately. */
  isAlive(): boolean;
}

/** A server that is there and will not do is the operator's to mend: readers are not told its keys and settings. */
function forReaders(fault: StoreError | SetupError): StoreError {
  if (fault instanceof StoreError) return fault;
  return new StoreError('unsuitable', 'the store cannot be used as it is set up', { cause: fault });
}

export interface ConnectionOptions {
  readonly address: RedisAddress;
  readonly location: Location;
  /** Run on every new client before anyone else uses it. */
  readonly prepare: (client: Client) => Promise<void>;
  /** Told once per loss that the server is away or will not do, and why; and once that it is back. */
  readonly onChange: (fault: StoreError | SetupError | undefined) => void;
}

/**
 * Connects, and connects anew whenever the connection ends, without giving up.
 *
 * @throws SetupError when the server answers at the first try, but cannot be used. A server that is
 *   away is no error: calls fail until it is there.
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { address, location, prepare, onChange } = options;
  const closing = new AbortController();
  let live: Client | undefined;
  /** Where it is connected to. */
  let server: Endpoint | undefined;
  /** Why the live client was given up, where it was not the server's doing. */
  let suspicion: StoreError | undefined;
  let heard = 0;
  /** A flag, and no look at the clock: it is asked with every cached read. */
  let isHeard = false;
  let fault: StoreError | SetupError = new StoreError('unreachable', 'the store is not connected yet');

  const elsewhere = (cause?: unknown) =>
    new StoreError('unreachable', 'the store is at another server now', { cause });

  function movedFault(cause: unknown): StoreError | undefined {
    return cause instanceof ErrorReply && location.hasMoved(cause) ? elsewhere(cause) : undefined;
  }

  /** Resolves to a client that is ready, and the promise of its end. */
  async function open(): Promise<{ client: Client; ended: Promise<unknown> }> {
    const endpoint = await location.find(closing.signal);
    server = endpoint;
    const client = newClient({ ...address, endpoint });
    const ended = new Promise((resolve) => {
      client.on('error', resolve).on('end', resolve);
    });
    try {
      await within(HANDSHAKE, client.connect(), closing.signal);
      await within(HANDSHAKE, location.confirm(client), closing.signal);
      await within(PREPARATION, prepare(client), closing.signal);
      closing.signal.throwIfAborted();
      return { client, ended };
    } catch (cause) {
      client.destroy();
      throw movedFault(cause) ?? connectFault(cause);
    }
  }

  async function keepConnected(first: PromiseWithResolvers<void>): Promise<void> {
    const { signal } = closing;
    let wait = FIRST_WAIT;
    let told: string | undefined;
    for (let attempts = 0; !signal.aborted; attempts += 1) {
      try {
        const { client, ended } = await open();
        live = client;
        heard = performance.now();
        isHeard = true;
        if (told) onChange(undefined);
        told = undefined;
        wait = FIRST_WAIT;
        first.resolve();
        const end = await ended;
        fault = suspicion ?? storeError(end);
        suspicion = undefined;
        live = undefined;
        client.destroy();
      } catch (cause) {
        fault = connectFault(cause);
        if (attempts === 0 && fault instanceof SetupError) return first.reject(fault);
        first.resolve();
      }
      if (signal.aborted) return;
      if (told !== fault.name) onChange(fault);
      told = fault.name;
      await sleep(wait, undefined, { signal }).catch(ignoreRejection);
      wait = Math.min(2 * wait, LAST_WAIT);
    }
  }

  async function run<T>(
    commands: (client: Client) => Promise<T>,
    { limit, signal, isVital = true }: Bounds,
  ): Promise<T> {
    const client = live;
    if (!client) throw forReaders(fault);
    try {
      return await within(limit, commands(client), signal);
    } catch (cause) {
      signal?.throwIfAborted();
      const moved = movedFault(cause);
      const error = moved ?? storeError(cause);
      if ((moved || (error.code === 'timeout' && isVital)) && client === live) {
        suspicion ??= error;
        client.destroy();
      }
      throw error;
    }
  }

  /** Finds a connection that is dead and does not say so, when nobody asks anything. */
  async function feelPulse(): Promise<void> {
    if (!live) return;
    await run((client) => client.ping(), { limit: PULSE });
    heard = performance.now();
    isHeard = true;
  }

  /** Finds a server that was replaced, and does not know it yet. */
  async function doubt(): Promise<void> {
    const client = live;
    if (!client || !server || (await location.isStill(server, closing.signal)) || client !== live) return;
    suspicion ??= elsewhere();
    client.destroy();
  }

  const first = Promise.withResolvers<void>();
  const kept = keepConnected(first);
  const pulse = setInterval(() => {
    isHeard = performance.now() - heard < 1.5 * PULSE;
    feelPulse().catch(ignoreRejection);
    doubt().catch(ignoreRejection);
  }, PULSE);

  async function dispose(): Promise<void> {
    closing.abort();
    clearInterval(pulse);
    const client = live;
    if (client) await within(1000, client.close()).catch(() => client.destroy());
    await kept;
  }

  try {
    await first.promise;
  } catch (error) {
    clearInterval(pulse);
    throw error;
  }
  return {
    run,
    isAlive: () => live !== undefined && isHeard,
    [Symbol.asyncDispose]: dispose,
  };
}
