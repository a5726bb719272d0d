import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../scripts/redis/start.ts';
import { EXCHANGES } from '../../src/exchanges/exchanges.ts';
import { command } from '../support/processes/command.ts';
import { diagnose } from '../support/processes/doctor.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { certificateFor } from '../support/upstreams/certificate.ts';
import { EXCHANGE_NAMES } from '../support/upstreams/exchanges.ts';
import { feedBody, feedStatus, startFeed, writeFeed } from '../support/upstreams/feeds.ts';
import { startForwardProxy } from '../support/upstreams/forward-proxy.ts';
import { headlinesBefore, type LiveSources, startLiveSources } from '../support/upstreams/live-sources.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const MINUTE = 60_000;

/** Has a label that is too long for a name, so no resolver is contacted. */
const UNRESOLVABLE = `http://${'x'.repeat(64)}.invalid`;

const exchangeSettings = (url: string) => Object.fromEntries(EXCHANGES.map(({ setting }) => [setting, url]));

/** A server that accepts connections and never answers. */
async function silent(t: TestContext): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => 'gone')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A feed over TLS with a self-signed certificate. */
async function secureFeed(t: TestContext, names?: string) {
  const files = certificateFor(t, names);
  const text = writeFeed('rss', headlinesBefore(Date.now(), 0));
  const server = createSecureServer({ key: readFileSync(files.key), cert: readFileSync(files.certificate) });
  server.on('request', feedBody(text)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, host: `127.0.0.1:${port}`, url: `https://127.0.0.1:${port}/feed`, ...files };
}

async function live(t: TestContext): Promise<{ outside: LiveSources; env: Record<string, string> }> {
  const outside = await startLiveSources(t);
  const env = { DATA_DIR: join(temporaryFolder(t), 'data'), ...outside.environment, SOURCE: 'live' };
  return { outside, env };
}

