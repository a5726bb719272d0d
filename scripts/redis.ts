// npm run redis: a Redis with time series, for trying things out; it ends with this, and keeps nothing.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort, startRedis } from './redis/start.ts';

const USUAL_PORT = 6379;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const taken = once(server, 'error').then(() => false);
  const free = once(server.listen(port, '127.0.0.1'), 'listening').then(() => true);
  const result = await Promise.race([taken, free]);
  if (result) await new Promise((resolve) => server.close(resolve));
  return result;
}

async function main(): Promise<void> {
  const port = (await isFree(USUAL_PORT)) ? USUAL_PORT : await freePort();
  await using redis = await startRedis(port);
  if (!redis.ended) return console.log(`${redis.name} will do: npm start uses it`);
  console.log(`${redis.name}; use it with\n\n  REDIS_URL=${redis.url} npm start\n\nCtrl-C ends it.`);
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await Promise.race([stopped, redis.ended]);
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
