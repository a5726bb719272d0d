import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchFeed } from '../../src/news/feeds/fetch.ts';
import { createOutbound, type Outbound } from '../../src/outbound/client.ts';
import { OutboundError } from '../../src/outbound/fault.ts';
import { requestJson } from '../../src/outbound/json.ts';
import {
  type DnsRecords,
  PRIVATE_ADDRESS,
  PUBLIC_ADDRESS,
  startFakeInternet,
} from '../support/upstreams/fake-internet.ts';
import { testParser } from '../support/upstreams/feed-reader.ts';

/** The URL that answered, or the reason why none was requested. */
type Outcome = typeof PUBLIC_ADDRESS | typeof PRIVATE_ADDRESS | RegExp;

interface Case {
  readonly from: string;
  /** The redirects, in order. A string is a 302. */
  readonly to: readonly (string | { status: number; location?: string })[];
  /** Addresses of names that are missing or different in `NAMES`. */
  readonly names?: DnsRecords;
  readonly json: Outcome;
  /** If it differs from `json`. */
  readonly feed?: Outcome;
}

const NAMES: DnsRecords = {
  'public.example': [[PUBLIC_ADDRESS]],
  'other.example': [[PUBLIC_ADDRESS]],
  'inside.example': [[PRIVATE_ADDRESS]],
};

const OTHER_HOST = /^redirects to another host$/;
const INVALID_URL = /^redirects to an invalid URL$/;
const DOWN = /^redirects from https to http$/;
const TO_PRIVATE = /^redirects to a private address$/;
const IS_PRIVATE = /^leads to a private address$/;

/** Ports are written as `:http`, `:other` and `:https`. */
const HTTP = 'http://public.example:http';
const HTTPS = 'https://public.example:https';
const INSIDE = 'http://inside.example:http';

