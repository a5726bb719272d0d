import { lookup } from 'node:dns';
import type { Dispatcher } from 'undici';
import { ignoreRejection } from '../domain/errors.ts';
import { ACCEPT_ENCODING, readBody } from './body.ts';
import type { DialOptions, Dials } from './dispatchers.ts';
import { explain, lateIn, OutboundError, type Phase } from './fault.ts';
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
  /** For everything together: look-up, connection, redirects, headers and body. Milliseconds. */
  readonly deadlineMs: number;
  /** Of the body of a 200, both as it comes and as it is decompressed. Bytes. */
  readonly bodyLimit: number;
  /** The same for any other status. 0: it is not read. Bytes. */
  readonly errorBodyLimit: number;
  /** `Authorization` and `Cookie` do not follow a redirect to another host. */
  readonly headers: RequestHeaders;
  readonly redirects: RedirectPolicy;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Where it came from, after redirects. It may hold secrets. */
  readonly url: URL;
  readonly isViaProxy: boolean;
  /** `undefined` where it was not to be read, or where that of an error did not arrive within its bounds. */
  readonly body: Buffer | undefined;
}

/** The one way out to the network. */
export interface Outbound extends AsyncDisposable {
  /**
   * Makes a request once; nothing is tried again. Any status is an answer.
   *
   * The host of `url` may be private, as its operator chose it. From a public one no redirect leads to a private address.
   *
   * @throws OutboundError; when `signal` ends it, the signal's reason.
   */
  request(url: URL, request: OutboundRequest, signal: AbortSignal): Promise<OutboundAnswer>;
}

const ALWAYS = { 'accept-encoding': ACCEPT_ENCODING, 'user-agent': USER_AGENT };

const NO_PROXIES = { http: undefined, https: undefined, except: undefined };

function headersOf({ headers }: Dispatcher.ResponseData): Headers {
  const list = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  return new Headers(list);
}

/** What an error says of itself is of use, and no more: its status was heard. */
async function readError(
  read: (limit: number) => Promise<Buffer>,
  limit: number,
): Promise<Buffer | undefined> {
  return limit === 0 ? undefined : await read(limit).catch(ignoreRejection);
}

/** @param options the proxies, and for tests how names are resolved and which addresses are private. */
export function createOutbound(options: Partial<DialOptions> = {}): Outbound {
  const { proxies = NO_PROXIES, isPrivate = isPrivateAddress } = options;
  const dials: Dials = { hosts: new Map(), pending: new Map(), errors: new WeakSet() };
  const dialing = {
    proxies,
    isPrivate,
    resolve: options.resolve ?? lookup,
    observe: options.observe ?? (() => undefined),
  };
  let loading: Promise<Record<'anywhere' | 'guarded', Dispatcher>> | undefined;
  const hasProxy = proxies.http !== undefined || proxies.https !== undefined;
  const isViaProxy = (url: URL): boolean => hasProxy && !dials.pending.has(url.origin);

  /** Whether a host that redirects is private: as it was dialled; behind a proxy, that dials, as it is written. */
  function isPrivateOrigin({ hostname }: URL): boolean {
    const known = dials.hosts.get(hostname.replace(/^\[|\]$/g, ''));
    return known === undefined ? isPrivateHost(hostname, isPrivate) : known === 'private';
  }

  /** Loaded where it is used: undici takes 30 MB, and some commands and sources ask nobody. */
  async function load() {
    const { createDispatcher } = await import('./dispatchers.ts');
    return {
      anywhere: createDispatcher(dialing, dials, false),
      guarded: createDispatcher(dialing, dials, true),
    };
  }

  /** Follows redirects. `at` is told of each address before it is asked. */
  async function follow(first: URL, request: OutboundRequest, signal: AbortSignal, at: (url: URL) => void) {
    loading ??= load();
    const { anywhere, guarded } = await loading;
    let url = first;
    let headers: RequestHeaders = { ...ALWAYS, ...request.headers };
    let isGuarded = dials.hosts.get(url.hostname) === 'public';
    for (let hops = 0; ; hops += 1) {
      at(url);
      const response = await (isGuarded ? guarded : anywhere).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method ?? 'GET',
        headers,
        signal,
      });
      if (!isRedirect(response.statusCode, request.redirects)) return response;
      // Read to its end where that is near, so that the connection can be used again; nobody waits for it.
      response.body.dump({ limit: 2 ** 14 }).catch(ignoreRejection);
      const from = url;
      url = redirectTarget(headersOf(response).get('location'), from, request.redirects, hops);
      headers = headersAfter(headers, from, url);
      isGuarded ||= !isPrivateOrigin(from);
      if (isGuarded && isPrivateHost(url.hostname, isPrivate))
        throw new OutboundError('redirected', 'private_address', 'redirects to a private address');
    }
  }

  return {
    async request(first, request, signal) {
      const deadline = AbortSignal.timeout(request.deadlineMs);
      // Aborted at the end in any case, so that no body is left open.
      const end = new AbortController();
      let url = first;
      let isAnswered = false;
      const phase = (): Phase => {
        if (isAnswered) return 'reading';
        return (dials.pending.get(url.origin) ?? 0) > 0 ? 'connecting' : 'waiting';
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
        const body =
          status === 200 ? await read(request.bodyLimit) : await readError(read, request.errorBodyLimit);
        signal.throwIfAborted();
        return { status, headers, url, isViaProxy: isViaProxy(url), body };
      } catch (cause) {
        signal.throwIfAborted();
        const isOfProxy = isViaProxy(url) && !(cause instanceof Error && dials.errors.has(cause));
        const error = deadline.aborted
          ? lateIn(phase(), request.deadlineMs, cause)
          : explain(cause, { isOfProxy, isAnswered });
        dialing.observe({ type: 'failed', host: url.host, isViaProxy: isOfProxy, error });
        throw error;
      } finally {
        end.abort();
      }
    },
    async [Symbol.asyncDispose]() {
      const { anywhere, guarded } = (await loading) ?? {};
      await Promise.all([anywhere?.destroy(), guarded?.destroy()]);
    },
  };
}