test('if all is well, reports the value of each exchange and feed, and exits with 0', async (t) => {
  const { outside, env } = await live(t);
  const { code, wouldAnswer, rows, row } = await diagnose(t, env);
  assert.equal(code, 0, JSON.stringify(rows, null, 1));
  assert.equal(wouldAnswer, true);
  assert.deepEqual(
    rows.filter(({ result }) => result !== 'ok'),
    [],
  );
  for (const name of EXCHANGE_NAMES)
    assert.match(
      row(name),
      /^ok: [\d,]+\.\d\d USD \(127\.0\.0\.1:\d+, connected in \d+ ms, status 200, \d+ ms in all, clock [+−]\d\.\d s\)$/,
    );
  const feeds = rows.filter(({ detail }) => /^\d+ headlines, newest \d+ (s|min) old \(127/.test(detail));
  assert.equal(feeds.length, outside.feeds.length);
  assert.match(row('Fear & Greed'), /^ok: 25 \(Extreme Fear\) \(/);
  assert.match(row('price'), /^ok: [\d,]+\.\d\d USD$/);
  assert.match(row('sentiment'), /^ok: -?\d\.\d{3} from \d+ headlines$/);
  const hosts = EXCHANGE_NAMES.length + outside.feeds.length + 1;
  assert.equal(row('clock'), `ok: correct within a few seconds, by the clocks of ${hosts} hosts`);
});

test('the table contains no secret settings', async (t) => {
  const { env } = await live(t);
  const refusing = await startForwardProxy(t, { status: 407 });
  const HTTPS_PROXY = refusing.url.replace('//', '//user:secret@');
  const NEWS_FEEDS = `${env['NEWS_FEEDS']},https://feeds.example/feed?token=secret`;
  const { code, stdout } = await command(t, ['doctor'], {
    ...env,
    HTTPS_PROXY,
    NEWS_FEEDS,
    REFRESH_TOKEN: 'a-secret-of-some-length',
  });
  assert.equal(code, 0, stdout);
  assert.doesNotMatch(stdout, /secret/);
  assert.match(stdout, /^settings\n {2}ok {7}settings +all are valid$/m);
  assert.match(stdout, /^sources\n {2}ok {7}proxy +127\.0\.0\.1:\d+ for https$/m);
  assert.match(stdout, /failed {3}feeds\.example .*proxy answered 407\n +→ Check that the proxy is running/);
  assert.match(stdout, /The service would have an answer\.\n$/);
});

test('reports the cause of each failure, with advice', async (t) => {
  const { env } = await live(t);
  const [untrusted, wrongHost] = await Promise.all([secureFeed(t), secureFeed(t, 'DNS:elsewhere.example')]);
  const [forbidden, broken, page, closing] = await Promise.all([1, 2, 3, 4].map(() => startFeed(t)));
  forbidden?.answer(feedStatus(403));
  broken?.answer(feedStatus(503));
  page?.answer(feedBody('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }));
  closing?.answer((request) => request.socket.destroy());
  const hostOf = (url = '') => new URL(url).host;
  const NEWS_FEEDS = [untrusted, wrongHost, forbidden, broken, page, closing]
    .map((one) => one?.url)
    .join(',');
  const port = await freePort();
  const { code, row, rows } = await diagnose(t, {
    ...env,
    ...exchangeSettings(`http://127.0.0.1:${port}`),
    KRAKEN_URL: UNRESOLVABLE,
    BITSTAMP_URL: `http://${await silent(t)}`,
    NEWS_FEEDS,
    NODE_EXTRA_CA_CERTS: wrongHost.certificate,
  });
  assert.equal(code, 3);
  assert.match(
    row('coinbase'),
    new RegExp(`^failed: 127\\.0\\.0\\.1:${port} cannot be reached: connection refused → .*HTTPS_PROXY`),
  );
  assert.match(
    row('kraken'),
    /^failed: x{64}\.invalid cannot be reached: name not found → Check KRAKEN_URL and the DNS/,
  );
  assert.match(row('bitstamp'), /^failed: 127\.0\.0\.1:\d+ took more than 3 s → .*firewall/);
  assert.match(
    row(untrusted.host),
    /cannot be reached: TLS certificate is self-signed → .*NODE_EXTRA_CA_CERTS/,
  );
  assert.match(
    row(wrongHost.host),
    /cannot be reached: TLS certificate is for another host → .*intercept TLS/,
  );
  assert.match(row(hostOf(forbidden?.url)), /answered 403 → It refuses requests from this network/);
  assert.match(row(hostOf(broken?.url)), /answered 503 → The server reports an error/);
  assert.match(row(hostOf(page?.url)), /sent a web page instead of a feed → .*login or blocking page/);
  assert.match(row(hostOf(closing?.url)), /cannot be reached: connection closed → /);
  assert.match(row('price'), /^failed: none: no exchange gave a quote → Correct what failed above\.$/);
  assert.match(row('sentiment'), /^failed: none: too few headlines/);
  assert.deepEqual(
    rows.filter(({ check, result }) => check === 'store' && result !== 'ok'),
    [],
  );
});

test('checks through a proxy, over TLS, and directly for hosts in NO_PROXY', async (t) => {
  const { env } = await live(t);
  const secure = await secureFeed(t, 'DNS:feeds.example,IP:127.0.0.1');
  const proxy = await startForwardProxy(t, secure);
  const settings = {
    ...env,
    NEWS_FEEDS: `https://feeds.example/feed,${secure.url},${env['NEWS_FEEDS']}`,
    HTTPS_PROXY: proxy.url,
    NO_PROXY: '127.0.0.1',
    NODE_EXTRA_CA_CERTS: secure.certificate,
  };
  const { code, row } = await diagnose(t, settings);
  assert.equal(code, 0);
  assert.deepEqual(
    proxy.requests.map(({ target }) => target),
    ['CONNECT feeds.example:443'],
  );
  assert.match(
    row('feeds.example'),
    /^ok: \d+ headlines, .* \(feeds\.example, through the proxy, status 200/,
  );
  assert.match(row(secure.host), /^ok: .*, connected in \d+ ms, TLS 1\.3, status 200/);
  assert.match(row('proxy'), /^ok: 127\.0\.0\.1:\d+ for https, with exceptions$/);

  const dead = `http://127.0.0.1:${await freePort()}`;
  const without = await diagnose(t, { ...settings, HTTPS_PROXY: dead });
  assert.match(
    without.row('feeds.example'),
    /^failed: feeds\.example cannot be reached: proxy: connection refused → Check that the proxy/,
  );
  const hanging = await diagnose(t, { ...settings, HTTPS_PROXY: `http://${await silent(t)}` });
  assert.match(
    hanging.row('feeds.example'),
    /^failed: feeds\.example took more than 8 s \(through the proxy\) → The proxy may be down or unable to reach it/,
  );
});

test('all exchanges but one and some feeds are enough', async (t) => {
  const { env, outside } = await live(t);
  outside.feeds[0]?.answer(feedStatus(403));
  const { code, row } = await diagnose(t, {
    ...env,
    KRAKEN_URL: `http://127.0.0.1:${await freePort()}`,
    FEAR_GREED_URL: UNRESOLVABLE,
  });
  assert.equal(code, 0);
  assert.match(row('kraken'), /^failed: /);
  assert.match(row('Fear & Greed'), /^warning: /);
});

test('if all hosts are silent, every row is reported in time', async (t) => {
  const at = `http://${await silent(t)}`;
  const { code, rows, row } = await diagnose(t, {
    SOURCE: 'live',
    REDIS_URL: `redis://${await silent(t)}`,
    ...exchangeSettings(at),
    FEAR_GREED_URL: at,
    NEWS_FEEDS: Array.from({ length: 20 }, (_, index) => `${at}/${index}`).join(','),
  });
  assert.equal(code, 3);
  assert.equal(
    rows.filter(({ detail }) => / took more than [38] s/.test(detail)).length,
    EXCHANGE_NAMES.length + 21,
  );
  assert.match(row('connection'), /^failed: 127\.0\.0\.1:\d+ does not answer in time/);
  assert.match(row('price'), /No source can be reached/);
  assert.match(row('clock'), /^warning: not checked/);
});

test('detects a wrong clock by the dates of the hosts', async (t) => {
  for (const [ahead, expected] of [
    [3 * MINUTE, /^failed: 3 min behind the clocks of 1 host → .*NTP/],
    [-20_000, /^warning: (19|20|21) s ahead of the clocks of 1 host → .*NTP/],
    [1000, /^ok: correct/],
  ] as const) {
    const upstream = await startUpstream(t, (_request, response) => {
      const date = new Date(Date.now() + ahead).toUTCString();
      response.writeHead(200, { date }).end(JSON.stringify([snapshot(Date.now() - 1000)]));
    });
    const { row } = await diagnose(t, { SENTICRYPT_URL: upstream.url, DATA_DIR: temporaryFolder(t) });
    assert.match(row('clock'), expected);
  }
});

test('senticrypt reports a frozen feed as a warning; simulated contacts no host', async (t) => {
  const DATA_DIR = temporaryFolder(t);
  const upstream = await startUpstream(t, JSON.stringify([snapshot(Date.now() - 1000)]));
  const fresh = await diagnose(t, { SENTICRYPT_URL: upstream.url, DATA_DIR });
  assert.equal(fresh.code, 0);
  assert.match(fresh.row('senticrypt'), /^ok: 1 sample \(127/);
  upstream.answer(JSON.stringify([snapshot(Date.UTC(2023, 1, 1))]));
  const frozen = await diagnose(t, { SENTICRYPT_URL: upstream.url, DATA_DIR });
  assert.match(frozen.row('senticrypt'), /^warning: the newest sample is [\d,]+ days old: 1 sample/);
  upstream.answer('[]');
  const empty = await diagnose(t, { SENTICRYPT_URL: upstream.url, DATA_DIR });
  assert.equal(empty.code, 3);
  assert.match(empty.row('price'), /^failed: none: the feed gave none/);
  const simulated = await diagnose(t, { SOURCE: 'simulated', DATA_DIR });
  assert.equal(simulated.code, 0);
  assert.match(simulated.row('simulated'), /^ok: generated/);
});
