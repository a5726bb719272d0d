import { setImmediate as nextTurn } from 'node:timers/promises';
import { HttpError, RETRY_AFTER } from '../problem.ts';
import { comment } from './event-stream.ts';
import { type Frame, frame, type RawStream } from './raw-response.ts';

/** Writing to 10,000 readers at once would hold the event loop. */
const READERS_PER_TURN = 256;

/** A reader with more unsent bytes is disconnected. */
const MAX_UNSENT_BYTES = 65_536;

/** Less than the usual timeout of proxies (60 s). */
const HEARTBEAT_MS = 15_000;

interface Reader {
  readonly stream: RawStream;
  readonly address: string;
  /** The id of the last event that the reader has received. */
  lastId: string | undefined;
}

interface LiveReaders {
  /** @throws HttpError if a limit is reached, or the service is stopping. */
  admit(address: string): void;
  /** Sends all later events to the reader, until its connection closes. */
  add(reader: Reader): void;
  /** Sends an event to all readers that do not have it. Events that arrive meanwhile replace each other. */
  send(event: { readonly id: string; readonly text: string }): void;
  /** Ends all streams, so that readers reconnect, and admits no more. */
  end(): Promise<void>;
}

export function tooManyReaders(max: number): HttpError {
  const message = `the limit of ${max} readers is reached`;
  return new HttpError(503, 'too_many_readers', message, { headers: RETRY_AFTER });
}

export function tooManyOfAddress(maxPerAddress: number): HttpError {
  const message = `this address has reached the limit of ${maxPerAddress} readers`;
  return new HttpError(429, 'too_many_readers', message, { headers: RETRY_AFTER });
}

/** The open streams. A slow reader is disconnected; the others never wait for it. */
export function createLiveReaders(options: {
  readonly max: number;
  readonly maxPerAddress: number;
  readonly onCount: (count: number) => void;
  readonly onDropped: () => void;
}): LiveReaders {
  const { max, maxPerAddress, onCount, onDropped } = options;
  const readers = new Set<Reader>();
  const addresses = new Map<string, number>();
  const heartbeat = frame(comment());
  let heartbeatTimer: NodeJS.Timeout | undefined;
  let newest: { readonly id: string; readonly frame: Frame } | undefined;
  let sentId: string | undefined;
  let isSending = false;
  let isEnding = false;

  function count(address: string, change: 1 | -1): void {
    const total = (addresses.get(address) ?? 0) + change;
    if (total > 0) addresses.set(address, total);
    else addresses.delete(address);
    onCount(readers.size);
  }

  function write({ stream }: Reader, piece: Frame): void {
    stream.write(piece);
    if (stream.unsentBytes() <= MAX_UNSENT_BYTES) return;
    onDropped();
    stream.destroy();
  }

  async function forEachReader(work: (reader: Reader) => void): Promise<void> {
    let done = 0;
    for (const reader of readers) {
      work(reader);
      done += 1;
      if (done % READERS_PER_TURN === 0) await nextTurn();
    }
  }

  async function sendNewest(): Promise<void> {
    if (isSending) return;
    isSending = true;
    while (newest && sentId !== newest.id) {
      const { id, frame: piece } = newest;
      await forEachReader((reader) => {
        // A reader that was added meanwhile may have a newer event.
        if (reader.lastId === id || reader.lastId === newest?.id) return;
        reader.lastId = id;
        write(reader, piece);
      });
      sentId = id;
    }
    isSending = false;
  }

  function remove(reader: Reader): void {
    if (!readers.delete(reader)) return;
    count(reader.address, -1);
    if (readers.size > 0) return;
    clearInterval(heartbeatTimer);
    heartbeatTimer = undefined;
  }

  function sendHeartbeat(): void {
    void forEachReader((reader) => write(reader, heartbeat));
  }

  return {
    admit(address) {
      if (isEnding) throw new HttpError(503, 'stopping', 'the service is stopping', { headers: RETRY_AFTER });
      if (readers.size >= max) throw tooManyReaders(max);
      if ((addresses.get(address) ?? 0) >= maxPerAddress) throw tooManyOfAddress(maxPerAddress);
    },
    add(reader) {
      readers.add(reader);
      count(reader.address, 1);
      reader.stream.onClose(() => remove(reader));
      if (readers.size > 0) heartbeatTimer ??= setInterval(sendHeartbeat, HEARTBEAT_MS);
    },
    send({ id, text }) {
      if (newest?.id === id) return;
      newest = { id, frame: frame(text) };
      void sendNewest();
    },
    async end() {
      isEnding = true;
      clearInterval(heartbeatTimer);
      await forEachReader(({ stream }) => stream.end());
    },
  };
}
