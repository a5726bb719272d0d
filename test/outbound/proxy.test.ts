import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../scripts/redis/start.ts';
import { EXCHANGES } from '../../src/exchanges/exchanges.ts';
import { fetchFeed } from '../../src/news/feeds/fetch.ts';
import { createOutbound, type Outbound } from '../../src/outbound/client.ts';
import { OutboundError } from '../../src/outbound/fault.ts';
import { requestJson } from '../../src/outbound/json.ts';
import { updateFearAndGreed } from '../../src/sources/live/fear-and-greed.ts';
import { createSenticryptSource } from '../../src/sources/senticrypt.ts';
import { eventually } from '../support/eventually.ts';
import { cli, serve } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { EXCHANGE_NAMES, openExchanges } from '../support/upstreams/exchanges.ts';
import { startFakeInternet } from '../support/upstreams/fake-internet.ts';
import { testParser } from '../support/upstreams/feed-reader.ts';
import { startForwardProxy } from '../support/upstreams/forward-proxy.ts';

const HOSTS = [...EXCHANGE_NAMES, 'feed', 'index', 'senticrypt'].toSorted();
const urlOf = (name: string) => `https://${name}.sources.example`;

test('each source is requested through HTTPS_PROXY, by name', async (t) => {
  const internet = await startFakeInternet(t);
  const proxy = await startForwardProxy(t, { port: internet.ports.https });
  const parser = testParser(10_000);
  const signal = new AbortController().signal;
  const common = { deadlineMs: 10_000, now: Date.UTC(2026, 0, 1, 12), signal };

  async function askAll(outbound: Outbound): Promise<void> {
    const addresses = Object.fromEntries(EXCHANGE_NAMES.map((name) => [name, urlOf(name)]));
    const senticrypt = createSenticryptSource({ url: urlOf('senticrypt'), outbound });
    // The content does not matter here, only that the request arrived.
    await Promise.allSettled([
      ...openExchanges(addresses, { outbound, ...common }).map((one) => one.quote(signal)),
      updateFearAndGreed(undefined, { outbound, url: urlOf('index'), installation: 'i', ...common }),
      senticrypt.pull({ now: common.now, newest: {}, signal }),
      fetchFeed({ outbound, address: `${urlOf('feed')}/end`, validators: {}, parser, ...common }),
    ]);
  }

  await using outbound = createOutbound({
    ...internet.options,
    proxies: { http: undefined, https: proxy.url.replace('//', '//us%40er:se%3Acret@'), except: undefined },
  });
  await askAll(outbound);
  assert.equal(internet.received.length, HOSTS.length);
  assert.deepEqual(
    proxy.requests.map(({ target }) => target).toSorted(),
    HOSTS.map((name) => `CONNECT ${name}.sources.example:443`),
  );
  const credentials = `Basic ${Buffer.from('us@er:se:cret').toString('base64')}`;
  assert.ok(proxy.requests.every(({ authorization }) => authorization === credentials));
  assert.ok(internet.received.every(({ headers }) => headers['proxy-authorization'] === undefined));

  await using direct = createOutbound({
    ...internet.options,
    proxies: { http: undefined, https: proxy.url, except: 'other.example,.sources.example' },
  });
  await askAll(direct);
  assert.equal(proxy.requests.length, HOSTS.length, 'no proxy is asked');
});

test('HTTP_PROXY is used for http, and for https without HTTPS_PROXY', async (t) => {
  const internet = await startFakeInternet(t);
  const [plain, secure] = [
    await startForwardProxy(t, { port: internet.ports.http }),
    await startForwardProxy(t, { port: internet.ports.https }),
  ];
  const signal = new AbortController().signal;
  const ask = (outbound: Outbound, url: string) =>
    requestJson(outbound, new URL(url), { deadlineMs: 10_000, bodyLimit: 1000 }, signal);
  await using both = createOutbound({ proxies: { http: plain.url, https: secure.url, except: '' } });
  await ask(both, 'http://a.sources.example/end');
  await ask(both, 'https://a.sources.example/end');
  assert.deepEqual(
    plain.requests.map(({ target }) => target),
    ['GET http://a.sources.example/end'],
  );
  assert.deepEqual(
    secure.requests.map(({ target }) => target),
    ['CONNECT a.sources.example:443'],
  );
  await using one = createOutbound({ proxies: { http: secure.url, https: undefined, except: '' } });
  await ask(one, 'https://b.sources.example/end');
  assert.equal(secure.requests.at(-1)?.target, 'CONNECT b.sources.example:443');
});

