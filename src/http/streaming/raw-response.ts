/**
 * The only place where bytes go to a socket past Node's own responses; a test holds all other files to that. Here, the
 * head and everything after it take one queue, that of the socket, so that nothing can overtake a head.
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

type Headers = Readonly<Record<string, string | number>>;

/** A piece of a stream, prepared once for all its readers: as it is, and as a chunk of HTTP/1.1. */
export interface Frame {
  readonly plain: Buffer;
  /** RFC 9112, section 7.1. */
  readonly chunk: Buffer;
}

const LAST_CHUNK = '0\r\n\r\n';

export function frame(text: string): Frame {
  const plain = Buffer.from(text);
  const chunk = Buffer.concat([Buffer.from(`${plain.length.toString(16)}\r\n`), plain, Buffer.from('\r\n')]);
  return { plain, chunk };
}

function head(status: number, headers: Headers): string {
  const all = { ...headers, Date: new Date().toUTCString(), Connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
}

/**
 * The response whose turn it is on this connection. Node.js has no public name for it, and uses it for the same
 * decisions.
 */
export function currentResponse(socket: Socket): ServerResponse | undefined {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined;
}

/** An answer that goes on after it began. Its connection is its own, and ends with it. */
export interface RawStream {
  write(frame: Frame): void;
  /** Bytes that the client has yet to take. */
  waitingBytes(): number;
  end(): void;
  /** Ends it in the middle. */
  cut(): void;
  /** Calls the listener once when the connection is closed, at once if it is already. */
  onClose(listener: () => void): void;
}

/** Streams that are open, by their socket: nothing else may be written there. */
const streams = new WeakSet<Socket>();

/**
 * Begins a stream with 200; head and first piece leave as one write.
 *
 * @param response nothing was written to it, and it is its connection's turn (`limits/pipelining.ts` sees to that).
 */
export function openRawStream(
  { httpVersion }: IncomingMessage,
  response: ServerResponse,
  headers: Headers,
  first: string,
): RawStream {
  const { socket } = response;
  if (!socket || response.headersSent)
    throw new Error('a stream wants a connection to which nothing was written');
  const isChunked = httpVersion !== '1.0';
  const bytesOf = ({ plain, chunk }: Frame) => (isChunked ? chunk : plain);
  let isOver = false;
  streams.add(socket);
  const framing: Headers = isChunked ? { 'Transfer-Encoding': 'chunked' } : {};
  socket.cork();
  socket.write(head(200, { ...headers, ...framing }), 'latin1');
  socket.write(bytesOf(frame(first)));
  socket.uncork();
  return {
    write(piece) {
      if (!isOver && socket.writable) socket.write(bytesOf(piece));
    },
    waitingBytes: () => socket.writableLength,
    end() {
      if (isOver) return;
      isOver = true;
      if (isChunked) socket.write(LAST_CHUNK);
      socket.destroySoon();
    },
    cut: () => void socket.destroy(),
    onClose(listener) {
      if (socket.destroyed) return listener();
      socket.once('close', listener);
    },
  };
}

/**
 * Answers bytes that never became a whole request, and closes the connection. Answers that are under way are finished before;
 * behind a stream, which has no end, there is no answer.
 */
export function answerRaw(socket: Socket, status: number, headers: Headers, body: string): void {
  const current = currentResponse(socket);
  if (!socket.writable || streams.has(socket)) return void socket.destroy();
  // Of a request whose body does not come, or is broken, the bytes are its own.
  const isOwn = current && !current.req.complete && !current.headersSent;
  if (!current || isOwn || current.writableFinished) {
    const length = { 'Content-Length': Buffer.byteLength(body) };
    return void socket.end(head(status, { ...headers, ...length }) + body);
  }
  // In the turn after it the next response has the connection, if there is one.
  current.once('close', () => setImmediate(answerRaw, socket, status, headers, body));
}
