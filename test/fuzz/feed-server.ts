// Serves generated feeds in a separate thread, so that only parsing can block the main event loop.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { madeFeed } from './made-feeds.ts';

const server = createServer((request, response) => {
  const { bytes, contentType } = madeFeed(workerData, Number(request.url?.slice(1)));
  response.writeHead(200, { 'content-type': contentType }).end(bytes);
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
