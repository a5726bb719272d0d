import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SetupError } from '../domain/errors.ts';
import type { Command, Options } from './command.ts';
import { CONFIG, USAGE } from './exit-codes.ts';
import { complain, say, UsageError } from './talk.ts';

/** A command is one file beside this one, and one line here. */
const COMMANDS: Readonly<Record<string, () => Promise<{ command: Command }>>> = {
  serve: () => import('./serve.ts'),
  show: () => import('./show.ts'),
  refresh: () => import('./refresh.ts'),
  score: () => import('./score.ts'),
  import: () => import('./import.ts'),
  export: () => import('./export.ts'),
  delete: () => import('./delete.ts'),
  backup: () => import('./backup.ts'),
};

const USAGE_TEXT = `Usage: is-bitcoin-lit COMMAND [OPTIONS]

  serve              serve the API at HOST and PORT, and refresh on a schedule
                       exits 0 stopped, 75 the file of the store was moved, replaced or deleted: start it again,
                       78 a setting is wrong
  show               print the answer: of the service, or of the store where none runs
    --url URL          ask the service at this address, and nobody else
    --json             print it as the API gives it
                       exits 0 lit, 1 not lit, 2 unknown or stale, 3 no answer
  refresh            pull new data once: by the service, or into the store where none runs
    --url URL          ask the service at this address, and nobody else
    --json             print what it brought as the API gives it
                       exits 0 done, 3 failed
  score              score headlines from standard input, one a line: score, label, headline
    --explain          and what gave which points
  import FILE|-      bring samples into the store, from a file or from standard input: CSV with the columns
                     time, price, sentiment, a JSON object a line, or a JSON list as SentiCrypt v1 sends it; gzip too
    --from PLACE       instead of a file: coinbase (hourly prices) or senticrypt (its history), what is not kept yet
    --since DATE       from there on: 2015-07-20, or as below; coinbase has to have it
    --rejects FILE     write the lines that are not let in to a new file, or to one written by this option before
    --json             print what it brought as JSON
                       exits 0 all accepted, 3 some rejected, 65 the input cannot be used, 66 it cannot be read,
                       69 the place fails, 73 FILE cannot be written, 75 the store fails: what is counted is kept,
                       and it is safe to run it again; 130 or 143 interrupted, the same
  export             write samples to standard output, oldest first
    --from, --to       RFC 3339, a date (its midnight in UTC), a time ago (-7d; units m h d w y), oldest or now;
                       --to is not included
    --bucket WIDTH     averages of 30s 1m 5m 15m 1h 4h 1d 1w in place of samples (raw)
    --format FORMAT    csv or ndjson (csv)
                       exits 0 done, 74 the output cannot be written, 75 the store fails
  delete             delete samples, after a question
    --from, --to       as above; both are needed
    --yes              without the question
                       exits 0 done, or declined; 75 the store fails: a part may be deleted
  backup FILE        write a copy of the embedded store, of one moment, while it is in use
                       exits 0 done, 66 there is no store, 69 the store is on Redis, 73 FILE is there, or cannot be written

  --help, --version
`;

function printVersion(): number {
  say(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version);
  return 0;
}

async function help(): Promise<number> {
  const { describeSettings } = await import('../config.ts');
  say(`${USAGE_TEXT}\nSettings, read from the environment:\n\n${describeSettings()}`);
  return 0;
}

/** Node takes `--from -7d` for two options: what follows a name and looks like a time ago belongs to it. */
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
    if (positionals.length > 1) throw new Error(`only one ${operand} can be named`);
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
    if (!load && name !== '' && !name.startsWith('-')) throw new UsageError(`there is no command ${name}`);
    const command = (await load?.())?.command;
    const [options, operand] = parse(command ? rest : args, command);
    if (options['help']) return await help();
    if (options['version']) return printVersion();
    if (!command) throw new UsageError('which command?');
    return await command.run(options, operand);
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message} (see --help)`);
      return USAGE;
    }
    if (!(error instanceof SetupError)) throw error;
    complain(error.message);
    return CONFIG;
  }
}
