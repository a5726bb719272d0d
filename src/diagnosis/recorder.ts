import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createOutbound, type Outbound } from '../outbound/client.ts';
import type { DialOptions } from '../outbound/dispatchers.ts';
import { OutboundError } from '../outbound/fault.ts';

/** What was seen of one place's requests: that of the last one where several were made. */
export interface Exchanged {
  /** Host of the first request, with its port where that is not the usual one. */
  host?: string;
  /** What the name stands for; absent for an address, and through a proxy. */
  addresses?: readonly string[];
  /** Of the connection, such as `TLSv1.3`; absent without TLS, and through a proxy. */
  tls?: string;
  /** From the request on, until the connection was made. Milliseconds. */
  connectedMs?: number;
  isViaProxy?: boolean;
  status?: number;
  /** Until the whole answer was there. Milliseconds. */
  tookMs?: number;
  /** How far the other clock is ahead, by the header `Date`: to a second. Milliseconds. */
  clockAheadMs?: number;
  fault?: OutboundError['fault'];
}

/** `Date` is in whole seconds: half a second is right on average. */
const HALF_SECOND = 500;

/** How far the server's clock is ahead, if the answer came straight from it. */
function clockAhead(headers: Headers, middle: number): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  // A cache sends the date of when it got the answer, and how many seconds ago that was.
  const age = Number(headers.get('age') ?? 0);
  return Number.isFinite(date) && age >= 0 ? date + age * 1000 + HALF_SECOND - middle : undefined;
}

/** A way out of its own for one place, which notes what happens on it. */
export function recordingOutbound(proxies: DialOptions['proxies']): {
  outbound: Outbound;
  record: Exchanged;
} {
  const record: Exchanged = {};
  let began = performance.now();
  const sinceBegan = (): number => Math.round(performance.now() - began);
  const tlsOf = (socket: Socket): string | null | undefined =>
    socket instanceof TLSSocket ? socket.getProtocol() : undefined;
  const outbound = createOutbound({
    proxies,
    observe(event) {
      if (event.type === 'resolved') record.addresses = event.addresses;
      if (event.type === 'failed') record.isViaProxy = event.isViaProxy;
      if (event.type !== 'connected') return;
      record.connectedMs = sinceBegan();
      const tls = tlsOf(event.socket);
      if (tls) record.tls = tls;
    },
  });
  return {
    record,
    outbound: {
      async request(url, request, signal) {
        record.host ??= url.host;
        began = performance.now();
        const at = Date.now();
        try {
          const answer = await outbound.request(url, request, signal);
          record.tookMs = sinceBegan();
          record.status = answer.status;
          record.isViaProxy = answer.isViaProxy;
          const ahead = clockAhead(answer.headers, at + record.tookMs / 2);
          if (ahead !== undefined) record.clockAheadMs = ahead;
          return answer;
        } catch (error) {
          record.tookMs = sinceBegan();
          if (error instanceof OutboundError) record.fault = error.fault;
          throw error;
        }
      },
      [Symbol.asyncDispose]: () => outbound[Symbol.asyncDispose](),
    },
  };
}
