import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { cli, finish } from '../support/processes/process.ts';

async function scored(
  t: TestContext,
  input: string | Buffer,
  args: readonly string[] = [],
): Promise<string[]> {
  const running = cli(t, ['score', ...args]);
  running.child.stdin?.end(input);
  const { code, output } = await finish(running);
  assert.equal(code, 0, output);
  if (output === '') return [];
  assert.ok(output.endsWith('\n'));
  return output.slice(0, -1).split('\n');
}

test('score prints a line for each line: score, label, headline', async (t) => {
  const lines = await scored(
    t,
    'Bitcoin Climbs in Zurich Today\n\nExchange Hacked on Sunday Night\nBitcoin and Gold in 2021',
  );
  assert.deepEqual(lines, [
    '0.42\tpositive\tBitcoin Climbs in Zurich Today',
    '-\tneutral\t',
    '-0.60\tnegative\tExchange Hacked on Sunday Night',
    '0.00\tneutral\tBitcoin and Gold in 2021',
  ]);
  assert.deepEqual(await scored(t, ''), []);
});

test('score --explain adds points whose sum is the score', async (t) => {
  const [line = ''] = await scored(t, 'Why Bitcoin Fund Outflows Fall as Exchange Launches\n', ['--explain']);
  const [score, label, , because = ''] = line.split('\t');
  assert.equal(label, 'positive');
  const points = because.split('; ').map((one) => Number(/ ([+-]\d\.\d\d)$/.exec(one)?.[1]));
  assert.equal(points.length, 3, because);
  assert.equal(points.reduce((sum, one) => sum + one, 0).toFixed(2), score);
});

test('score reads CRLF, a byte order mark, tabs, control characters and invalid UTF-8', async (t) => {
  const input = Buffer.concat([
    Buffer.from(
      '\uFEFFBitcoin Climbs in Zurich Today\r\n\tBitcoin\tClimbs in\u0000\u001b[31m Zurich Today\r\nBitcoin ',
    ),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(' Climbs in Zurich Today'),
  ]);
  assert.deepEqual(await scored(t, input), [
    '0.42\tpositive\tBitcoin Climbs in Zurich Today',
    '0.42\tpositive\t Bitcoin Climbs in [31m Zurich Today',
    '0.42\tpositive\tBitcoin \uFFFD\uFFFD Climbs in Zurich Today',
  ]);
});

test('score answers while the input is open, and joins a character that arrives in two parts', async (t) => {
  const running = cli(t, ['score']);
  running.child.stdin?.write(Buffer.from('Zürich Climbs in the Morning\nZ').subarray(0, 2));
  running.child.stdin?.write(Buffer.from('Zürich Climbs in the Morning\nZ').subarray(2));
  await running.until(/0\.42\tpositive\tZürich Climbs in the Morning\n/);
  running.child.stdin?.end();
  assert.equal((await running.ended).code, 0);
});

test('score reads the beginning of an endless line, in bounded memory', async (t) => {
  const running = cli(t, ['score']);
  const { stdin } = running.child;
  assert.ok(stdin);
  stdin.write('Bitcoin Climbs in Zurich Today, ');
  const part = 'x'.repeat(2 ** 20);
  for (let count = 0; count < 300; count += 1) if (!stdin.write(part)) await once(stdin, 'drain');
  stdin.end('\nBitcoin Climbs in Zurich Today\n');
  const { code, output } = await finish(running);
  assert.equal(code, 0);
  const [long = '', next] = output.split('\n');
  assert.match(long, /^0\.42\tpositive\tBitcoin Climbs in Zurich Today, x+$/);
  assert.ok(long.length < 11_000);
  assert.equal(next, '0.42\tpositive\tBitcoin Climbs in Zurich Today');
});

test('score ends silently when the reader closes the pipe', async (t) => {
  const running = cli(t, ['score']);
  const { stdin, stdout } = running.child;
  assert.ok(stdin && stdout);
  stdin.on('error', () => undefined);
  stdin.write('Bitcoin Climbs in Zurich Today\n');
  await running.until(/positive/);
  stdout.destroy();
  const writing = setInterval(() => stdin.write('Bitcoin Climbs in Zurich Today\n'.repeat(1000)), 20);
  t.after(() => clearInterval(writing));
  const { code } = await running.ended;
  clearInterval(writing);
  assert.equal(code, 70);
  assert.doesNotMatch(running.output(), /Error|is-bitcoin-lit:/);
});

test('score decodes complete character references, even if they are escaped twice', async (t) => {
  const lines = await scored(
    t,
    'Bitcoin won&#39;t crash, says analyst\nBitcoin won&amp;#8217;t crash\nR&D &amp; more: AT&T &bogus; &nbsp\nTab&#9;and&#10;line\n',
  );
  assert.deepEqual(lines, [
    "0.37\tpositive\tBitcoin won't crash, says analyst",
    '0.19\tpositive\tBitcoin won’t crash',
    '-0.55\tnegative\tR&D & more: AT&T &bogus; &nbsp',
    '0.00\tneutral\tTab and line',
  ]);
});

test('score gives a title with references the same score as without', async (t) => {
  const pairs = [
    ['Bitcoin isn&#8217;t crashing', 'Bitcoin isn’t crashing'],
    ['Bitcoin isn&rsquo;t dead', 'Bitcoin isn’t dead'],
    ['Bitcoin isn&amp;rsquo;t dead', 'Bitcoin isn’t dead'],
    ['Bitcoin isn&#x27;t over', "Bitcoin isn't over"],
    ['Bitcoin isn&apos;t over', "Bitcoin isn't over"],
    ['Bitcoin won&amp;#39;t recover', "Bitcoin won't recover"],
    ['Tether&#146;s reserves fall', 'Tether’s reserves fall'],
    ['&quot;Bitcoin crash&quot; fears fade', '"Bitcoin crash" fears fade'],
    ['&ldquo;Crypto winter&rdquo; is over', '“Crypto winter” is over'],
    ['Bitcoin slides &mdash; Reuters', 'Bitcoin slides — Reuters'],
    ['Bitcoin tops &euro;90K', 'Bitcoin tops €90K'],
    ['Bitcoin falls&nbsp;5%', 'Bitcoin falls\u00a05%'],
  ];
  const lines = await scored(t, `${pairs.flat().join('\n')}\n`);
  for (const [at, [, plain]] of pairs.entries()) {
    assert.equal(lines[2 * at], lines[2 * at + 1]);
    assert.ok(lines[2 * at]?.endsWith(`\t${plain}`), String(plain));
  }
});
