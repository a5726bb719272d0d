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

/** Stands for a public address: it is one of this machine, which the tests' rule takes for public. */
export const PUBLIC = '127.200.0.1';
export const PRIVATE = '127.0.0.1';

interface Hit {
  /** The address that was asked. */
  readonly at: string;
  readonly headers: IncomingHttpHeaders;
}

/** Addresses of names: those of each look-up, the last ones for all later ones. A name that is not here is not found. */
export type Names = Readonly<Record<string, readonly (readonly string[])[]>>;

export interface SmallInternet {
  /** Ports of `PUBLIC` and `PRIVATE` alike, which speak HTTP, HTTP and HTTPS. */
  readonly ports: { readonly http: number; readonly other: number; readonly https: number };
  /** What came to paths that begin with `/end`, since it was emptied. */
  readonly hits: Hit[];
  /** Redirects of `/start`, `/start/2`… and so on, in turn; any other path is a document. */
  redirects: readonly { readonly status: number; readonly location: string | undefined }[];
  /** Begins anew with these names. */
  begin(names: Names): void;
  readonly options: Required<
    Pick<NonNullable<Parameters<typeof createOutbound>[0]>, 'resolve' | 'isPrivate'>
  >;
}

const FEED = writeFeed('rss', [{ title: 'Bitcoin', date: Date.UTC(2026, 0, 1, 12) }]);

/** Hosts by name, some public and some private, without leaving this machine. */
export async function startSmallInternet(t: TestContext): Promise<SmallInternet> {
  const hits: Hit[] = [];
  let names: Names = {};
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
    hits.push({ at: request.socket.localAddress ?? '', headers: request.headers });
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
    await once(first.listen(0, PRIVATE), 'listening');
    const { port } = first.address() as AddressInfo;
    await once(second.listen(port, PUBLIC), 'listening');
    return port;
  }

  const internet: SmallInternet = {
    ports: { http: await listen(false), other: await listen(false), https: await listen(true) },
    hits,
    redirects: [],
    begin(next) {
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
