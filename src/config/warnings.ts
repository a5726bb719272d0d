import type { Config } from './config.ts';

/**
 * Warns about risky settings, at the start.
 *
 * @param room how many client connections the limit of open files allows.
 */
export function* warnings(config: Config, room: number): Generator<string> {
  if (config.REFRESH_INTERVAL > config.STALE_AFTER) {
    yield 'REFRESH_INTERVAL is longer than STALE_AFTER: the answer will be stale between refreshes';
  }
  const isLocal = /^(127\.[\d.]+|localhost|::1)$/.test(config.HOST);
  if (!isLocal && config.REFRESH_TOKEN === undefined) {
    yield 'HOST is reachable from other machines and REFRESH_TOKEN is not set: anyone may start refreshes';
  }
  if (config.MAX_LIVE_READERS_PER_ADDRESS > config.MAX_CONNECTIONS_PER_ADDRESS) {
    yield 'MAX_LIVE_READERS_PER_ADDRESS is above MAX_CONNECTIONS_PER_ADDRESS, which also counts readers of the stream: raise the latter';
  }
  if (room < config.MAX_LIVE_READERS) {
    yield `the limit of open files leaves room for ${room} connections, fewer than MAX_LIVE_READERS: raise it (ulimit -n)`;
  }
}
