import { TLSSocket } from 'node:tls';
import { createOutbound, type Outbound } from '../outbound/client.ts';
import type { DispatcherOptions } from '../outbound/dispatchers.ts';
import { OutboundError } from '../outbound/fault.ts';

/** What happened during the requests to an upstream; of several requests, the last one. */
export interface RequestRecord {
  /** The host of the first request, with a non-default port. */
  host?: string;
  /** Absent for an IP address, and through a proxy. */
  addresses?: readonly string[];
  /** Such as `TLSv1.3`; absent without TLS, and through a proxy. */
  tls?: string;
  /** From the request until the connection was made. */
  connectedMs?: number;
  isViaProxy?: boolean;
  status?: number;
  /** From the request until the whole response arrived. */
  tookMs?: number;
  /** How far the clock of the host is ahead, by its `Date` header, within a second. */
  clockAheadMs?: number;
  fault?: OutboundError['fault'];
}

/** `Date` has whole seconds, so this is correct on average. */
const HALF_SECOND_MS = 500;

function clockAhead(headers: Headers, middle: number): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  // A cache sends the date of the original response, and its age in seconds.
  const age = Number(headers.get('age') ?? 0);
  return Number.isFinite(date) && age >= 0 ? date + age * 1000 + HALF_SECOND_MS - middle : undefined;
}

/** A client for one upstream that records what happens. */
export function recordingOutbound(proxies: DispatcherOptions['proxies']) {
  const exchange: RequestRecord = {};
  let began = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - began);
  const outbound = createOutbound({
    proxies,
    observe(event) {
      if (event.type === 'resolved') exchange.addresses = event.addresses;
      if (event.type === 'failed') exchange.isViaProxy = event.isViaProxy;
      if (event.type !== 'connected') return;
      exchange.connectedMs = elapsedMs();
      const tls = event.socket instanceof TLSSocket && event.socket.getProtocol();
      if (tls) exchange.tls = tls;
    },
  });
  const recording: Outbound = {
    async request(url, request, signal) {
      exchange.host ??= url.host;
      began = performance.now();
      const startedAt = Date.now();
      try {
        const answer = await outbound.request(url, request, signal);
        exchange.tookMs = elapsedMs();
        exchange.status = answer.status;
        exchange.isViaProxy = answer.isViaProxy;
        const ahead = clockAhead(answer.headers, startedAt + exchange.tookMs / 2);
        if (ahead !== undefined) exchange.clockAheadMs = ahead;
        return answer;
      } catch (error) {
        exchange.tookMs = elapsedMs();
        if (error instanceof OutboundError) exchange.fault = error.fault;
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => outbound[Symbol.asyncDispose](),
  };
  return { outbound: recording, exchange };
}
