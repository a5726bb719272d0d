// How long the program takes to start, from a checkout and as an installed package, compared with a bare server and an
// empty script.
import { parseArgs } from 'node:util';
import { median } from './support/pinned.ts';
import { BARE, installPrograms } from './support/programs.ts';
import { startServer, timeCommand } from './support/spawned.ts';
import { printTable } from './support/table.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const options = { runs: { type: 'string', default: '21' } } as const;
const runs = Number(parseArgs({ options }).values.runs);
const HEADLINE = 'Bitcoin surges past $100,000 as ETF inflows hit a record\n';

using folder = temporaryFolder();
const programs = await installPrograms(folder.path);
const env = { SOURCE: 'simulated', PORT: '0', DATA_DIR: folder.path, XDG_CACHE_HOME: folder.path };

async function timeServer(args: readonly string[], path: string): Promise<number> {
  await using server = await startServer(args, path, env);
  return server.startMs;
}

type Measure = (program: string) => Promise<number>;

const ANSWER = '/is-bitcoin-lit';
const serve: Measure = (program) => timeServer([program, 'serve'], ANSWER);
const bareServer: Measure = () => timeServer([BARE], '/');
const emptyScript: Measure = () => timeCommand(['-e', '0'], env);
const show: Measure = (program) => timeCommand([program, 'show'], env);
const score: Measure = (program) => timeCommand([program, 'score'], env, HEADLINE);

interface Row {
  readonly name: string;
  readonly yardstick: Measure;
  readonly measure: Measure;
  /** The largest ratios to the yardstick. */
  readonly targets: readonly [checkout: number, installed: number];
}

const ROWS: readonly Row[] = [
  { name: 'serve, to the first answer', yardstick: bareServer, measure: serve, targets: [5, 3] },
  { name: 'show, from a store', yardstick: emptyScript, measure: show, targets: [6, 3] },
  { name: 'score, of one headline', yardstick: emptyScript, measure: score, targets: [5, 3] },
];

/** Creates the samples that the measured starts read, and the compiled code of each program. */
async function warmUp(): Promise<void> {
  for (const program of [programs.checkout, programs.installed]) {
    await fillStore(program);
    for (const { measure } of ROWS) await measure(program);
  }
}

async function fillStore(program: string): Promise<void> {
  await timeCommand([program, 'refresh'], env);
}

const cell = (times: readonly number[], yardstick: readonly number[], target: number): string => {
  const ratio = median(times.map((time, turn) => time / (yardstick[turn] ?? Number.NaN)));
  return `${median(times).toFixed(0)} ms, ${ratio.toFixed(2)} × (≤ ${target})`;
};

await warmUp();
const rows = [['', 'bare', 'checkout', 'installed']];
for (const { name, yardstick, measure, targets } of ROWS) {
  const times: [number[], number[], number[]] = [[], [], []];
  for (let turn = 0; turn < runs; turn += 1) {
    times[0].push(await yardstick(''));
    times[1].push(await measure(programs.checkout));
    times[2].push(await measure(programs.installed));
  }
  const [bare, checkout, installed] = times;
  rows.push([
    name,
    `${median(bare).toFixed(0)} ms`,
    cell(checkout, bare, targets[0]),
    cell(installed, bare, targets[1]),
  ]);
}
rows.push(['production node_modules', '', '', `${(programs.installedBytes / 1e6).toFixed(1)} MB (≤ 40)`]);
printTable(`start: median of ${runs} turns`, rows);
