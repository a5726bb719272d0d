import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Observe } from '../service/observer.ts';
import { PROBLEM_TYPE, problem, withRequestId } from './problem.ts';
import { answerRaw } from './streaming/raw-response.ts';

type Headers = Readonly<Record<string, string>>;

/** By the parser's error code. */
const FAULTS: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'the request headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_too_slow', 'the request did not arrive in time'],
};
const MALFORMED = [400, 'malformed_request', 'the request is not valid HTTP'] as const;

/** The headers and text of a problem that no route handles; reports it. */
function problemAnswer(
  common: Headers,
  observe: Observe,
  error: Error,
  fault: Readonly<Parameters<typeof problem>>,
) {
  const body = problem(...fault);
  const { requestId, headers, text } = withRequestId(body);
  const { status } = body;
  observe({ type: 'request_failed', requestId, error, method: '-', path: '-', status });
  observe({ type: 'responded', route: 'none', status, duration: 0 });
  return { status, headers: { ...common, ...headers, 'Content-Type': PROBLEM_TYPE }, text };
}

/** Answers bytes that cannot become a request (malformed, too large, too slow), and closes the connection. */
export function rejectMalformed(
  common: Headers,
  observe: Observe,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  // The parser reports each later piece from the same client too.
  const rejected = new WeakSet<Socket>();
  return (error, socket) => {
    if (rejected.has(socket)) return;
    rejected.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const fault = FAULTS[error.code ?? ''] ?? MALFORMED;
    const { status, headers, text } = problemAnswer(common, observe, error, fault);
    answerRaw(socket, status, headers, text);
  };
}

/** Rejects an `Expect` header other than 100-continue. RFC 9110, section 10.1.1. */
export function rejectExpectation(
  common: Headers,
  observe: Observe,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (_request, response) => {
    const detail = 'the only supported expectation is 100-continue';
    const fault = [417, 'expectation_failed', detail] as const;
    const { status, headers, text } = problemAnswer(common, observe, new Error(detail), fault);
    response.writeHead(status, { ...headers, Connection: 'close' }).end(text);
  };
}