test('a feed behind a proxy cannot redirect to a host with a private name or address', async (t) => {
  const internet = await startFakeInternet(t);
  const proxy = await startForwardProxy(t, { port: internet.ports.http });
  const parser = testParser(10_000);
  await using outbound = createOutbound({ proxies: { http: proxy.url, https: proxy.url, except: '' } });
  const ask = (address: string) =>
    fetchFeed({
      outbound,
      address,
      validators: {},
      parser,
      deadlineMs: 10_000,
      now: Date.UTC(2026, 0, 1, 12),
      signal: new AbortController().signal,
    });
  for (const host of ['127.0.0.1', '[::ffff:10.0.0.1]', 'localhost', 'intranet', 'db.internal']) {
    internet.redirects = [{ status: 302, location: `http://${host}/end` }];
    const answer = await ask('http://public.example/start');
    assert.deepEqual(answer, { kind: 'fault', reason: 'redirects to a private address' }, host);
  }
  assert.deepEqual(internet.received, []);
  internet.redirects = [{ status: 302, location: 'http://other.example/end' }];
  assert.equal((await ask('http://public.example/start')).kind, 'items');
  internet.redirects = [{ status: 302, location: 'http://127.0.0.1/end' }];
  assert.equal((await ask('http://intranet/start')).kind, 'items');
});

test('a proxy that rejects requests, requires a password or is down is named as the cause', async (t) => {
  const signal = new AbortController().signal;
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const refusing = await startForwardProxy(t, { status: 403 });
  const closed = await startForwardProxy(t, { status: 407 });
  for (const [proxy, url, fault, reason] of [
    [refusing.url, 'https://a.example/', 'proxy_refused', 'cannot be reached: proxy answered 403'],
    [closed.url, 'https://a.example/', 'proxy_refused', 'cannot be reached: proxy answered 407'],
    [closed.url, 'http://a.example/', 'proxy_refused', 'cannot be reached: proxy answered 407'],
    [nowhere, 'https://a.example/', 'proxy_unreachable', 'cannot be reached: proxy: connection refused'],
    [nowhere, 'http://a.example/', 'proxy_unreachable', 'cannot be reached: proxy: connection refused'],
  ] as const) {
    await using outbound = createOutbound({ proxies: { http: proxy, https: proxy, except: undefined } });
    const asked = requestJson(outbound, new URL(url), { deadlineMs: 5000, bodyLimit: 1000 }, signal);
    await assert.rejects(asked, (error) => {
      assert.ok(error instanceof OutboundError);
      assert.deepEqual([error.fault, error.reason], [fault, reason], url);
      return true;
    });
  }
});

test('the service and imports use the proxy of the environment', async (t) => {
  const proxy = await startForwardProxy(t, { status: 403 });
  const { address } = await serve(t, {
    SOURCE: 'live',
    DATA_DIR: temporaryFolder(t),
    https_proxy: proxy.url,
    ...Object.fromEntries(EXCHANGES.map(({ name, setting }) => [setting, urlOf(name)])),
    // Nothing listens there, and the proxy is not used.
    BITSTAMP_URL: 'https://127.0.0.1:1',
    NO_PROXY: '127.0.0.1',
    FEAR_GREED_URL: urlOf('index'),
    NEWS_FEEDS: `${urlOf('feed')}/rss?key=secret`,
  });
  const asked = () => new Set(proxy.requests.map(({ target }) => target));
  assert.equal((await fetch(`${address}/refresh`, { method: 'POST' })).status, 502);
  const hosts = HOSTS.filter((name) => !['bitstamp', 'senticrypt'].includes(name));
  await eventually('all are asked', () => asked().size === hosts.length);
  assert.deepEqual(
    [...asked()].toSorted(),
    hosts.map((name) => `CONNECT ${name}.sources.example:443`),
  );
  const { price } = await json(fetch(`${address}/sources`));
  assert.deepEqual(
    price.map(({ reason }: { reason: string }) => reason),
    EXCHANGE_NAMES.map((name) =>
      name === 'bitstamp'
        ? 'the source cannot be reached: connection refused'
        : 'the source cannot be reached: proxy answered 403',
    ),
  );

  const imported = cli(t, ['import', '--from', 'senticrypt'], {
    DATA_DIR: temporaryFolder(t),
    HTTPS_PROXY: proxy.url,
    SENTICRYPT_URL: `${urlOf('senticrypt')}/v1/bitcoin.json`,
  });
  await imported.until(/proxy answered 403; retrying/);
  imported.child.kill('SIGINT');
  await imported.ended;
  assert.ok(asked().has('CONNECT senticrypt.sources.example:443'));
});
