import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { createOutbound } from '../../../src/outbound/client.ts';
import { isPrivateAddress } from '../../../src/outbound/private-addresses.ts';
import { certificateFor } from './certificate.ts';
import { writeFeed } from './feeds.ts';

/** An address of this machine that `isPrivate` below treats as public. */
export const PUBLIC_ADDRESS = '127.200.0.1';
export const PRIVATE_ADDRESS = '127.0.0.1';

interface ReceivedRequest {
  /** The address that received the request. */
  readonly localAddress: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * The addresses that each lookup of a name returns; the last entry also applies to all later lookups. Other names are
 * not found.
 */
export type DnsRecords = Readonly<Record<string, readonly (readonly string[])[]>>;

export interface FakeInternet {
  /** Ports of both `PUBLIC_ADDRESS` and `PRIVATE_ADDRESS`. */
  readonly ports: { readonly http: number; readonly other: number; readonly https: number };
  /** The requests that were not redirected. */
  readonly received: ReceivedRequest[];
  /** The redirects of `/start`, `/start/2` and so on. Any other path returns a document. */
  redirects: readonly { readonly status: number; readonly location: string | undefined }[];
  /** Replaces the DNS records, and forgets earlier lookups. */
  reset(names: DnsRecords): void;
  readonly options: Required<
    Pick<NonNullable<Parameters<typeof createOutbound>[0]>, 'resolve' | 'isPrivate'>
  >;
}

const FEED = writeFeed('rss', [{ title: 'Bitcoin', date: Date.UTC(2026, 0, 1, 12) }]);

/** Public and private hosts with names, all on this machine. */
export async function startFakeInternet(t: TestContext): Promise<FakeInternet> {
  const received: ReceivedRequest[] = [];
  let names: DnsRecords = {};
  const lookups = new Map<string, number>();
  const files = certificateFor(
    t,
    'DNS:public.example,DNS:other.example,DNS:inside.example,DNS:*.sources.example,IP:127.0.0.1,IP:127.200.0.1',
  );
  const [cert, key] = [readFileSync(files.certificate, 'utf8'), readFileSync(files.key, 'utf8')];
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  t.after(() => setDefaultCACertificates(before));

  const answer: RequestListener = (request, response) => {
    const [, hop] = /^\/start\/?(\d*)$/.exec(request.url ?? '') ?? [];
    const redirect = hop === undefined ? undefined : internet.redirects[Number(hop || 1) - 1];
    if (redirect) {
      const { status, location } = redirect;
      return response.writeHead(status, location === undefined ? {} : { location }).end('elsewhere');
    }
    received.push({ localAddress: request.socket.localAddress ?? '', headers: request.headers });
    const isJson = request.headers.accept?.includes('json');
    response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/rss+xml' });
    response.end(isJson ? '{"is":"there"}' : FEED);
  };

  async function listen(isTls: boolean): Promise<number> {
    const open = () => (isTls ? createHttps({ cert, key }, answer) : createHttp(answer));
    const [first, second] = [open(), open()];
    for (const server of [first, second]) {
      t.after(() => {
        server.closeAllConnections();
        server.close();
      });
    }
    await once(first.listen(0, PRIVATE_ADDRESS), 'listening');
    const { port } = first.address() as AddressInfo;
    await once(second.listen(port, PUBLIC_ADDRESS), 'listening');
    return port;
  }

  const internet: FakeInternet = {
    ports: { http: await listen(false), other: await listen(false), https: await listen(true) },
    received,
    redirects: [],
    reset(next) {
      names = next;
      lookups.clear();
    },
    options: {
      isPrivate: (address) => !address.startsWith('127.200.') && isPrivateAddress(address),
      resolve(hostname, _options, callback) {
        const answers = names[hostname];
        const count = lookups.get(hostname) ?? 0;
        lookups.set(hostname, count + 1);
        const found = answers?.[Math.min(count, answers.length - 1)];
        const missing = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
        setImmediate(() => {
          if (!found) return callback(missing, []);
          callback(
            null,
            found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          );
        });
      },
    },
  };
  return internet;
}
