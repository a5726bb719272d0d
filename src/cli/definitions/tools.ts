import type { CommandDefinitions } from '../command.ts';

export const TOOL_COMMANDS: CommandDefinitions = {
  score: {
    summary: 'Score headlines from standard input, one per line.',
    details: 'Prints score, label and headline, separated by tabs. A headline without a score gets -.',
    options: { explain: { meaning: 'add the words and rules behind each score' } },
    exitCodes: { 0: 'done' },
    examples: ["echo 'Bitcoin surges past $100,000' | is-bitcoin-lit score --explain"],
    settings: [],
    load: () => import('../commands/score.ts'),
  },
  completion: {
    summary: 'Print a script that completes commands and options in a shell.',
    operand: { name: 'SHELL', choices: ['bash', 'zsh', 'fish'] },
    exitCodes: { 0: 'done' },
    examples: [
      'source <(is-bitcoin-lit completion bash)',
      'source <(is-bitcoin-lit completion zsh)',
      'is-bitcoin-lit completion fish > ~/.config/fish/completions/is-bitcoin-lit.fish',
    ],
    settings: [],
    load: () => import('../commands/completion.ts'),
  },
};
