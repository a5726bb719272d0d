import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readConfig, SETTINGS } from '../src/config.ts';
import { SetupError } from '../src/domain/errors.ts';

const root = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

const wrong: Record<keyof typeof SETTINGS, readonly string[]> = {
  HOST: ['a b', 'http://x', 'x/y', 'a:b:c'],
  PORT: ['-1', '65536', '80.5', 'http', '0x50', ' 80'],
  REDIS_URL: [
    'example:6379',
    'http://localhost',
    'secret',
    'redis:///x',
    'redis://h/number',
    'redis://u:p%ZZ@h',
  ],
  DATA_DIR: ['a\0b'],
  KEY_PREFIX: ['a b', 'ä', 'x'.repeat(101)],
  SOURCE: ['live', 'Simulated'],
  SENTICRYPT_URL: ['api.senticrypt.com', 'file:///etc/passwd', 'http://user:secret@127.0.0.1/'],
  REFRESH_INTERVAL: ['30', '1ms', '25h', '-1s', '1.5s', '30 s', '99999999999999d'],
  CACHE_TTL: ['2', '25h'],
  STALE_AFTER: ['0', '31d', '999ms'],
  REFRESH_TOKEN: ['', 'with blank', 'ünï', 'x'.repeat(600)],
  RATE_LIMIT: ['-1', 'none', '1e3', '10000000'],
  TRUST_PROXY: ['true', '10.0.0.0/33', '0.0.0.0/0', '1.2.3', '10.0.0.1,', '::1/129', 'loopback'],
  MAX_LIVE_READERS: ['0', 'many', '1e4'],
  MAX_LIVE_READERS_PER_ADDRESS: ['0', '-5'],
  LOG_LEVEL: ['INFO', 'verbose'],
};

for (const [name, values] of Object.entries(wrong)) {
  test(`${name} with a wrong value: named, and the value not shown`, () => {
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
    REDIS_URL: undefined,
    DATA_DIR: './data',
    KEY_PREFIX: 'is-bitcoin-lit',
    SOURCE: 'senticrypt',
    SENTICRYPT_URL: 'https://api.senticrypt.com/v1/bitcoin.json',
    REFRESH_INTERVAL: 30_000,
    CACHE_TTL: 120_000,
    STALE_AFTER: 300_000,
    REFRESH_TOKEN: undefined,
    RATE_LIMIT: 60,
    TRUST_PROXY: undefined,
    MAX_LIVE_READERS: 10_000,
    MAX_LIVE_READERS_PER_ADDRESS: 100,
    LOG_LEVEL: 'info',
  });
});

test('durations are taken in every unit', () => {
  const read = (text: string) => readConfig({ REFRESH_INTERVAL: text }).REFRESH_INTERVAL;
  assert.deepEqual(
    ['0', '0s', '250ms', '30s', '5m', '2h', '1d'].map(read),
    [0, 0, 250, 30_000, 300_000, 7_200_000, 86_400_000],
  );
});

test('.env.example lists every setting, with its default', () => {
  const lines = root('.env.example')
    .split('\n')
    .filter((line) => /^#?[A-Z_]+=/.test(line));
  const listed = Object.fromEntries(lines.map((line) => line.replace(/^#/, '').split(/=(.*)/)));
  assert.deepEqual(Object.keys(listed), Object.keys(SETTINGS));
  for (const [name, { fallback }] of Object.entries(SETTINGS)) {
    if (fallback !== undefined) assert.equal(listed[name], fallback, name);
  }
});
