import { setImmediate as nextTurn } from 'node:timers/promises';
import { HttpError, RETRY_AFTER } from '../problem.ts';
import { comment } from './event-stream.ts';
import { type Frame, frame, type RawStream } from './raw-response.ts';

/** How many are written to before others get their turn: 10,000 at once would hold the event loop. */
const A_TURN = 256;

/** Who has as much as this waiting does not read. Bytes. */
const MOST_WAITING = 65_536;

/** Below what proxies wait for at the usual settings (60 s). Milliseconds. */
const HEARTBEAT = 15_000;

interface Reader {
  readonly stream: RawStream;
  readonly address: string;
  /** The id of the last event that it got. */
  seen: string | undefined;
}

export interface Readers {
  /** @throws HttpError when there are as many as there may be. */
  admit(address: string): void;
  /** Gets every later event, until its connection is closed. */
  add(reader: Reader): void;
  /** Brings an event to all that have not got it. While it is on its way, only the newest of later ones is kept. */
  tell(event: { readonly id: string; readonly text: string }): void;
  /** Ends all streams, so that readers come back, elsewhere or later; admits no more. */
  end(): Promise<void>;
}

export interface ReadersOptions {
  readonly most: number;
  readonly mostPerAddress: number;
  readonly onCount: (count: number) => void;
  readonly onDropped: () => void;
}

/** Those who stay. A slow one is dropped, never waited for. */
export function createReaders(options: ReadersOptions): Readers {
  const { most, mostPerAddress, onCount, onDropped } = options;
  const readers = new Set<Reader>();
  const addresses = new Map<string, number>();
  const heartbeat = frame(comment());
  let heart: NodeJS.Timeout | undefined;
  let news: { readonly id: string; readonly frame: Frame } | undefined;
  let told: string | undefined;
  let isTelling = false;
  let isEnding = false;

  function count(address: string, change: 1 | -1): void {
    const there = (addresses.get(address) ?? 0) + change;
    if (there > 0) addresses.set(address, there);
    else addresses.delete(address);
    onCount(readers.size);
  }

  function write({ stream }: Reader, piece: Frame): void {
    stream.write(piece);
    if (stream.waitingBytes() <= MOST_WAITING) return;
    onDropped();
    stream.cut();
  }

  async function each(work: (reader: Reader) => void): Promise<void> {
    let turn = 0;
    for (const reader of readers) {
      work(reader);
      turn += 1;
      if (turn % A_TURN === 0) await nextTurn();
    }
  }

  async function tellAll(): Promise<void> {
    if (isTelling) return;
    isTelling = true;
    while (news && told !== news.id) {
      const { id, frame: piece } = news;
      await each((reader) => {
        // Who came meanwhile may have got a newer one.
        if (reader.seen === id || reader.seen === news?.id) return;
        reader.seen = id;
        write(reader, piece);
      });
      told = id;
    }
    isTelling = false;
  }

  function leave(reader: Reader): void {
    if (!readers.delete(reader)) return;
    count(reader.address, -1);
    if (readers.size > 0) return;
    clearInterval(heart);
    heart = undefined;
  }

  return {
    admit(address) {
      if (isEnding) throw new HttpError(503, 'stopping', 'the service is stopping', { headers: RETRY_AFTER });
      if (readers.size >= most) {
        const message = `there are ${most} readers of the stream, as many as there may be`;
        throw new HttpError(503, 'too_many_readers', message, { headers: RETRY_AFTER });
      }
      if ((addresses.get(address) ?? 0) < mostPerAddress) return;
      const message = `this address reads the stream ${mostPerAddress} times, as often as it may`;
      throw new HttpError(429, 'too_many_readers', message, { headers: RETRY_AFTER });
    },
    add(reader) {
      readers.add(reader);
      count(reader.address, 1);
      reader.stream.onClose(() => leave(reader));
      if (readers.size > 0) heart ??= setInterval(() => each((one) => write(one, heartbeat)), HEARTBEAT);
    },
    tell({ id, text }) {
      if (news?.id === id) return;
      news = { id, frame: frame(text) };
      void tellAll();
    },
    async end() {
      isEnding = true;
      clearInterval(heart);
      await each(({ stream }) => stream.end());
    },
  };
}
