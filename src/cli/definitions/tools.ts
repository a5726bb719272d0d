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
};
