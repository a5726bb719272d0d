import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Client extends Disposable {
  /** Sends a request; returns the milliseconds until the response is complete. Throws unless the status is 200. */
  time(method: 'GET' | 'POST', path: string): Promise<number>;
  /** Sends a request; returns the body. Throws unless the status is 200. */
  text(method: 'GET' | 'POST', path: string): Promise<string>;
}

/** A client with persistent connections. It runs in this process, because its own cost is small. */
export function openClient(address: string, connections = 1): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });

  async function ask(method: string, path: string): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    request(new URL(path, address), { agent, method }, (response) => {
      const body = buffer(response);
      if (response.statusCode === 200) return resolve(body);
      body.then((text) => reject(new Error(`${path} answered ${response.statusCode}: ${text}`)), reject);
    })
      .on('error', reject)
      .end();
    return promise;
  }

  return {
    async time(method, path) {
      const began = performance.now();
      await ask(method, path);
      return performance.now() - began;
    },
    text: async (method, path) => (await ask(method, path)).toString(),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** A metric's value, as the sum over its labels. */
export async function readMetric(client: Client, name: string): Promise<number> {
  const page = await client.text('GET', '/metrics');
  const values = [...page.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))];
  if (values.length === 0) throw new Error(`/metrics has no ${name}`);
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}
