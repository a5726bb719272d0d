import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SourceError } from '../../../src/domain/errors.ts';
import { type FeedParser, openParser } from '../../../src/news/feeds/parser.ts';
import { writeFeed } from '../../support/upstreams/feeds.ts';

const GOOD = writeFeed('rss', [{ title: 'Bitcoin', date: 0 }]);
/** Takes the parser minutes. */
const ENDLESS = `<rss version="2.0"><channel><item><author>${'('.repeat(300_000)}</author></item></channel></rss>`;
const LARGE = writeFeed('rss', [{ title: '', date: 0 }]).replace(
  '<item>',
  `<item>${'<a b="c"/>'.repeat(150_000)}`,
);

const unending = (): AbortSignal => new AbortController().signal;

function parserOf(t: TestContext, limits: Parameters<typeof openParser>[0]): FeedParser {
  const parser = openParser(limits);
  t.after(() => parser[Symbol.asyncDispose]());
  return parser;
}

const parse = (parser: FeedParser, text: string, signal = unending()) =>
  parser.parse(
    { bytes: new TextEncoder().encode(text), contentType: '', address: 'https://news.example/' },
    signal,
  );

const isOutOfBounds = (error: unknown): boolean =>
  error instanceof SourceError && /too much time or memory/.test(error.message);

test('a document that takes too long is abandoned; the next ones are parsed', async (t) => {
  const parser = parserOf(t, { deadlineMs: 1000 });
  const [late, ...good] = await Promise.allSettled([ENDLESS, GOOD, GOOD].map((text) => parse(parser, text)));
  assert.ok(late?.status === 'rejected' && isOutOfBounds(late.reason));
  assert.deepEqual(
    good.map((one) => one.status === 'fulfilled' && one.value.items[0]?.title),
    ['Bitcoin', 'Bitcoin'],
  );
});

test('a document that takes too much memory is abandoned, and the process continues', async (t) => {
  const parser = parserOf(t, { memoryMb: 24, deadlineMs: 20_000 });
  await assert.rejects(parse(parser, LARGE), isOutOfBounds);
  assert.equal((await parse(parser, GOOD)).items.length, 1);
});

test('parsing ends with the signal’s reason, even while queued', async (t) => {
  const parser = parserOf(t, { deadlineMs: 20_000 });
  const reason = new Error('enough');
  const end = new AbortController();
  const all = Promise.allSettled([ENDLESS, GOOD].map((text) => parse(parser, text, end.signal)));
  setTimeout(() => end.abort(reason), 500);
  assert.deepEqual(await all, Array(2).fill({ status: 'rejected', reason }));
});

test('an idle thread is ended, and started again for the next document', async (t) => {
  const parser = parserOf(t, { idleMs: 1 });
  for (let time = 0; time < 3; time += 1) {
    assert.equal((await parse(parser, GOOD)).items.length, 1);
    await sleep(20);
  }
});

test('an idle thread does not keep the process alive', async () => {
  const source = new URL('../../../src/news/feeds/parser.ts', import.meta.url).href;
  const script = `
    import { openParser } from '${source}';
    const bytes = new TextEncoder().encode(${JSON.stringify(GOOD)});
    const parser = openParser({ idleMs: 600_000 });
    const { items } = await parser.parse({ bytes, contentType: '', address: 'https://news.example/' }, new AbortController().signal);
    console.log(items.length);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 30_000,
  });
  assert.equal(stdout.trim(), '1');
});
