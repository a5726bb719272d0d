import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { TestContext } from 'node:test';

export interface ForwardProxy {
  readonly url: string;
  /** Targets, `CONNECT host:port` or `GET http://…`, and credentials of the requests, oldest first. */
  readonly requests: readonly { readonly target: string; readonly authorization: string | undefined }[];
}

/**
 * Starts a forward proxy on 127.0.0.1. It resolves no names, and forwards everything to one port of this machine.
 *
 * @param to the port to forward to, or a status that refuses every request.
 */
export async function startForwardProxy(
  t: TestContext,
  to: { readonly port: number } | { readonly status: number },
): Promise<ForwardProxy> {
  const requests: { target: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    requests.push({ target: `${method} ${url}`, authorization: headers['proxy-authorization'] });
    if ('status' in to) return response.writeHead(to.status).end('refused');
    const { pathname, search } = new URL(url);
    const options = { host: '127.0.0.1', port: to.port, path: pathname + search, headers };
    forward(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on('connect', ({ url, headers }, client) => {
    requests.push({ target: `CONNECT ${url}`, authorization: headers['proxy-authorization'] });
    client.on('error', () => undefined);
    if ('status' in to) return client.end(`HTTP/1.1 ${to.status} Refused\r\n\r\n`);
    const upstream = connect(to.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
