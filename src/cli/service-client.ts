import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import type { Config } from '../config/config.ts';
import { SOURCE_NAMES } from '../domain/answer.ts';
import { createOutbound } from '../outbound/client.ts';
import { printError, UsageError } from './output.ts';

/** No answer of the service has as much. Bytes. */
const MOST_BYTES = 2 ** 20;

/** Addresses to listen on that are none to ask at. */
const ANY = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Where the service of these settings listens. */
function addressOf({ HOST, PORT }: Config): URL {
  const host = ANY.get(HOST) ?? HOST;
  return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${PORT}/`);
}

/** The service to ask: the one at `--url`, else the one of the settings. */
function serviceAddress(url: string | undefined, config: Config): URL {
  const base = url === undefined ? addressOf(config) : URL.parse(url);
  if (!base || !['http:', 'https:'].includes(base.protocol) || base.username || base.password) {
    throw new UsageError('--url must be an http or https address without a user name or password');
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}

export interface Question<S extends TSchema> {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly token?: string | undefined;
  /** Milliseconds. */
  readonly limit: number;
  /** What the body of a 200 is. */
  readonly schema: S;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** `undefined` where no service of this kind answers: nobody does, or somebody else. */
async function ask(
  service: URL,
  { path, method, token, limit }: Question<TSchema>,
): Promise<Reply | undefined> {
  // The service is asked itself, without a proxy; nobody else is told the token.
  await using outbound = createOutbound();
  try {
    const { status, headers, body } = await outbound.request(
      new URL(path, service),
      {
        method,
        headers: { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        deadlineMs: limit,
        bodyLimit: MOST_BYTES,
        errorBodyLimit: MOST_BYTES,
        redirects: 'none',
      },
      new AbortController().signal,
    );
    const source = headers.get('data-source');
    if (!SOURCE_NAMES.some((name) => name === source)) return undefined;
    return { status, body: JSON.parse(String(body)) };
  } catch {
    // Refused, reset, silent, no JSON: whatever it is, it is no service of this kind.
    return undefined;
  }
}

/** What a problem says is wrong. */
function detailOf({ status, body }: Reply): string {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined;
  return typeof detail === 'string' ? detail : `the service answered ${status}`;
}

/**
 * Asks the service; where none of this kind answers at the address of the settings, does it without.
 *
 * @returns a reason, in words, where it failed.
 */
export async function requestOrElse<S extends TSchema>(
  { url, config, ...question }: Question<S> & { url: unknown; config: Config },
  otherwise: { doing: string; run: () => Promise<Static<S> | string> },
): Promise<Static<S> | string> {
  const given = typeof url === 'string' ? url : undefined;
  const service = serviceAddress(given, config);
  const reply = await ask(service, question);
  if (reply?.status === 200 && Value.Check(question.schema, reply.body)) return reply.body;
  if (reply) return detailOf(reply);
  // --url asks for that service's answer, so the store is no substitute.
  if (given !== undefined) return `no is-bitcoin-lit service answers at ${service.origin}`;
  printError(`no service answers at ${service.origin}; ${otherwise.doing}`);
  return await otherwise.run();
}
