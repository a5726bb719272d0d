// npm run redis: a Redis with time series to try the service with. It ends with this process, and stores nothing.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { freePort, launchRedis, startRedis } from './redis/start.ts';

const USUAL_PORT = 6379;

/** Why no server can listen on a port of 127.0.0.1; `undefined` if one can. */
async function portFault(port: number): Promise<string | undefined> {
  const server = createServer();
  const fault = new Promise<string>((resolve) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE') resolve('is already in use: choose another one');
      else if (code === 'EACCES') resolve('needs more rights than this user has: choose one above 1023');
      else resolve(`cannot be used: ${code}`);
    });
  });
  const free = once(server.listen(port, '127.0.0.1'), 'listening').then(() => undefined);
  const result = await Promise.race([fault, free]);
  if (result === undefined) await new Promise((resolve) => server.close(resolve));
  return result;
}

/** The value of `--port`: `undefined` if it is not given, 0 for any free port. */
function readPort(): number | undefined {
  const { port } = parseArgs({ options: { port: { type: 'string' } } }).values;
  if (port === undefined) return undefined;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (number <= 65_535) return number;
  throw new Error('--port must be a whole number from 0 to 65535; 0 takes a free port');
}

/** Starts a Redis on a port, and ignores the one at `REDIS_URL`. */
async function launchAt(port: number) {
  const fault = port === 0 ? undefined : await portFault(port);
  if (fault !== undefined) throw new Error(`port ${port} ${fault}`);
  return launchRedis(port === 0 ? undefined : port);
}

async function startSomewhere() {
  const isUsualFree = (await portFault(USUAL_PORT)) === undefined;
  return startRedis((text) => console.error(text), isUsualFree ? USUAL_PORT : await freePort());
}

async function main(): Promise<void> {
  const port = readPort();
  await using redis = await (port === undefined ? startSomewhere() : launchAt(port));
  if (!redis.ended) return console.log(`Using ${redis.name}. Run npm start: it uses the same one.`);
  console.log(
    `Started ${redis.name}. To use it:\n\n  REDIS_URL=${redis.url} npm start\n\nPress Ctrl-C to stop it.`,
  );
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await Promise.race([stopped, redis.ended]);
}

await main().catch((error: Error) => {
  console.error(`npm run redis: ${error.message.split('\n')[0]}`);
  process.exitCode = 1;
});
