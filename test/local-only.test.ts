import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finish, run } from './support/processes/process.ts';

/** Addresses and names that are nobody's (RFC 5737, RFC 3849, RFC 2606). */
const OUTSIDE = [
  "fetch('http://192.0.2.1/')",
  "fetch('https://192.0.2.1/')",
  "fetch('http://[2001:db8::1]/')",
  "fetch('https://name.invalid/')",
  "import('node:http').then(({ get }) => get('http://192.0.2.1/'))",
  "import('node:net').then(({ connect }) => connect(80, 'name.invalid'))",
  "import('undici').then(({ request }) => request('http://192.0.2.1/'))",
  "import('undici').then(({ request }) => request('https://name.invalid/'))",
  "import('undici').then(({ request, ProxyAgent }) => request('http://a/', { dispatcher: new ProxyAgent('http://192.0.2.1') }))",
  "import('node:dns/promises').then(({ lookup }) => lookup('name.invalid'))",
];

test('whatever a test starts ends where it asks for more than this machine', async (t) => {
  for (const script of OUTSIDE) {
    const { code, output } = await finish(run(t, process.execPath, ['--eval', script]));
    assert.equal(code, 70, `${script}: ${output}`);
    assert.match(output, /contacted .*, which is not this machine/);
  }
});

test('this machine may be asked by its name and addresses', async (t) => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
    const script = `fetch('http://${host}:1111/').catch(() => console.log('refused'))`;
    const { code, output } = await finish(run(t, process.execPath, ['--eval', script]));
    assert.deepEqual([code, output], [0, 'refused\n'], host);
  }
});

test('tests themselves are held too', () => {
  assert.match(process.env['NODE_OPTIONS'] ?? '', /local-only\.mjs/);
});
