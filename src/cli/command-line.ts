import { parseArgs } from 'node:util';
import { SetupError } from '../domain/errors.ts';
import type { Command, Options } from './command.ts';
import { CONFIG, USAGE } from './exit-codes.ts';
import { print, printError, UsageError } from './output.ts';

/** To add a command, write its file in commands/ and add it here. */
const COMMANDS: Readonly<Record<string, () => Promise<{ command: Command }>>> = {
  serve: () => import('./commands/serve.ts'),
  show: () => import('./commands/show.ts'),
  refresh: () => import('./commands/refresh.ts'),
  doctor: () => import('./commands/doctor.ts'),
  score: () => import('./commands/score.ts'),
  import: () => import('./commands/import.ts'),
  export: () => import('./commands/export.ts'),
  delete: () => import('./commands/delete.ts'),
  backup: () => import('./commands/backup.ts'),
};

const USAGE_TEXT = `Usage: is-bitcoin-lit COMMAND [OPTIONS]

  serve              Serve the API and the page at HOST and PORT, and refresh on a schedule.
                       Exit codes: 0 stopped, 75 the store's file was moved, replaced or deleted.
  show               Print the answer: from the running service, or from the store if none is running.
    --url URL          ask only the service at this address
    --json             print JSON, as the API does
                       Exit codes: 0 lit, 1 not lit, 2 unknown or stale, 3 no answer. If the answer is stale, it
                       says whether Bitcoin was lit when the newest data arrived.
  doctor             Check settings, store, sources and clock, and print what to do about each problem.
                     Changes nothing, and can run beside the service.
    --json             print JSON
                       Exit codes: 0 the service would have an answer, 3 it would not.
  refresh            Fetch new data once: in the running service, or into the store if none is running.
    --url URL          ask only the service at this address
    --json             print the counts as JSON, as the API does
                       Exit codes: 0 done, 3 failed.
  score              Score headlines from standard input, one per line. Prints score, label and headline.
    --explain          add the words and rules behind each score
  import FILE        Import samples from a file, or from standard input if FILE is -. Accepts CSV with the columns
                     time, price and sentiment, NDJSON, or a JSON list in SentiCrypt v1's format; also gzipped.
    --from NAME        import from coinbase (hourly prices) or senticrypt (its archive) instead of a file;
                       skips what is already in the store
    --since DATE       start at this date, such as 2015-07-20; required with --from coinbase
    --rejects FILE     write rejected lines with numbers and reasons to FILE, which must be new or
                       written by this option before
    --json             print the counts as JSON
                       Exit codes: 0 everything accepted, 3 some lines rejected, 65 invalid input, 66 input not
                       readable, 69 --from is unavailable, 73 --rejects FILE not writable, 75 store failed, 130 or
                       143 interrupted. Whatever the code, the samples counted are stored, and you can safely
                       run the import again.
  export             Write samples to standard output, oldest first.
    --from, --to       time range: RFC 3339, a date (midnight UTC), an age such as -7d (units m h d w y), oldest
                       or now; --to is exclusive
    --bucket WIDTH     write averages over 30s, 1m, 5m, 15m, 1h, 4h, 1d or 1w instead of samples (default: raw)
    --format FORMAT    csv or ndjson (default: csv)
                       Exit codes: 0 done, 74 output not writable, 75 store failed.
  delete             Delete the samples in a range, after asking for confirmation.
    --from, --to       time range, as for export; both are required
    --yes              do not ask
                       Exit codes: 0 done or declined, 75 store failed (some samples may already be deleted).
  backup FILE        Write a consistent copy of the embedded store to FILE, even while the service is running.
                       Exit codes: 0 done, 66 no store, 69 the store is Redis, 73 FILE exists or is not writable.

  --help             Print this help.
  --version          Print the version.

All commands exit with 64 for an invalid command line, 70 for an internal error, and 78 for an invalid setting;
doctor reports invalid settings instead.
`;

async function printVersion(): Promise<number> {
  const { VERSION } = await import('../domain/version.ts');
  print(VERSION);
  return 0;
}

async function help(): Promise<number> {
  const { describeSettings } = await import('../config/settings.ts');
  print(
    `${USAGE_TEXT}\nSettings, from environment variables or a file named .env in the current folder:\n\n${describeSettings()}`,
  );
  return 0;
}

/** Joins an age to the option before it, since Node would parse `--from -7d` as two options. */
function joinTimes(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (/^-\d/.test(arg) && last?.match(/^--[a-z]+$/)) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function parse(args: readonly string[], command: Command | undefined): [Options, string | undefined] {
  const common = { help: { type: 'boolean' }, version: { type: 'boolean' } } as const;
  const options = { ...command?.options, ...common };
  const operand = command?.operand;
  try {
    const config = { args: joinTimes(args), options, strict: true, allowPositionals: operand !== undefined };
    const { values, positionals } = parseArgs(config);
    if (positionals.length > 1) throw new Error(`only one ${operand} is allowed`);
    return [values as Options, positionals[0]];
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  try {
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!load && name !== '' && !name.startsWith('-')) throw new UsageError(`unknown command: ${name}`);
    const command = (await load?.())?.command;
    const [options, operand] = parse(command ? rest : args, command);
    if (options['help']) return await help();
    if (options['version']) return await printVersion();
    if (!command) throw new UsageError('no command given');
    return await command.run(options, operand);
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`${error.message} (see --help)`);
      return USAGE;
    }
    if (!(error instanceof SetupError)) throw error;
    printError(error.message);
    return CONFIG;
  }
}
