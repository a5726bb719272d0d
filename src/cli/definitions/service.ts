import type { CommandDefinitions, OptionDefinition } from '../command.ts';
import { LIT, NO_ANSWER, NOT_LIT, TRY_AGAIN, UNKNOWN } from '../exit-codes.ts';

const url: OptionDefinition = { value: 'URL', meaning: 'use only the service at this address' };

/** Of `serve` and `demo`. */
const SERVING = {
  0: 'stopped by a signal',
  [TRY_AGAIN]:
    'restart: the program was replaced, or the database file was moved, replaced, deleted, or could not be synced',
} as const;

export const SERVICE_COMMANDS: CommandDefinitions = {
  demo: {
    summary: 'Run the service offline, on 400 days of a simulated market.',
    details: 'Like serve with SOURCE=simulated. Simulated samples are kept apart from real ones.',
    exitCodes: SERVING,
    examples: ['is-bitcoin-lit demo', 'PORT=9000 is-bitcoin-lit demo'],
    settings: ['all'],
    load: () => import('../commands/demo.ts'),
  },
  serve: {
    summary: 'Run the service: the API, the page, and scheduled refreshes.',
    exitCodes: SERVING,
    examples: ['is-bitcoin-lit serve', 'REDIS_URL=redis://localhost:6379 is-bitcoin-lit serve'],
    settings: ['all'],
    load: () => import('../commands/serve.ts'),
  },
  show: {
    summary: 'Print the three hours and the answer.',
    details:
      'Uses the running service, or the store if none is running. If the answer is stale, it says whether Bitcoin was lit when the newest data arrived.',
    options: {
      at: {
        value: 'TIME',
        meaning:
          'the answer at a time in the past, such as -7d or 2021-07-08T17:00:00Z, from the samples at or before it',
      },
      url,
      json: { meaning: 'print JSON, as the API does' },
    },
    exitCodes: {
      [LIT]: 'lit',
      [NOT_LIT]: 'not lit',
      [UNKNOWN]: 'unknown or stale',
      [NO_ANSWER]: 'no answer',
    },
    examples: ['is-bitcoin-lit show', 'is-bitcoin-lit show --url https://lit.example.org --json'],
    settings: ['address', 'store', 'STALE_AFTER'],
    load: () => import('../commands/show.ts'),
  },
  record: {
    summary: 'Print how the price moved after lit hours and after other hours.',
    details:
      'Uses the running service, or the store if none is running. A TIME is RFC 3339, a date (its midnight in UTC), an age (-7d), oldest or now.',
    options: {
      from: { value: 'TIME', meaning: 'first time', fallback: 'oldest' },
      to: { value: 'TIME', meaning: 'end of the range; later prices are not used', fallback: 'now' },
      url,
      json: { meaning: 'print JSON, as the API does' },
    },
    exitCodes: { 0: 'done', [NO_ANSWER]: 'no record' },
    examples: ['is-bitcoin-lit record', 'is-bitcoin-lit record --from -1y --json'],
    settings: ['address', 'store'],
    load: () => import('../commands/record.ts'),
  },
  refresh: {
    summary: 'Fetch new data once.',
    details: 'The running service fetches the data. If none is running, this command does it.',
    options: { url, json: { meaning: 'print the counts as JSON, as the API does' } },
    exitCodes: { 0: 'done', [NO_ANSWER]: 'failed' },
    examples: ['is-bitcoin-lit refresh', 'is-bitcoin-lit refresh --json'],
    settings: ['address', 'REFRESH_TOKEN', 'store', 'source'],
    load: () => import('../commands/refresh.ts'),
  },
  doctor: {
    summary: 'Check settings, store, sources and clock, and say what to do about each problem.',
    details:
      'Changes nothing, and can run beside the service. Reports invalid settings instead of exiting with 78.',
    options: { json: { meaning: 'print JSON' } },
    exitCodes: { 0: 'the service would have an answer', [NO_ANSWER]: 'it would have none' },
    examples: ['is-bitcoin-lit doctor'],
    settings: ['all'],
    load: () => import('../commands/doctor.ts'),
  },
};
