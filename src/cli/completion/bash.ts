import type { CommandDefinition, CommandDefinitions } from '../command.ts';
import { COMMON_OPTIONS } from '../definitions/every-command.ts';
import { isFile, optionsOf, quoted } from './completable.ts';

const dashed = (name: string): string => `--${name}`;

const words = (list: readonly string[]): string => `words=${quoted(list.join(' '))}`;
const options = (names: readonly string[]): string => `options=${quoted(names.map(dashed).join(' '))}`;

/** The cases of the values of a command's options. */
function valueCases([command, definition]: readonly [string, CommandDefinition]): string[] {
  return optionsOf(definition).flatMap(([name, { value, choices }]) => {
    if (!value) return [];
    const offer = choices ? words(choices) : isFile(value) ? 'files=yes' : ':';
    return [`    ${command}:${dashed(name)}) ${offer} ;;`];
  });
}

/** The case of a command's options and operand. */
function commandCase([command, definition]: readonly [string, CommandDefinition]): string {
  const { operand } = definition;
  const parts = [options(optionsOf(definition).map(([name]) => name))];
  if (operand?.choices) parts.push(words(operand.choices));
  if (operand && isFile(operand.name)) parts.push('files=yes');
  return `    ${command}:*) ${parts.join('; ')} ;;`;
}

/** A completion script for bash 4 or later. */
export function bashCompletion(definitions: CommandDefinitions): string {
  const commands = Object.entries(definitions);
  const names = Object.keys(definitions);
  return `# bash completion of is-bitcoin-lit
_is_bitcoin_lit() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= words= options= files=
  (( COMP_CWORD > 1 )) && command=\${COMP_WORDS[1]}
  # bash splits --option=value into three words.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $command:$previous in
${commands.flatMap(valueCases).join('\n')}
    help:*) ${words(names)} ;;
${commands.map(commandCase).join('\n')}
    :*) ${words([...names, 'help'])}; ${options(Object.keys(COMMON_OPTIONS))} ;;
  esac
  COMPREPLY=()
  if [[ $options && $current == -* ]]; then
    words=$options
  elif [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
  mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _is_bitcoin_lit is-bitcoin-lit`;
}
