import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { TestContext } from 'node:test';

export interface ForwardProxy {
  readonly url: string;
  /** What it was asked for, oldest first: `CONNECT host:port` or `GET http://…`, and the credentials that came along. */
  readonly asked: readonly { readonly what: string; readonly authorization: string | undefined }[];
}

/**
 * A forward proxy on 127.0.0.1. It resolves no names: everything leads to one port of this machine.
 *
 * @param to the port; a status that it refuses with instead.
 */
export async function startForwardProxy(
  t: TestContext,
  to: { readonly port: number } | { readonly status: number },
): Promise<ForwardProxy> {
  const asked: { what: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    asked.push({ what: `${method} ${url}`, authorization: headers['proxy-authorization'] });
    if ('status' in to) return response.writeHead(to.status).end('refused');
    const { pathname, search } = new URL(url);
    const onward = { host: '127.0.0.1', port: to.port, path: pathname + search, headers };
    forward(onward, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on('connect', ({ url, headers }, client) => {
    asked.push({ what: `CONNECT ${url}`, authorization: headers['proxy-authorization'] });
    client.on('error', () => 'the client has gone');
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
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
