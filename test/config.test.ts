import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inspectConfig, readConfig } from '../src/config/config.ts';
import { SETTINGS } from '../src/config/settings.ts';
import { SetupError } from '../src/domain/errors.ts';
import { EXCHANGES } from '../src/exchanges/exchanges.ts';
import { NEWS_FEEDS } from '../src/news/feeds/feed-list.ts';

const root = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

const wrongExchangeUrls = Object.fromEntries(
  EXCHANGES.map(({ setting }): [string, readonly string[]] => [
    setting,
    ['api.exchange.example', 'http://user:secret@127.0.0.1/', 'ftp://127.0.0.1/', 'http://'],
  ]),
) as Record<(typeof EXCHANGES)[number]['setting'], readonly string[]>;

const wrong: Record<keyof typeof SETTINGS, readonly string[]> = {
  HOST: ['a b', 'http://x', 'x/y', 'a:b:c'],
  PORT: ['-1', '65536', '80.5', 'http', '0x50', ' 80'],
  METRICS_PORT: ['-1', '65536', 'http'],
  WORKERS: ['0', '-1', '65', '1e9', '1000000000', 'abc', '1.5'],
  RETENTION: ['0', '1d', '47h', '30', '40000d', '1y'],
  REDIS_URL: [
    'example:6379',
    'http://localhost',
    'secret',
    'redis:///x',
    'redis://h/number',
    'redis://u:p%ZZ@h',
    'redis://h/123456',
    'redis://h1,h2',
    'redis://h:0',
    'redis://h:65536',
    'redis://h:6379x',
    'redis://a b',
    'redis://[::1',
    'redis://[1.2.3.4]',
    'redis://::1',
    // A user name needs a password.
    'redis://user@h',
    'redis://user:@h',
    // Characters that end the host list must be encoded.
    'redis://:pass/word@h',
    'redis://:pass#word@h',
    'redis://h?sentinel_password=x',
    'redis+sentinel://h',
    'redis+sentinel://h/',
    'redis+sentinel://h/my master',
    'redis+sentinel://h/master/x',
    'redis+sentinel://h/master/1/2',
    'redis+sentinel://h,/master',
    'redis+sentinel://,h/master',
    'redis+sentinel:///master',
    'redis+sentinel://h/master?sentinel_user=u',
    'redis+sentinel://h/master?sentinel_pasword=x',
    'redis+sentinel://h/master?sentinel_password=x&sentinel_password=y',
    'redis+sentinel://h/master?sentinel_password=%E4',
    'redis+sentinel://h/master#x',
    'redis+cluster://h/1',
    'redis+cluster://h/master',
    'redis+cluster://h?x=y',
    'redis+cluster://h1 , h2',
    'redis+other://h',
    'redis+cluster:h',
  ],
  DATA_DIR: ['a\0b'],
  KEY_PREFIX: ['a b', 'ä', '}x', 'x'.repeat(101)],
  SOURCE: ['Live', 'Simulated'],
  HTTPS_PROXY: ['socks5://127.0.0.1:1080', 'https://', 'http://user:se cret@h:x'],
  HTTP_PROXY: ['ftp://proxy.example', 'h:port'],
  NO_PROXY: ['a\0b'],
  SENTICRYPT_URL: ['api.senticrypt.com', 'file:///etc/passwd', 'http://user:secret@127.0.0.1/'],
  ...wrongExchangeUrls,
  FEAR_GREED_URL: ['data:application/json,[]'],
  NEWS_FEEDS: [
    'A=ftp://a.example',
    'A=https://a.example/,A=https://b.example/',
    'A=B=https://a.example/',
    'https://a.example/feed,',
    ',',
    'https://a.example/,b.example',
    'https://u:secret@a.example/',
  ],
  SENTIMENT_HALF_LIFE: ['0', '59s', '31d', '6'],
  REFRESH_INTERVAL: ['30', '1ms', '25h', '-1s', '1.5s', '30 s', '99999999999999d'],
  CACHE_TTL: ['2', '25h'],
  STALE_AFTER: ['0', '31d', '999ms'],
  REFRESH_TOKEN: [
    '',
    'with blank in between',
    'ünïcödé-ünïcödé-ünïcödé',
    'x'.repeat(15),
    `${'x'.repeat(14)}=`,
    'x'.repeat(600),
  ],
  RATE_LIMIT: ['-1', 'none', '1e3', '10000000'],
  TRUST_PROXY: ['true', '10.0.0.0/33', '0.0.0.0/0', '1.2.3', '10.0.0.1,', '::1/129', 'loopback'],
  MAX_CONNECTIONS_PER_ADDRESS: ['0', '-1', 'many', '1000001'],
  MAX_LIVE_READERS: ['0', 'many', '1e4'],
  MAX_LIVE_READERS_PER_ADDRESS: ['0', '-5'],
  LOG_LEVEL: ['INFO', 'verbose'],
};

