import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Client extends Disposable {
  /** One request, and the milliseconds until its whole answer was there. Anything but a 200 is thrown. */
  time(method: 'GET' | 'POST', path: string): Promise<number>;
  /** The same for its body. */
  text(method: 'GET' | 'POST', path: string): Promise<string>;
}

/** A client over connections that stay open, in this process: it is small beside what it measures. */
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

/** A metric's value, summed over its labels. */
export async function readMetric(client: Client, name: string): Promise<number> {
  const page = await client.text('GET', '/metrics');
  const values = [...page.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))];
  if (values.length === 0) throw new Error(`/metrics does not tell ${name}`);
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}
