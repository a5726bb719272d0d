import { lookup } from 'node:dns';
import type { Dispatcher } from 'undici';
import { ignoreRejection } from '../domain/errors.ts';
import { ACCEPT_ENCODING, readBody } from './body.ts';
import type { DispatcherContext, DispatcherOptions } from './dispatchers.ts';
import { deadlineError, explain, OutboundError, type Phase } from './fault.ts';
import { isPrivateAddress, isPrivateHost } from './private-addresses.ts';
import {
  headersAfter,
  isRedirect,
  type RedirectPolicy,
  type RequestHeaders,
  redirectTarget,
} from './redirects.ts';
import { USER_AGENT } from './user-agent.ts';

interface OutboundRequest {
  readonly method?: 'GET' | 'POST';
  /** For everything: name lookup, connection, redirects, headers and body. */
  readonly deadlineMs: number;
  /** For the body of a 200, in bytes, before and after decompression. */
  readonly bodyLimit: number;
  /** The same for any other status; 0: the body is not read. */
  readonly errorBodyLimit: number;
  /** A redirect to another host drops `Authorization` and `Cookie`. */
  readonly headers: RequestHeaders;
  readonly redirects: RedirectPolicy;
}

interface OutboundAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The final URL, after redirects. It may contain secrets. */
  readonly url: URL;
  readonly isViaProxy: boolean;
  /** `undefined` if it was not read, or if the body of an error did not arrive within its limits. */
  readonly body: Buffer | undefined;
}

/** The client for all outgoing requests. */
export interface Outbound extends AsyncDisposable {
  /**
   * Sends a request, without retries. Returns whatever status arrives.
   *
   * The host of `url` may be private, since the operator configured it. A public host cannot redirect to a private address.
   *
   * @throws OutboundError; the reason of `signal` once that is aborted.
   */
  request(url: URL, request: OutboundRequest, signal: AbortSignal): Promise<OutboundAnswer>;
}

const DEFAULT_HEADERS = { 'accept-encoding': ACCEPT_ENCODING, 'user-agent': USER_AGENT };

/** Shared, since an error collects its stack. Nobody receives it. */
const ENDED = new Error('the request has ended');

const NO_PROXIES = { http: undefined, https: undefined, except: undefined };

function headersOf({ headers }: Dispatcher.ResponseData): Headers {
  const list = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  return new Headers(list);
}

/** @param options the proxies and the observer; for tests, name lookup and the rule for private addresses. */
export function createOutbound(options: Partial<DispatcherOptions> = {}): Outbound {
  const context: DispatcherContext = {
    proxies: NO_PROXIES,
    isPrivate: isPrivateAddress,
    resolve: lookup,
    observe: () => undefined,
    ...options,
    hosts: new Map(),
    pending: new Map(),
    errors: new WeakSet(),
  };
  const { proxies, isPrivate, observe, hosts, pending, errors } = context;
  let loading: Promise<Record<'unrestricted' | 'publicOnly', Dispatcher>> | undefined;
  const hasProxy = proxies.http !== undefined || proxies.https !== undefined;
  const isViaProxy = (url: URL): boolean => hasProxy && !pending.has(url.origin);

  /** Whether a host that redirects is private: by its addresses, or by its name if a proxy resolves it. */
  function isPrivateOrigin({ hostname }: URL): boolean {
    const known = hosts.get(hostname.replace(/^\[|\]$/g, ''));
    return known === undefined ? isPrivateHost(hostname, isPrivate) : known === 'private';
  }

  /** Loads undici on the first request: it takes 30 MB, and some commands and sources send none. */
  async function load() {
    const { createDispatcher } = await import('./dispatchers.ts');
    return { unrestricted: createDispatcher(context, false), publicOnly: createDispatcher(context, true) };
  }

  /** Follows redirects. Calls `onUrl` before each request. */
  async function follow(
    first: URL,
    request: OutboundRequest,
    signal: AbortSignal,
    onUrl: (url: URL) => void,
  ) {
    loading ??= load();
    const { unrestricted, publicOnly } = await loading;
    let url = first;
    let headers: RequestHeaders = { ...DEFAULT_HEADERS, ...request.headers };
    let isPublicOnly = hosts.get(url.hostname) === 'public';
    for (let redirects = 0; ; redirects += 1) {
      onUrl(url);
      const response = await (isPublicOnly ? publicOnly : unrestricted).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method ?? 'GET',
        headers,
        signal,
      });
      if (!isRedirect(response.statusCode, request.redirects)) return response;
      // Reads a short body to its end, in the background, so that the connection can be used again.
      response.body.dump({ limit: 2 ** 14 }).catch(ignoreRejection);
      const from = url;
      url = redirectTarget(headersOf(response).get('location'), from, request.redirects, redirects);
      headers = headersAfter(headers, from, url);
      isPublicOnly ||= !isPrivateOrigin(from);
      if (isPublicOnly && isPrivateHost(url.hostname, isPrivate))
        throw new OutboundError('redirected', 'private_address', 'redirects to a private address');
    }
  }

  return {
    async request(first, request, signal) {
      const deadline = AbortSignal.timeout(request.deadlineMs);
      // Aborted at the end in any case, so that no body stays open.
      const end = new AbortController();
      let url = first;
      let isAnswered = false;
      const phase = (): Phase => {
        if (isAnswered) return 'reading';
        return (pending.get(url.origin) ?? 0) > 0 ? 'connecting' : 'waiting';
      };
      try {
        const all = AbortSignal.any([signal, deadline, end.signal]);
        const response = await follow(first, request, all, (to) => {
          url = to;
        });
        isAnswered = true;
        const { statusCode: status } = response;
        const headers = headersOf(response);
        const read = (limit: number) => readBody(response.body, headers.get('content-encoding'), limit);
        let body: Buffer | undefined;
        if (status === 200) body = await read(request.bodyLimit);
        else if (request.errorBodyLimit > 0) body = await read(request.errorBodyLimit).catch(ignoreRejection);
        signal.throwIfAborted();
        return { status, headers, url, isViaProxy: isViaProxy(url), body };
      } catch (cause) {
        signal.throwIfAborted();
        const isOfProxy = isViaProxy(url) && !(cause instanceof Error && errors.has(cause));
        const error = deadline.aborted
          ? deadlineError(phase(), request.deadlineMs, cause)
          : explain(cause, { isOfProxy, isAnswered });
        observe({ type: 'failed', host: url.host, isViaProxy: isOfProxy, error });
        throw error;
      } finally {
        end.abort(ENDED);
      }
    },
    async [Symbol.asyncDispose]() {
      const dispatchers = Object.values((await loading) ?? {});
      await Promise.all(dispatchers.map((one) => one.destroy()));
    },
  };
}
