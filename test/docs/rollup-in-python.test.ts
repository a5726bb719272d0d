import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { command } from '../support/processes/command.ts';
import { needsRedis, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { codeBlocks } from './code-blocks.ts';

/** The one command of redis-py that the document uses. */
const CLIENT = `
import os, socket, struct
from datetime import datetime, timezone

class redis:
    def getrange(*words):
        with socket.create_connection(("127.0.0.1", int(os.environ["REDIS_PORT"])), 5) as connection:
            words = ["GETRANGE", *map(str, words)]
            connection.sendall("".join([f"*{len(words)}\\r\\n", *(f"\${len(word)}\\r\\n{word}\\r\\n" for word in words)]).encode())
            reply = connection.makefile("rb")
            return reply.read(int(reply.readline()[1:]))
`;

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version']);
    return true;
  } catch {
    return false;
  }
}

test('docs/redis.md reads a day’s rollup in Python', needsRedis, async (t) => {
  if (!hasPython()) return t.skip('python3 is not installed');
  const { url, keyPrefix } = testRedis();
  const settings = { REDIS_URL: url, KEY_PREFIX: keyPrefix, DATA_DIR: temporaryFolder(t) };
  const samples = 'time,price,sentiment\n2026-01-06T01:00:00Z,100,0.5\n2026-01-06T02:00:00Z,200,\n';
  const imported = await command(t, ['import', '-'], settings, samples);
  assert.equal(imported.code, 0, imported.stderr);

  const block = codeBlocks().find(({ text }) => text.startsWith('day = int'));
  assert.ok(block);
  const program = [
    CLIENT,
    block.text.replaceAll('is-bitcoin-lit:', `${keyPrefix}:`),
    'print(price, prices, least, greatest, sentiment, sentiments)',
  ].join('\n');
  const env = { ...process.env, REDIS_PORT: new URL(url).port };
  const { stdout } = await promisify(execFile)('python3', ['-c', program], { env, timeout: 20_000 });
  assert.equal(stdout, '150.0 2.0 100.0 200.0 0.5 1.0\n');
});
