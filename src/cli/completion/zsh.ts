import type { CommandDefinition, CommandDefinitions, OptionDefinition } from '../command.ts';
import { COMMON_OPTIONS } from '../definitions/every-command.ts';
import { isFile, optionsOf, quoted } from './completable.ts';

/** Brackets and colons end a description. */
const escaped = (text: string): string => text.replaceAll(/[[\]:\\]/g, '\\$&');

/** What completes a value. */
function actionOf(value: string, choices: readonly string[] | undefined): string {
  if (choices) return `(${choices.join(' ')})`;
  return isFile(value) ? '_files' : ' ';
}

/** The argument of zsh's `_arguments` for an option. */
function optionSpec([name, { meaning, value, choices }]: readonly [string, OptionDefinition]): string {
  const description = `[${escaped(meaning)}]`;
  return quoted(
    value ? `--${name}=${description}:${value}:${actionOf(value, choices)}` : `--${name}${description}`,
  );
}

function commandCase([name, command]: readonly [string, CommandDefinition]): string {
  const { operand } = command;
  const specs = optionsOf(command).map(optionSpec);
  if (operand) specs.push(quoted(`1:${operand.name}:${actionOf(operand.name, operand.choices)}`));
  return `        ${name}) _arguments ${specs.join(' ')} ;;`;
}

/** A completion script for zsh: to be sourced, or a file `_is-bitcoin-lit` in a folder of `fpath`. */
export function zshCompletion(definitions: CommandDefinitions): string {
  const commands = Object.entries(definitions);
  const described = commands.map(([name, { summary }]) => quoted(`${name}:${escaped(summary)}`));
  return `#compdef is-bitcoin-lit
_is_bitcoin_lit() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a commands=(
    ${described.join('\n    ')}
    'help:Explain a command.'
  )
  _arguments -C ${Object.entries(COMMON_OPTIONS).map(optionSpec).join(' ')} '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
        help) _describe command commands ;;
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _is_bitcoin_lit ]]; then
  _is_bitcoin_lit "$@"
else
  compdef _is_bitcoin_lit is-bitcoin-lit
fi`;
}