for (const [name, values] of Object.entries(wrong)) {
  test(`an invalid ${name} is named without its value`, () => {
    for (const value of values) {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error) => {
          assert.ok(error instanceof SetupError, `${value} was taken`);
          assert.match(error.message, new RegExp(`^${name} must be .+$`));
          assert.ok(value === '' || value.length < 4 || !error.message.includes(value), error.message);
          return true;
        },
      );
    }
  });
}

test('an unset or empty variable has its default', () => {
  const config = readConfig({ PORT: '', REDIS_URL: '' });
  assert.deepEqual(config, {
    HOST: '127.0.0.1',
    PORT: 8080,
    METRICS_PORT: undefined,
    WORKERS: 1,
    REDIS_URL: undefined,
    DATA_DIR: './data',
    KEY_PREFIX: 'is-bitcoin-lit',
    RETENTION: undefined,
    SOURCE: 'live',
    HTTPS_PROXY: undefined,
    HTTP_PROXY: undefined,
    NO_PROXY: undefined,
    SENTICRYPT_URL: 'https://api.senticrypt.com/v1/bitcoin.json',
    ...Object.fromEntries(EXCHANGES.map(({ setting, defaultUrl }) => [setting, defaultUrl])),
    FEAR_GREED_URL: 'https://api.alternative.me',
    NEWS_FEEDS,
    SENTIMENT_HALF_LIFE: 6 * 3_600_000,
    REFRESH_INTERVAL: 30_000,
    CACHE_TTL: 120_000,
    STALE_AFTER: 300_000,
    REFRESH_TOKEN: undefined,
    RATE_LIMIT: 60,
    TRUST_PROXY: undefined,
    MAX_CONNECTIONS_PER_ADDRESS: 500,
    MAX_LIVE_READERS: 10_000,
    MAX_LIVE_READERS_PER_ADDRESS: 100,
    LOG_LEVEL: 'info',
  });
});

