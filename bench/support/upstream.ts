import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface Upstream extends AsyncDisposable {
  readonly url: string;
  /** Replaces the body of responses. */
  answer(body: string): Promise<void>;
}

const SCRIPT = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  let body = '[]';
  parentPort.on('message', (next) => {
    body = next;
    parentPort.postMessage('taken');
  });
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** A local source server, in a separate thread so that its work is not measured. */
export async function startUpstream(): Promise<Upstream> {
  const worker = new Worker(SCRIPT, { eval: true });
  const [port] = await once(worker, 'message');
  return {
    url: `http://127.0.0.1:${port}/`,
    async answer(body) {
      const taken = once(worker, 'message');
      worker.postMessage(body);
      await taken;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
