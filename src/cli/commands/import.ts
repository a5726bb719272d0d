import { setTimeout as sleep } from 'node:timers/promises';
import { openToChange, openToLook } from '../../bootstrap/open-store.ts';
import { type Config, readConfig } from '../../config/config.ts';
import { isSystemError, messagesOf, SourceError, StoppingError, StoreError } from '../../domain/errors.ts';
import { bucketStart, DAY } from '../../domain/time/bucket-width.ts';
import { formatTime } from '../../domain/time/time.ts';
import { createImportCounter, type ImportCounter } from '../../import-export/import-counts.ts';
import { importSamples } from '../../import-export/import-samples.ts';
import { previewImport } from '../../import-export/preview/preview.ts';
import { RejectsError } from '../../import-export/rejects-file.ts';
import { SpacingError } from '../../import-export/tables/candle.ts';
import { parseWidth } from '../../import-export/tables/width.ts';
import { UnusableError } from '../../import-export/unusable-input.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import type { Options } from '../command.ts';
import { CANNOT_CREATE, DATA_ERROR, NO_INPUT, SOME_REJECTED, TRY_AGAIN, UNAVAILABLE } from '../exit-codes.ts';
import { limitYoungGeneration } from '../heap-settings.ts';
import { lookJson, lookText } from '../import/preview-text.ts';
import { type ImportSource, openImportSource } from '../import-source.ts';
import { countsText, print, printError, UsageError } from '../output.ts';
import { showProgress } from '../progress.ts';
import { openRejectedLines } from '../rejected-lines.ts';
import { type Interruption, watchForSignals } from '../stop-signals.ts';

/** After a signal, a write in progress may take this time. */
const LAST_WRITE_MS = 3000;

/** Prints an expected error and returns its exit code. Throws other errors. */
function reportError(error: unknown): number {
  const codes: readonly [boolean, number][] = [
    [error instanceof UnusableError, DATA_ERROR],
    [error instanceof SourceError, UNAVAILABLE],
    [error instanceof StoreError || error instanceof StoppingError, TRY_AGAIN],
    [error instanceof RejectsError, CANNOT_CREATE],
    [isSystemError(error), NO_INPUT],
  ];
  const [, code] = codes.find(([is]) => is) ?? [];
  if (code === undefined) throw error;
  printError(messagesOf(error));
  return code;
}

/** Says how to delete the samples that an import has stored as candles of what may be the wrong width. */
function explainStored(count: number, { width, from, to }: SpacingError['before']): void {
  if (count === 0) return;
  const range = `--from ${formatTime(from)} --to ${formatTime(to + 1)}`;
  printError(
    `${count} samples before that line are stored as ${width} candles; if that is wrong, delete them first: is-bitcoin-lit delete ${range}`,
  );
}

/** A signal that is aborted a little after another one, to abort a write in progress. */
function laterThan(stopping: AbortSignal): AbortSignal {
  const aborting = new AbortController();
  stopping.addEventListener('abort', async () => {
    await sleep(LAST_WRITE_MS, undefined, { ref: false });
    aborting.abort(stopping.reason);
  });
  return aborting.signal;
}

interface Work {
  readonly source: ImportSource;
  readonly counter: ImportCounter;
  readonly rejects: string | undefined;
  readonly file: string | undefined;
  readonly interruption: Interruption;
  /** Whether to import samples older than RETENTION. */
  readonly keepOlder: boolean;
}

/** The time before which the service deletes samples, or has deleted them; `undefined` if it keeps all. */
async function keptSince(
  store: Pick<SampleStore, 'rawSince'> | undefined,
  { RETENTION }: Config,
): Promise<number | undefined> {
  const rawSince = await store?.rawSince();
  const due = RETENTION === undefined ? undefined : bucketStart(Date.now() - RETENTION, DAY);
  return rawSince === undefined || due === undefined ? (rawSince ?? due) : Math.max(rawSince, due);
}

async function importInto(work: Work, config: Config): Promise<void> {
  const { source, counter, rejects, file, interruption, keepOlder } = work;
  await using stack = new AsyncDisposableStack();
  const lines = stack.use(await openRejectedLines(rejects, file));
  const { store, coordinator } = await openToChange(config);
  stack.use(store);
  const since = await keptSince(store, config);
  stack.use(showProgress(counter.counts, source.part));
  await importSamples({
    batches: source.batches(store),
    store,
    ...(keepOlder ? { hold: (until: number) => store.holdTrim(until) } : { keptSince: since }),
    counter,
    reject: lines.write,
    announce: async () => coordinator?.announce(),
    stopping: interruption.signal,
    signal: laterThan(interruption.signal),
  });
}

const MIN_GAP_MS = 60_000;

function readGap(text: string): number {
  const gap = parseWidth(text);
  if (gap !== undefined && gap >= MIN_GAP_MS) return gap;
  throw new UsageError('--gap must be a number and a unit of m, h, d or w, such as 1h, and at most 1w');
}

/** Reads the input as an import would, and prints what it would do. */
async function look(
  { source, counter, rejects, file, interruption, keepOlder }: Work,
  { gap = '1h', json }: Options,
  config: Config,
): Promise<void> {
  const longerThan = readGap(String(gap));
  await using stack = new AsyncDisposableStack();
  const lines = stack.use(await openRejectedLines(rejects, file));
  const opened = await openToLook(config);
  if (opened) stack.use(opened.store);
  const preview = await previewImport({
    // An archive is not asked for what the store has.
    batches: source.batches(opened?.store ?? EMPTY_STORE),
    store: opened?.store,
    keptSince: keepOlder ? undefined : await keptSince(opened?.store, config),
    counter,
    reject: lines.write,
    gap: longerThan,
    stopping: interruption.signal,
  });
  const found = {
    preview,
    counts: counter.counts(),
    shape: source.shape(),
    times: source.form(),
    gap: longerThan,
  };
  print(json ? lookJson(found) : lookText(found));
}

const EMPTY_STORE: Pick<SampleStore, 'buckets'> = {
  async *buckets() {
    // It has none.
  },
};

export async function run(options: Options, file: string | undefined): Promise<number> {
  limitYoungGeneration();
  const { rejects, json } = options;
  if (options['gap'] !== undefined && !options['dry-run']) throw new UsageError('--gap requires --dry-run');
  const interruption = watchForSignals();
  const counter = createImportCounter();
  const config = readConfig();
  const request = { options, file, config, signal: interruption.signal };
  const keepOlder = options['keep-older'] === true;
  let source: ImportSource | undefined;
  let code: number | undefined;
  try {
    source = await openImportSource(request);
    const work = { source, counter, rejects: rejects as string | undefined, file, interruption, keepOlder };
    if (options['dry-run']) await look(work, options, config);
    else await importInto(work, config);
  } catch (error) {
    if (interruption.exitCode() === undefined) code = reportError(error);
    if (error instanceof SpacingError && !options['dry-run'])
      explainStored(counter.counts().added, error.before);
  }
  if (!source) return code ?? NO_INPUT;
  const counts = counter.counts();
  if (options['dry-run']) return interruption.exitCode() ?? code ?? (counts.rejected > 0 ? SOME_REJECTED : 0);
  const form = source.form();
  print(
    json
      ? JSON.stringify({ ...counts, times: form ?? null, shape: source.shape() ?? null })
      : countsText(counts),
  );
  if (form && !json) print(`times in ${form}`);
  if (interruption.exitCode() !== undefined)
    printError('interrupted: the samples counted above are stored; run the import again for the rest');
  return interruption.exitCode() ?? code ?? (counts.rejected > 0 ? SOME_REJECTED : 0);
}