test('REDIS_URL is accepted in every form', () => {
  const read = (text: string) => readConfig({ REDIS_URL: text }).REDIS_URL;
  const plain = { hasTls: false, credentials: {}, database: 0 };
  const one = (host: string, port: number) => [{ host, port }];
  const server = { ...plain, kind: 'server' };
  assert.deepEqual(read('redis://h'), { ...server, endpoints: one('h', 6379) });
  assert.deepEqual(read('redis://h/'), read('redis://h'));
  assert.deepEqual(read('REDIS://h:6379/0'), read('redis://h'));
  assert.deepEqual(read('redis://@h'), read('redis://h'));
  assert.deepEqual(read('redis://[2001:db8::1]'), { ...server, endpoints: one('2001:db8::1', 6379) });
  assert.deepEqual(read('rediss://user%40x:p%2F%3A%2C%25:@b_c.example:7000/12'), {
    kind: 'server',
    endpoints: one('b_c.example', 7000),
    hasTls: true,
    credentials: { username: 'user@x', password: 'p/:,%:' },
    database: 12,
  });
  assert.deepEqual(read('redis://:p@ss+word@h')?.credentials, { password: 'p@ss+word' });

  const hosts = [
    { host: '10.0.0.1', port: 26_379 },
    { host: '::1', port: 5000 },
    { host: 'c.example', port: 26_379 },
  ];
  const sentinel = { ...plain, kind: 'sentinel', master: 'my-master', sentinelCredentials: {} };
  const three = 'redis+sentinel://10.0.0.1,[::1]:5000,c.example/my-master';
  assert.deepEqual(read(three), { ...sentinel, endpoints: hosts });
  assert.deepEqual(read(`${three}/3`), { ...sentinel, endpoints: hosts, database: 3 });
  assert.deepEqual(read('rediss+sentinel://u:p@s/m/2?sentinel_password=a%26b+c%3Dd%23&sentinel_user=guard'), {
    kind: 'sentinel',
    endpoints: one('s', 26_379),
    hasTls: true,
    credentials: { username: 'u', password: 'p' },
    database: 2,
    master: 'm',
    sentinelCredentials: { username: 'guard', password: 'a&b+c=d#' },
  });

  const nodes = [
    { host: 'a', port: 7000 },
    { host: 'b', port: 6379 },
  ];
  assert.deepEqual(read('redis+cluster://a:7000,b'), { ...plain, kind: 'cluster', endpoints: nodes });
  assert.deepEqual(read('rediss+cluster://:p@a:7000,b/'), {
    kind: 'cluster',
    endpoints: nodes,
    hasTls: true,
    credentials: { password: 'p' },
    database: 0,
  });
});

test('proxy variables are accepted in upper and lower case, with and without a scheme', () => {
  assert.equal(readConfig({ HTTPS_PROXY: '127.0.0.1:7890' }).HTTPS_PROXY, 'http://127.0.0.1:7890');
  assert.equal(readConfig({ http_proxy: 'http://u:p@proxy:3128' }).HTTP_PROXY, 'http://u:p@proxy:3128');
  const both = { HTTPS_PROXY: 'http://upper', https_proxy: 'https://lower', no_proxy: 'a.example, *.b' };
  const { HTTPS_PROXY, NO_PROXY } = readConfig(both);
  assert.deepEqual([HTTPS_PROXY, NO_PROXY], ['https://lower', 'a.example, *.b']);
  assert.equal(readConfig({ HTTPS_PROXY: '', https_proxy: '' }).HTTPS_PROXY, undefined);
  assert.throws(
    () => readConfig({ HTTPS_PROXY: 'upper', https_proxy: 'socks5://lower' }),
    /^SetupError: https_proxy must/,
  );
});

test('METRICS_PORT is not compared with an invalid PORT', () => {
  const { faults } = inspectConfig({ PORT: 'http', METRICS_PORT: '8080' });
  assert.deepEqual([...faults.keys()], ['PORT']);
});

test('durations are accepted in every unit', () => {
  const read = (text: string) => readConfig({ REFRESH_INTERVAL: text }).REFRESH_INTERVAL;
  assert.deepEqual(
    ['0', '0s', '250ms', '30s', '5m', '2h', '1d'].map(read),
    [0, 0, 250, 30_000, 300_000, 7_200_000, 86_400_000],
  );
});

/** docs/live.md lists the exchanges' settings, and test/docs/settings.test.ts compares it. One is an example here. */
const OTHER_EXCHANGES = EXCHANGES.map(({ setting }): string => setting).filter(
  (name) => name !== 'COINBASE_URL',
);

test('.env.example lists every setting, with its default', () => {
  const lines = root('.env.example')
    .split('\n')
    .filter((line) => /^#?[A-Z_]+=/.test(line));
  const listed = Object.fromEntries(lines.map((line) => line.replace(/^#/, '').split(/=(.*)/)));
  const settings = Object.entries(SETTINGS).filter(([name]) => !OTHER_EXCHANGES.includes(name));
  assert.deepEqual(
    Object.keys(listed),
    settings.map(([name]) => name),
  );
  for (const [name, { fallback }] of settings) {
    if (fallback !== undefined) assert.equal(listed[name], fallback, name);
  }
});
