import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Observe } from '../service/observer.ts';
import { identified, PROBLEM_TYPE, problem } from './problem.ts';
import { answerRaw } from './streaming/raw-response.ts';

type Headers = Readonly<Record<string, string>>;

const FAULTS: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'the headers are larger than this service reads'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_too_slow', 'the request did not arrive in time'],
};

function tell(observe: Observe, requestId: string, status: number, error: Error): void {
  observe({ type: 'request_failed', requestId, error, method: '-', path: '-', status });
  observe({ type: 'responded', route: 'none', status, duration: 0 });
}

/**
 * Answers bytes that never become a request, since they are not HTTP, too many or too slow, and closes the connection.
 */
export function refuseMalformed(
  common: Headers,
  observe: Observe,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  // Each later piece from the same client is refused by the parser too.
  const refused = new WeakSet<Socket>();
  return (error, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const unreadable = [400, 'malformed_request', 'this is no HTTP request that can be read'] as const;
    const [status, code, detail] = FAULTS[error.code ?? ''] ?? unreadable;
    const { requestId, headers: idHeaders, text: body } = identified(problem(status, code, detail));
    tell(observe, requestId, status, error);
    answerRaw(socket, status, { ...common, ...idHeaders, 'Content-Type': PROBLEM_TYPE }, body);
  };
}

/** Answers a request that expects what this service does not do. RFC 9110, section 10.1.1. */
export function refuseExpectation(
  common: Headers,
  observe: Observe,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (_request, response) => {
    const detail = 'nothing is expected here but 100-continue';
    const { requestId, headers, text } = identified(problem(417, 'expectation_failed', detail));
    tell(observe, requestId, 417, new Error(detail));
    const own = { 'Content-Type': PROBLEM_TYPE, Connection: 'close' };
    response.writeHead(417, { ...common, ...headers, ...own }).end(text);
  };
}
