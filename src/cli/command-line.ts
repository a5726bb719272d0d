import { SetupError } from '../domain/errors.ts';
import { parseArguments, suggestion } from './arguments.ts';
import type { CommandDefinition } from './command.ts';
import { COMMANDS } from './definitions/all.ts';
import { CONFIG, USAGE } from './exit-codes.ts';
import { print, printError, UsageError } from './output.ts';

async function printVersion(): Promise<number> {
  const { VERSION } = await import('../domain/version.ts');
  print(VERSION);
  return 0;
}

async function printHelp(name: string, command: CommandDefinition | undefined): Promise<number> {
  const { commandHelp, overview } = await import('./help/help.ts');
  print(command ? await commandHelp(name, command) : overview());
  return 0;
}

/** Not an answer, so it exits neither with 0 nor with 1, as other programs do. */
async function printUsage(): Promise<number> {
  const { SHORT_USAGE } = await import('./help/help.ts');
  process.stderr.write(`${SHORT_USAGE}\n`);
  return USAGE;
}

function commandNamed(name: string): CommandDefinition | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

/** Runs the command, or throws a UsageError. */
async function run(name: string, args: readonly string[]): Promise<number> {
  const command = commandNamed(name);
  if (!command && name !== '' && !name.startsWith('-'))
    throw new UsageError(`unknown command: ${name}${await suggestion(name, Object.keys(COMMANDS))}`);
  const { options, operand } = await parseArguments(command ? args : [name, ...args], command);
  if (options['help']) return await printHelp(name, command);
  if (options['version']) return await printVersion();
  if (!command) return await printUsage();
  const { run: start } = await command.load();
  return await start(options, operand, COMMANDS);
}

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  // `help show` is `show --help`.
  const [name, ...rest] = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
  if (name === undefined) return await printUsage();
  try {
    return await run(name, rest);
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`${error.message} (see is-bitcoin-lit ${commandNamed(name) ? `${name} ` : ''}--help)`);
      return USAGE;
    }
    if (!(error instanceof SetupError)) throw error;
    printError(error.message);
    return CONFIG;
  }
}
