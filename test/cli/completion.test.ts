import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../../src/cli/definitions/all.ts';
import { command } from '../support/processes/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const SHELLS: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash', '--norc'],
  zsh: ['zsh', '-f'],
  fish: ['fish', '--no-config'],
};

const NAMES = [...Object.keys(COMMANDS), 'help'];

const SHOW_OPTIONS = [...Object.keys(COMMANDS['show']?.options ?? {}), 'help', 'version'].map(
  (name) => `--${name}`,
);

/** What is typed before the key, and what the shell then offers. */
const CASES: readonly (readonly [line: string, offers: readonly string[]])[] = [
  ['is-bitcoin-lit ', NAMES],
  ['is-bitcoin-lit sh', ['show']],
  ['is-bitcoin-lit show --', SHOW_OPTIONS],
  ['is-bitcoin-lit show --j', ['--json']],
  ['is-bitcoin-lit doctor --u', []],
  ['is-bitcoin-lit export --bucket 1', ['15m', '1d', '1h', '1m', '1w']],
  ['is-bitcoin-lit export --format=n', ['ndjson']],
  ['is-bitcoin-lit import --from ', ['coinbase', 'senticrypt']],
  ['is-bitcoin-lit import a', ['a file.csv']],
  ['is-bitcoin-lit import --rejects a', ['a file.csv']],
  ['is-bitcoin-lit show a', []],
  ['is-bitcoin-lit completion ', ['bash', 'fish', 'zsh']],
  ['is-bitcoin-lit help exp', ['export']],
];

/** fish offers the whole word, and zsh escapes spaces. */
const bare = (offer: string): string =>
  offer
    .replace(/^--format=/, '')
    .replace('\\ ', ' ')
    .replace(/=$/, '');

for (const [shell, [program = '', ...args]] of Object.entries(SHELLS)) {
  const isAbsent = spawnSync(program, ['--version']).error !== undefined;
  if (isAbsent && process.env['CI']) throw new Error(`with CI set, ${shell} must be installed`);

  test(`${shell} completes commands, options, choices and files`, {
    skip: isAbsent && `${shell} is not installed`,
  }, async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'a file.csv'), '');
    const script = join(folder, `completion.${shell}`);
    const { stdout } = await command(t, ['completion', shell]);
    writeFileSync(script, stdout);
    const driver = fileURLToPath(new URL(`../support/shells/offers.${shell}`, import.meta.url));
    const lines = CASES.map(([line]) => line);
    const options = { cwd: folder, encoding: 'utf8', timeout: 60_000 } as const;
    const output = execFileSync(program, [...args, driver, script, ...lines], options);
    const answers = output.split(/^\n/m);
    for (const [index, [line, offers]] of CASES.entries()) {
      const found = answers[index]?.trimEnd().split('\n').filter(Boolean).map(bare);
      assert.deepEqual(found?.toSorted(), offers.toSorted(), line);
    }
  });
}
