import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isAboutMarket } from '../../src/sentiment/about-market.ts';
import { score } from '../../src/sentiment/score.ts';

const SENTIMENT = fileURLToPath(new URL('../../src/sentiment/', import.meta.url));
const HEADLINE = 'Bitcoin Fund Outflows Fall as Exchange Halts Withdrawals';

test('the sentiment folder works alone, in an empty package', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sentiment-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(SENTIMENT, join(folder, 'sentiment'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(folder, 'main.js'),
    `import { isAboutMarket } from './sentiment/about-market.ts';
    import { score } from './sentiment/score.ts';
    const [headline] = process.argv.slice(2);
    console.log(JSON.stringify({ ...score(headline), isAboutMarket: isAboutMarket(headline) }));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['main.js', HEADLINE], { cwd: folder });
  const expected = { ...score(HEADLINE), isAboutMarket: isAboutMarket(HEADLINE) };
  assert.equal(expected.score, 0.24);
  assert.deepEqual(JSON.parse(stdout), expected);
});
