import { WIDTHS } from '../../domain/time/bucket-width.ts';
import type { RowFormat } from '../../import-export/export-rows.ts';
import type { CommandDefinitions } from '../command.ts';
import {
  CANNOT_CREATE,
  DAMAGED,
  DATA_ERROR,
  NO_INPUT,
  OUTPUT_FAILED,
  SOME_REJECTED,
  TRY_AGAIN,
  UNAVAILABLE,
} from '../exit-codes.ts';
import { TABLE_OPTIONS } from './table.ts';

const TIMES =
  'A TIME is RFC 3339 (2021-07-08T17:00:00Z), a date (its midnight in UTC), an age (-7d; units m h d w y), oldest or now.';

const FORMATS: readonly RowFormat[] = ['csv', 'ndjson', 'parquet'];

/** Of a process that a signal ended. */
const INTERRUPTED = { 130: 'interrupted (SIGINT)', 143: 'terminated (SIGTERM)' } as const;

export const SAMPLES_COMMANDS: CommandDefinitions = {
  import: {
    summary: 'Add samples from a file or an archive.',
    details:
      'FILE may be - for standard input. Recognises files of Binance, Bitstamp, Coinbase, CoinGecko, CryptoDataDownload, Investing.com, Kraken and Yahoo; CSV, NDJSON, JSON and Parquet with time, price and sentiment; and JSON of SentiCrypt v1. They may be compressed by gzip or zstd, or be the only file in a zip archive. Stored values are never replaced. Whatever the exit code, samples counted as added are stored, and you can safely run the import again.',
    operand: { name: 'FILE', isOptional: true },
    options: {
      from: {
        value: 'ARCHIVE',
        meaning: 'import missing samples from an online archive instead of a file',
        choices: ['coinbase', 'senticrypt'],
      },
      since: { value: 'DATE', meaning: 'first date to import; required with --from coinbase' },
      rejects: {
        value: 'FILE',
        meaning:
          'write rejected records with line numbers and reasons to FILE, which must be new, empty, or from an earlier --rejects',
      },
      ...TABLE_OPTIONS,
      'dry-run': {
        meaning:
          'store nothing; print the first and last samples, the range, the counts, gaps, and differences from the store',
      },
      gap: {
        value: 'WIDTH',
        meaning: 'with --dry-run, report gaps longer than this, such as 5m; 1h if not given',
      },
      'keep-older': {
        meaning:
          'also import samples older than RETENTION, to give averages to hours that have none; these samples are then deleted',
      },
      json: { meaning: 'print the counts as JSON' },
    },
    exitCodes: {
      0: 'everything accepted',
      [SOME_REJECTED]: 'some records rejected',
      [DATA_ERROR]: 'invalid input, or samples older than RETENTION without --keep-older',
      [NO_INPUT]: 'FILE cannot be read',
      [UNAVAILABLE]: 'the archive is unavailable or rejects requests',
      [CANNOT_CREATE]: 'the file for --rejects cannot be written',
      [TRY_AGAIN]: 'the store failed',
      ...INTERRUPTED,
    },
    examples: [
      'is-bitcoin-lit import samples.csv.gz --rejects rejected.csv',
      'curl -s https://example.org/samples.ndjson | is-bitcoin-lit import -',
      'is-bitcoin-lit import prices.csv --columns time=date,price=close --width 1d --zone UTC --dry-run',
      'is-bitcoin-lit import --from coinbase --since 2015-07-20',
    ],
    settings: ['store', 'RETENTION', 'proxy', 'COINBASE_URL', 'SENTICRYPT_URL'],
    load: () => import('../commands/import.ts'),
  },
  export: {
    summary: 'Write samples or averages to standard output, oldest first.',
    details: TIMES,
    options: {
      from: { value: 'TIME', meaning: 'first time', fallback: 'oldest' },
      to: { value: 'TIME', meaning: 'end of the range, exclusive; if not given, everything after --from' },
      bucket: {
        value: 'WIDTH',
        meaning: 'write averages of buckets this wide instead of samples',
        choices: ['raw', ...Object.keys(WIDTHS)],
        fallback: 'raw',
      },
      verdicts: { meaning: 'instead of samples, write the verdict of each hour that has ended' },
      format: { value: 'FORMAT', meaning: 'format of the output', choices: FORMATS, fallback: 'csv' },
      spreadsheet: { meaning: 'write CSV times in a form that LibreOffice recognises' },
    },
    exitCodes: {
      0: 'done',
      [OUTPUT_FAILED]: 'the output cannot be written',
      [TRY_AGAIN]: 'the store failed',
    },
    examples: [
      'is-bitcoin-lit export > all.csv',
      'is-bitcoin-lit export --from -7d --bucket 1h --format ndjson',
      'is-bitcoin-lit export --format parquet > all.parquet',
    ],
    settings: ['store'],
    load: () => import('../commands/export.ts'),
  },
  delete: {
    summary: 'Delete the samples of a range, after confirmation.',
    details: TIMES,
    options: {
      from: { value: 'TIME', meaning: 'first time', isRequired: true },
      to: { value: 'TIME', meaning: 'end of the range, exclusive', isRequired: true },
      yes: { meaning: 'do not ask for confirmation' },
    },
    exitCodes: {
      0: 'done or declined',
      [TRY_AGAIN]: 'the store failed; some samples may already be deleted',
      ...INTERRUPTED,
    },
    examples: ['is-bitcoin-lit delete --from 2026-01-06 --to 2026-01-07'],
    settings: ['store'],
    load: () => import('../commands/delete.ts'),
  },
  backup: {
    summary: 'Copy the store to a new file, even while the service is running.',
    details:
      'The copy of an SQLite store is an SQLite database; that of a Redis store is a compressed text file.',
    operand: { name: 'FILE' },
    exitCodes: {
      0: 'done',
      [NO_INPUT]: 'the store is empty',
      [CANNOT_CREATE]: 'FILE exists, or cannot be written',
      [TRY_AGAIN]: 'the store failed, or is locked',
      ...INTERRUPTED,
    },
    examples: ['is-bitcoin-lit backup /backups/samples.sqlite'],
    settings: ['store'],
    load: () => import('../commands/backup.ts'),
  },
  restore: {
    summary: 'Restore a backup into a store without samples.',
    details: 'Stop the service first. The backup must come from the same kind of store.',
    operand: { name: 'FILE' },
    exitCodes: {
      0: 'done',
      [DATA_ERROR]: 'FILE is not an intact backup',
      [NO_INPUT]: 'FILE cannot be read',
      [CANNOT_CREATE]: 'the store already holds samples',
      [TRY_AGAIN]: 'the store failed',
      ...INTERRUPTED,
    },
    examples: ['is-bitcoin-lit restore /backups/samples.sqlite'],
    settings: ['store'],
    load: () => import('../commands/restore.ts'),
  },
  check: {
    summary: 'Check that the store is intact, and that averages match their samples.',
    details:
      'Prints one line per problem. Redis keys that other programs overwrote are reported, not changed.',
    options: {
      repair: {
        meaning:
          'recompute averages, and copy the readable part of a damaged file to a new one; the damaged file is kept',
      },
    },
    exitCodes: {
      0: 'intact, or repaired',
      [DAMAGED]: 'damaged',
      [NO_INPUT]: 'there is no store',
      [TRY_AGAIN]: 'the store failed, or is locked',
      ...INTERRUPTED,
    },
    examples: ['is-bitcoin-lit check', 'is-bitcoin-lit check --repair'],
    settings: ['store'],
    load: () => import('../commands/check.ts'),
  },
};
