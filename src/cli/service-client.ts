import { connect } from 'node:net';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/schema';
import type { Config } from '../config/config.ts';
import { SOURCE_NAMES } from '../domain/answer.ts';
import { createOutbound } from '../outbound/client.ts';
import { printError, UsageError } from './output.ts';

/** More than any response of the service. */
const BODY_LIMIT_BYTES = 2 ** 20;

/** Addresses to connect to if the service listens on all addresses. */
const LOOPBACK = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** The address on which a service with these settings listens. */
function addressOf({ HOST, PORT }: Config): URL {
  const host = LOOPBACK.get(HOST) ?? HOST;
  return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${PORT}/`);
}

/** The address in `--url`, or that of the settings. */
function serviceAddress(url: string | undefined, config: Config): URL {
  const base = url === undefined ? addressOf(config) : URL.parse(url);
  if (!base || !['http:', 'https:'].includes(base.protocol) || base.username || base.password) {
    throw new UsageError('--url must be an http or https address without a user name or password');
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}

export interface ServiceRequest<S extends TSchema> {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly token?: string | undefined;
  readonly limitMs: number;
  /** The schema of the body with status 200. */
  readonly schema: S;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Whether nothing listens at an address. It takes a millisecond, and the HTTP client takes many to load. */
async function refusesConnections({ hostname, port, protocol }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect(Number(port) || (protocol === 'https:' ? 443 : 80), host);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on('connect', () => resolve(false)).on('timeout', () => resolve(false));
  socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  socket.setTimeout(1000);
  const isRefused = await promise;
  socket.destroy();
  return isRefused;
}

/** Returns `undefined` if no is-bitcoin-lit service answers. */
async function request(
  service: URL,
  { path, method, token, limitMs }: ServiceRequest<TSchema>,
): Promise<Reply | undefined> {
  // Without a proxy or redirects, which would get the token.
  await using outbound = createOutbound();
  try {
    const { status, headers, body } = await outbound.request(
      new URL(path, service),
      {
        method,
        headers: { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        deadlineMs: limitMs,
        bodyLimit: BODY_LIMIT_BYTES,
        errorBodyLimit: BODY_LIMIT_BYTES,
        redirects: 'none',
      },
      new AbortController().signal,
    );
    const source = headers.get('data-source');
    if (!SOURCE_NAMES.some((name) => name === source)) return undefined;
    return { status, body: JSON.parse(String(body)) };
  } catch {
    return undefined;
  }
}

/** The detail of a problem response. */
function detailOf({ status, body }: Reply): string {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined;
  return typeof detail === 'string' ? detail : `the service answered ${status}`;
}

/**
 * Sends a request to the service. If none answers at the address of the settings, it runs `otherwise`.
 *
 * @returns the reason, in words, if it fails.
 */
export async function requestOrElse<S extends TSchema>(
  { url, config, ...rest }: ServiceRequest<S> & { url: unknown; config: Config },
  otherwise: { doing: string; run: () => Promise<Static<S> | string> },
): Promise<Static<S> | string> {
  const given = typeof url === 'string' ? url : undefined;
  const service = serviceAddress(given, config);
  // Usually there is no service, which a connection shows without loading the HTTP client.
  const isAbsent = given === undefined && (await refusesConnections(service));
  const reply = isAbsent ? undefined : await request(service, rest);
  if (reply?.status === 200 && Check(rest.schema, reply.body)) return reply.body;
  if (reply) return detailOf(reply);
  // With --url, only that service's answer is wanted.
  if (given !== undefined) return `no is-bitcoin-lit service answers at ${service.origin}`;
  printError(`no service answers at ${service.origin}; ${otherwise.doing}`);
  return await otherwise.run();
}