const cases: Record<string, Case> = {
  'no redirect': { from: `${HTTP}/end`, to: [], json: PUBLIC_ADDRESS },
  'a path': { from: HTTP, to: ['/end'], json: PUBLIC_ADDRESS },
  'the same host': { from: HTTP, to: [`${HTTP}/end`], json: PUBLIC_ADDRESS },
  'the same host, over https': { from: HTTPS, to: [`${HTTPS}/end`], json: PUBLIC_ADDRESS },
  'up to https': { from: HTTP, to: [`${HTTPS}/end`], json: PUBLIC_ADDRESS },
  'down to http': { from: HTTPS, to: [`${HTTP}/end`], json: DOWN },
  'down to http on another host': { from: HTTPS, to: ['http://other.example:http/end'], json: DOWN },
  'up, then down': { from: HTTP, to: [`${HTTPS}/start/2`, `${HTTP}/end`], json: DOWN },
  'another port': {
    from: HTTP,
    to: ['http://public.example:other/end'],
    json: OTHER_HOST,
    feed: PUBLIC_ADDRESS,
  },
  'another host': {
    from: HTTP,
    to: ['http://other.example:http/end'],
    json: OTHER_HOST,
    feed: PUBLIC_ADDRESS,
  },
  'another host, up to https': {
    from: HTTP,
    to: ['https://other.example:https/end'],
    json: OTHER_HOST,
    feed: PUBLIC_ADDRESS,
  },
  'another host without a scheme': {
    from: HTTP,
    to: ['//other.example:http/end'],
    json: OTHER_HOST,
    feed: PUBLIC_ADDRESS,
  },
  'three hops': { from: HTTP, to: ['/start/2', '/start/3', '/end'], json: PUBLIC_ADDRESS },
  'four hops': {
    from: HTTP,
    to: ['/start/2', '/start/3', '/start/4', '/end'],
    json: /^redirects too many times$/,
  },
  'no end': { from: HTTP, to: ['/start'], json: /^redirects too many times$/ },
  'no location': { from: HTTP, to: [{ status: 301 }], json: INVALID_URL },
  'no address': { from: HTTP, to: ['http://['], json: INVALID_URL },
  ...Object.fromEntries(
    ['file:///etc/passwd', 'ftp://public.example/', 'data:text/plain,x', 'javascript:alert(1)'].map((to) => [
      to,
      { from: HTTP, to: [to], json: INVALID_URL },
    ]),
  ),
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [
      `status ${status}`,
      { from: HTTP, to: [{ status, location: '/end' }], json: PUBLIC_ADDRESS },
    ]),
  ),
  ...Object.fromEntries(
    [300, 304, 305].map((status) => [
      `status ${status}, which is no redirect`,
      { from: HTTP, to: [{ status, location: '/end' }], json: new RegExp(`answered ${status}$`) },
    ]),
  ),
  // Private as written, so no request is sent.
  ...Object.fromEntries(
    [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '0.0.0.0',
      '10.1.2.3',
      '172.31.255.1',
      '192.168.0.1',
      '169.254.169.254',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '[::1]',
      '[::]',
      '[fd00::1]',
      '[fe80::1]',
      '[ff02::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:10.0.0.1]',
      '[::127.0.0.1]',
      '[::ffff:0:127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '[64:ff9b::192.168.0.1]',
      '[64:ff9b:1::1]',
      '[2002:7f00:1::]',
      'localhost',
      'localhost.',
      'a.localhost',
      'intranet',
      'printer.local',
      'db.internal',
      'router.home.arpa',
    ].map((host) => [
      `from outside to ${host}`,
      { from: HTTP, to: [`http://${host}:http/end`], json: OTHER_HOST, feed: TO_PRIVATE },
    ]),
  ),
  // Private after the name lookup.
  ...Object.fromEntries(
    [
      [PRIVATE_ADDRESS],
      ['10.0.0.1'],
      ['::1'],
      ['fd00::1'],
      ['fe80::1%lo'],
      ['::ffff:127.0.0.1'],
      ['64:ff9b::7f00:1'],
      ['10.0.0.1', 'fd00::1', PRIVATE_ADDRESS],
    ].map((addresses) => [
      `from outside to a name for ${addresses}`,
      {
        from: HTTP,
        to: ['http://name.example:http/end'],
        names: { 'name.example': [addresses] },
        json: OTHER_HOST,
        feed: IS_PRIVATE,
      },
    ]),
  ),
  'from outside to a name for a private and a public address': {
    from: HTTP,
    to: ['http://name.example:http/end'],
    names: { 'name.example': [[PRIVATE_ADDRESS, PUBLIC_ADDRESS]] },
    json: OTHER_HOST,
    feed: PUBLIC_ADDRESS,
  },
  'from outside to a name that is not found': {
    from: HTTP,
    to: ['http://missing.example:http/end'],
    json: OTHER_HOST,
    feed: /^cannot be reached: name not found$/,
  },
  'the same host, which has become private': {
    from: HTTP,
    to: [`${HTTPS}/end`],
    names: { 'public.example': [[PUBLIC_ADDRESS], [PRIVATE_ADDRESS]] },
    json: IS_PRIVATE,
  },
  'the same host, which has a private address as well by then': {
    from: HTTP,
    to: [`${HTTPS}/end`],
    names: { 'public.example': [[PUBLIC_ADDRESS], [PRIVATE_ADDRESS, PUBLIC_ADDRESS]] },
    json: PUBLIC_ADDRESS,
  },
  'a host with a private and a public address is public': {
    from: HTTP,
    to: ['http://inside.example:http/end'],
    names: { 'public.example': [[PRIVATE_ADDRESS, PUBLIC_ADDRESS]] },
    json: OTHER_HOST,
    feed: IS_PRIVATE,
  },
  'from inside to the same host': { from: INSIDE, to: ['/end'], json: PRIVATE_ADDRESS },
  'from inside up to https': {
    from: INSIDE,
    to: ['https://inside.example:https/end'],
    json: PRIVATE_ADDRESS,
  },
  'from an address inside': {
    from: `http://${PRIVATE_ADDRESS}:http`,
    to: [`https://${PRIVATE_ADDRESS}:https/end`],
    json: PRIVATE_ADDRESS,
  },
  'from inside to another private host': {
    from: INSIDE,
    to: [`http://${PRIVATE_ADDRESS}:http/end`],
    json: OTHER_HOST,
    feed: PRIVATE_ADDRESS,
  },
  'from inside to outside': { from: INSIDE, to: [`${HTTP}/end`], json: OTHER_HOST, feed: PUBLIC_ADDRESS },
  'from inside over outside to inside': {
    from: INSIDE,
    to: [`${HTTP}/start/2`, `http://${PRIVATE_ADDRESS}:http/end`],
    json: OTHER_HOST,
    feed: TO_PRIVATE,
  },
};

type Fetcher = (outbound: Outbound, url: string) => Promise<string | undefined>;

