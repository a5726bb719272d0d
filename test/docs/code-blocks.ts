import { globSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

export interface CodeBlock {
  readonly file: string;
  /** Of its first line, counted from 1. */
  readonly line: number;
  /** `sh`, `json`; empty if the block names none. */
  readonly language: string;
  readonly text: string;
}

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** The code blocks of all documents. Chinese ones are equal to the English ones (`readme.test.ts`). */
export function codeBlocks(): CodeBlock[] {
  const files = globSync(['*.md', 'docs/*.md'], { cwd: ROOT }).filter((name) => !name.includes('zh-CN'));
  return files.toSorted().flatMap((file) => {
    const document = readFileSync(new URL(file, ROOT), 'utf8');
    return [...document.matchAll(FENCE)].map(({ index, 2: language = '', 3: text = '' }) => ({
      file,
      line: document.slice(0, index).split('\n').length + 1,
      language,
      text,
    }));
  });
}

/** The commands of a shell block, one a line, without comments. */
export const commandsIn = ({ text }: CodeBlock): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/ +# .*$/, ''))
    .filter((line) => line !== '');

/** Commands that no test runs, by the reason. Those of npm must name a script of `package.json`. */
export const NOT_RUN: Readonly<Record<string, readonly string[]>> = {
  'installs packages': ['npm ci', 'npm ci && npm run demo'],
  'serves until it is stopped; test/e2e/start.test.ts starts it': ['npm start', 'npm run dev'],
  'is a check, a test or a benchmark of the project itself, and takes long': [
    'npm run check',
    'npm run format',
    'npm test',
    'npm run test:parts',
    'npm run fuzz:feeds',
    'npm run build',
    'npm run build:binary',
    'npm run picture',
    'npm run icons',
    'npm run bench',
    'npm run bench:hot',
    'npm run bench:growth -- --stores redis --pairs 20',
  ],
  'needs Docker': [
    'docker compose up --build --detach',
    'docker compose exec service is-bitcoin-lit show',
    'docker compose --profile monitoring up --detach',
    'docker compose --profile redis up --detach redis service-redis',
  ],
  'contacts Coinbase; test/cli/archives.test.ts runs it against a fake server': [
    'npx is-bitcoin-lit import --from coinbase --since 2015-07-20',
  ],
};

/** The first lines of blocks that are no commands and no settings, by what a test does with them. */
export const OTHER_BLOCKS: Readonly<Record<string, readonly string[]>> = {
  'a picture of the parts': ['exchanges/ ─┐'],
  'output, compared with the real one': [
    'sources',
    'time,price,price_min,price_max,sentiment,price_samples,sentiment_samples',
    '0.24\tpositive\tBitcoin Fund Outflows Fall as Exchange Halts Withdrawals',
  ],
  'creates the user of test/stores/redis-rollups.test.ts': ['ACL SETUSER lit'],
  'is run by rollup-in-python.test.ts': ['day = int(datetime(2026'],
  'is run by test/recipes/recipes.test.ts': [
    'import pandas as pd',
    'import polars as pl',
    "SET TimeZone = 'UTC'",
    'samples <- read.csv',
    'import io',
  ],
};
