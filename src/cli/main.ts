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
};

const USAGE_TEXT = `Usage: is-bitcoin-lit COMMAND [OPTIONS]

  serve              serve the API at HOST and PORT, and refresh on a schedule
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

function parse(args: readonly string[], options: Command['options']): Options {
  const all = { ...options, help: { type: 'boolean' }, version: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options: all, strict: true }).values as Options;
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
    const options = parse(command ? rest : args, command?.options ?? {});
    if (options['help']) return await help();
    if (options['version']) return printVersion();
    if (!command) throw new UsageError('which command?');
    return await command.run(options);
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
