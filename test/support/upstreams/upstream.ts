import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Upstream {
  readonly url: string;
  readonly server: Server;
  /** The number of requests so far. */
  requests(): number;
  /** Replaces the response; a string is a JSON body. */
  answer(listener: RequestListener | string): void;
}

/** Starts an HTTP server on 127.0.0.1 that plays a source. */
export async function startUpstream(t: TestContext, first: RequestListener | string): Promise<Upstream> {
  const asListener = (answer: RequestListener | string): RequestListener =>
    typeof answer === 'string'
      ? (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
      : answer;
  let current = asListener(first);
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    current(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/bitcoin.json`,
    server,
    requests: () => requests,
    answer: (next) => {
      current = asListener(next);
    },
  };
}

/** A snapshot as SentiCrypt v1 sends it, at a time in epoch milliseconds. */
export function snapshot(time: number, price: number | string = 30_000, mean: unknown = 0.1): object {
  return {
    count: 7259,
    timestamp: time / 1000,
    rate: 0,
    last: 0.33,
    sum: 1425.82,
    mean,
    median: 0.23,
    btc_price: String(price),
  };
}
