// The baseline: a minimal node:http server that sends the same bytes and headers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const { body, headers, etag } = JSON.parse(process.env['ANSWER'] ?? '{}');
const { 'Content-Length': _length, 'Content-Type': _type, ...unchanged } = headers;

const server = createServer((request, response) => {
  if (request.headers['if-none-match'] === etag) response.writeHead(304, unchanged).end();
  else response.writeHead(200, headers).end(body);
});
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit(0));
