import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { openToChange } from '../../bootstrap/open-store.ts';
import { readConfig } from '../../config/config.ts';
import { messagesOf, SourceError, StoppingError, StoreError } from '../../domain/errors.ts';
import { createImportCounter, type ImportCounter } from '../../import-export/import-counts.ts';
import { importSamples } from '../../import-export/import-samples.ts';
import { RejectsError } from '../../import-export/rejects-file.ts';
import { UnusableError } from '../../import-export/unusable-input.ts';
import type { Command, Options } from '../command.ts';
import { CANNOT_CREATE, DATA_ERROR, NO_INPUT, SOME_REJECTED, TRY_AGAIN, UNAVAILABLE } from '../exit-codes.ts';
import { limitYoungGeneration } from '../heap-settings.ts';
import { countsText } from '../import-counts.ts';
import { type ImportSource, openImportSource } from '../import-source.ts';
import { print, printError } from '../output.ts';
import { showProgress } from '../progress.ts';
import { openRejectedLines } from '../rejected-lines.ts';
import { untilStopped } from '../stop-signals.ts';

/** For what the store was given when the command is interrupted. Milliseconds. */
const LAST_BATCH = 3000;

const isOfSystem = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

/** The exit code of what went wrong, once it is told; what nobody foresaw is thrown on. */
function explain(error: unknown): number {
  const codes: readonly [boolean, number][] = [
    [error instanceof UnusableError, DATA_ERROR],
    [error instanceof SourceError, UNAVAILABLE],
    [error instanceof StoreError || error instanceof StoppingError, TRY_AGAIN],
    [error instanceof RejectsError, CANNOT_CREATE],
    [isOfSystem(error), NO_INPUT],
  ];
  const [, code] = codes.find(([is]) => is) ?? [];
  if (code === undefined) throw error;
  printError(messagesOf(error));
  return code;
}

interface Interruption {
  /** From the first signal on. */
  readonly stopping: AbortSignal;
  /** A little later: what the store was given is given up as well. */
  readonly givingUp: AbortSignal;
  /** Exit code of a process that the signal ended; `undefined` while none came. */
  exitCode(): number | undefined;
}

function watchForSignals(): Interruption {
  const stopping = new AbortController();
  const givingUp = new AbortController();
  let name: keyof typeof constants.signals | undefined;
  untilStopped().then(async (signal) => {
    name = signal;
    stopping.abort(new StoppingError());
    await sleep(LAST_BATCH, undefined, { ref: false });
    givingUp.abort(new StoppingError());
  });
  return {
    stopping: stopping.signal,
    givingUp: givingUp.signal,
    exitCode: () => (name === undefined ? undefined : 128 + constants.signals[name]),
  };
}

interface Work {
  readonly source: ImportSource;
  readonly counter: ImportCounter;
  readonly rejects: string | undefined;
  readonly file: string | undefined;
  readonly interruption: Interruption;
}

/** Brings in what there is, in the store of the settings. */
async function bring({ source, counter, rejects, file, interruption }: Work): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const lines = stack.use(await openRejectedLines(rejects, file));
  const { store, fleet } = await openToChange(readConfig());
  stack.use(store);
  stack.use(showProgress({ counts: counter.counts, part: source.part }));
  await importSamples({
    batches: source.batches(store),
    store,
    counter,
    reject: lines.write,
    announce: async () => fleet?.announce(),
    stopping: interruption.stopping,
    signal: interruption.givingUp,
  });
}

async function run(options: Options, file: string | undefined): Promise<number> {
  // What a stream of samples allocates is garbage a moment later.
  limitYoungGeneration(4);
  const { rejects, json } = options;
  const interruption = watchForSignals();
  const counter = createImportCounter();
  const request = { options, file, config: readConfig(), signal: interruption.stopping };
  let source: ImportSource | undefined;
  let code: number | undefined;
  try {
    source = await openImportSource(request);
    await bring({
      source,
      counter,
      rejects: typeof rejects === 'string' ? rejects : undefined,
      file,
      interruption,
    });
  } catch (error) {
    if (interruption.exitCode() === undefined) code = explain(error);
  }
  if (!source) return code ?? NO_INPUT;
  const counts = counter.counts();
  const form = source.form();
  print(json ? JSON.stringify({ ...counts, times: form ?? null }) : countsText(counts));
  if (form && !json) print(`times in ${form}`);
  if (interruption.exitCode() !== undefined)
    printError('interrupted: the samples counted above are stored; run the import again for the rest');
  return interruption.exitCode() ?? code ?? (counts.rejected > 0 ? SOME_REJECTED : 0);
}

export const command: Command = {
  options: {
    from: { type: 'string' },
    since: { type: 'string' },
    rejects: { type: 'string' },
    json: { type: 'boolean' },
  },
  operand: 'FILE',
  run,
};
