import { createInterface } from 'node:readline/promises';
import { openToChange, openToLook } from '../../bootstrap/open-store.ts';
import { type Config, readConfig } from '../../config/config.ts';
import { ignoreRejection, messagesOf, StoreError } from '../../domain/errors.ts';
import type { Range } from '../../domain/time/range.ts';
import { formatTime } from '../../domain/time/time.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import type { Options } from '../command.ts';
import { TRY_AGAIN } from '../exit-codes.ts';
import { print, printError, UsageError } from '../output.ts';
import { watchForSignals } from '../stop-signals.ts';
import { rangeBetween, readTime } from '../time-options.ts';

const REST = 'some samples may already be deleted; run the command again to delete the rest';

const inWords = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'sample' : 'samples'}`;

async function countIn(store: SampleStore, range: Range): Promise<number> {
  let count = 0;
  for await (const samples of store.range(range)) count += samples.length;
  return count;
}

async function ask(store: SampleStore, range: Range): Promise<boolean> {
  const count = inWords(await countIn(store, range));
  using terminal = createInterface({ input: process.stdin, output: process.stderr });
  const rawSince = (await store.rawSince()) ?? 0;
  const averages =
    range.from < rawSince ? `, and the averages of whole hours before ${formatTime(rawSince)},` : '';
  const question = `Delete ${count}${averages} from ${formatTime(range.from)} to ${formatTime(range.to)}? [y/N] `;
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    // Ctrl-C or Ctrl-D. The question's line has not ended yet.
    process.stderr.write('\n');
    return false;
  }
}

async function deleteSamples({ from, to, yes }: Options, config: Config): Promise<number> {
  const now = Date.now();
  const [first, last] = [readTime('from', String(from), now), readTime('to', String(to), now)];
  await using stack = new AsyncDisposableStack();
  // Opened for reading first, since `openToChange` would create a store.
  const existing = await openToLook(config);
  if (!existing) {
    print(`${inWords(0)} deleted`);
    return 0;
  }
  await existing.store[Symbol.asyncDispose]();
  const { store, coordinator } = await openToChange(config);
  stack.use(store);
  const range = await rangeBetween(first, last, store);
  if (!yes && !(await ask(store, range))) {
    printError('nothing was deleted');
    return 0;
  }
  const { signal, exitCode } = watchForSignals();
  let removed: number;
  try {
    removed = await store.remove(range, signal);
  } catch (error) {
    const code = exitCode();
    if (code === undefined) throw error;
    printError(`interrupted: ${REST}`);
    return code;
  }
  // Processes that miss the message read the store again a little later.
  await coordinator?.announce().catch(ignoreRejection);
  print(`${inWords(removed)} deleted`);
  return 0;
}

export async function run(options: Options): Promise<number> {
  if (!options['yes'] && !process.stdin.isTTY)
    throw new UsageError(
      'cannot ask for confirmation without a terminal: use --yes to delete without asking',
    );
  try {
    return await deleteSamples(options, readConfig());
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    printError(`${messagesOf(error)}: ${REST}`);
    return TRY_AGAIN;
  }
}