test('redirects and lookups have the same rules for JSON and feeds', async (t) => {
  const internet = await startFakeInternet(t);
  const parser = testParser(10_000);
  const signal = new AbortController().signal;
  const portOf = (text: string) =>
    text.replace(
      /:(http|other|https)(?=\/|$)/,
      (_, name: keyof typeof internet.ports) => `:${internet.ports[name]}`,
    );

  /** Each returns a reason if it failed. */
  const fetchers: Record<'json' | 'feed', Fetcher> = {
    json: async (outbound, url) => {
      const request = { deadlineMs: 10_000, bodyLimit: 1000 };
      try {
        const { status } = await requestJson(outbound, new URL(url), request, signal);
        return status === 200 ? undefined : `answered ${status}`;
      } catch (error) {
        assert.ok(error instanceof OutboundError, String(error));
        return error.reason;
      }
    },
    feed: async (outbound, address) => {
      const common = { validators: {}, deadlineMs: 10_000, now: Date.UTC(2026, 0, 1, 12) };
      const answer = await fetchFeed({ outbound, address, parser, signal, ...common });
      return answer.kind === 'fault' ? answer.reason : undefined;
    },
  };

  assert.ok(Object.keys(cases).length >= 80, String(Object.keys(cases).length));
  for (const [what, { from, to, names, json, feed = json }] of Object.entries(cases)) {
    await t.test(what, async () => {
      for (const [kind, expected] of Object.entries({ json, feed })) {
        internet.received.length = 0;
        internet.reset({ ...NAMES, ...names });
        internet.redirects = to.map((one) => {
          const { status, location } = typeof one === 'string' ? { status: 302, location: one } : one;
          return { status, location: location === undefined ? undefined : portOf(location) };
        });
        await using outbound = createOutbound(internet.options);
        const start = to.length === 0 ? from : `${from}/start`;
        const reason = await fetchers[kind as keyof typeof fetchers](outbound, portOf(start));
        if (expected instanceof RegExp) {
          assert.match(reason ?? 'followed', expected, kind);
          assert.deepEqual(internet.received, [], kind);
        } else {
          assert.equal(reason, undefined, kind);
          assert.deepEqual(
            [...new Set(internet.received.map(({ localAddress }) => localAddress))],
            [expected],
            kind,
          );
        }
      }
    });
  }
});

test('a name that was public is never requested at a private address', async (t) => {
  const internet = await startFakeInternet(t);
  internet.reset({ 'public.example': [[PUBLIC_ADDRESS], [PRIVATE_ADDRESS]] });
  await using outbound = createOutbound(internet.options);
  const ask = (port: number) =>
    requestJson(
      outbound,
      new URL(`http://public.example:${port}/end`),
      { deadlineMs: 5000, bodyLimit: 1000 },
      new AbortController().signal,
    );
  await ask(internet.ports.http);
  await assert.rejects(ask(internet.ports.other), /leads to a private address/);
  assert.deepEqual(
    internet.received.map(({ localAddress }) => localAddress),
    [PUBLIC_ADDRESS],
  );
});

test('credentials stay with their host', async (t) => {
  const internet = await startFakeInternet(t);
  internet.reset(NAMES);
  await using outbound = createOutbound(internet.options);
  const { http, other, https } = internet.ports;
  const headers = { Authorization: 'Bearer secret', cookie: 'secret=1', 'if-none-match': '"1"' };
  for (const [to, isKept] of [
    [['/end'], true],
    [[`https://public.example:${https}/end`], true],
    [[`http://public.example:${other}/end`], false],
    [[`http://other.example:${http}/end`], false],
    [[`http://other.example:${http}/start/2`, `http://public.example:${http}/end`], false],
  ] as const) {
    internet.received.length = 0;
    internet.redirects = to.map((location) => ({ status: 307, location }));
    await outbound.request(
      new URL(`http://public.example:${http}/start`),
      { headers, deadlineMs: 5000, bodyLimit: 1000, errorBodyLimit: 0, redirects: 'any_host' },
      new AbortController().signal,
    );
    const [hit] = internet.received;
    assert.equal(hit?.headers.authorization, isKept ? 'Bearer secret' : undefined, String(to));
    assert.equal(hit?.headers.cookie, isKept ? 'secret=1' : undefined, String(to));
    assert.equal(hit?.headers['if-none-match'], '"1"');
  }
});
