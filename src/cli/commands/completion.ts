import type { CommandDefinitions, Options } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { print } from '../output.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** @param shell one of the choices, as the parser requires. */
export async function run(
  _options: Options,
  shell: string | undefined,
  commands: CommandDefinitions,
): Promise<number> {
  print(SCRIPTS[shell as keyof typeof SCRIPTS](commands));
  return 0;
}
