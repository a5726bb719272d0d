/**
 * The only file that writes to sockets past Node's own responses; a test checks this. Here, the head and everything after
 * it go through the socket's queue, so nothing can be sent before a head.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { STATUS_CODES } from '../node-http.ts';

type Headers = Readonly<Record<string, string | number>>;

/** A piece of a stream, prepared once for all readers: as plain bytes, and as a chunk of HTTP/1.1. */
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

/** The response that currently owns the connection. Node.js itself relies on this property, which is not public. */
export function currentResponse(socket: Socket): ServerResponse | undefined {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined;
}

/** A response that stays open until `end`, `destroy` or the client closes it. It owns its connection, which closes with it. */
export interface RawStream {
  write(frame: Frame): void;
  /** Bytes that the client has not received yet. */
  unsentBytes(): number;
  end(): void;
  /** Closes the connection without a proper end. */
  destroy(): void;
  /** Calls the listener when the connection closes; at once if it is closed already. */
  onClose(listener: () => void): void;
}

/** The sockets of open streams. Nothing else may be written to them. */
const streams = new WeakSet<Socket>();

/**
 * Starts a stream with status 200. Head and first piece are written at once.
 *
 * @param response unused so far, and at its turn on the connection, which `limits/pipelining.ts` ensures.
 */
export function openRawStream(
  { httpVersion }: IncomingMessage,
  response: ServerResponse,
  headers: Headers,
  first: string,
): RawStream {
  const { socket } = response;
  if (!socket || response.headersSent) throw new Error('a stream needs an unused response');
  const isChunked = httpVersion !== '1.0';
  const bytesOf = ({ plain, chunk }: Frame) => (isChunked ? chunk : plain);
  let hasEnded = false;
  streams.add(socket);
  const framing: Headers = isChunked ? { 'Transfer-Encoding': 'chunked' } : {};
  socket.cork();
  socket.write(head(200, { ...headers, ...framing }), 'latin1');
  socket.write(bytesOf(frame(first)));
  socket.uncork();
  return {
    write(piece) {
      if (!hasEnded && socket.writable) socket.write(bytesOf(piece));
    },
    unsentBytes: () => socket.writableLength,
    end() {
      if (hasEnded) return;
      hasEnded = true;
      if (isChunked) socket.write(LAST_CHUNK);
      socket.destroySoon();
    },
    destroy: () => void socket.destroy(),
    onClose(listener) {
      if (socket.destroyed) return listener();
      socket.once('close', listener);
    },
  };
}

/**
 * Answers bytes that did not become a request, and closes the connection. Earlier responses are finished first. A stream does
 * not finish, so its connection is closed without an answer.
 */
export function answerRaw(socket: Socket, status: number, headers: Headers, body: string): void {
  const current = currentResponse(socket);
  if (!socket.writable || streams.has(socket)) return void socket.destroy();
  // The bytes belong to a request whose body is broken or incomplete.
  const isOwn = current && !current.req.complete && !current.headersSent;
  if (!current || isOwn || current.writableFinished) {
    const length = { 'Content-Length': Buffer.byteLength(body) };
    return void socket.end(head(status, { ...headers, ...length }) + body);
  }
  // The next response, if any, owns the connection only in the next turn.
  current.once('close', () => setImmediate(answerRaw, socket, status, headers, body));
}
