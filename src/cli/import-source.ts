import { type Config, proxiesOf } from '../config/config.ts';
import { createCoinbaseHours } from '../exchanges/clients/coinbase.ts';
import { readCoinbaseArchive } from '../import-export/archives/coinbase.ts';
import { createPacedCall } from '../import-export/archives/paced-calls.ts';
import { readSenticryptArchive } from '../import-export/archives/senticrypt.ts';
import { readInput } from '../import-export/formats/read-input.ts';
import type { Recognised } from '../import-export/formats/reader.ts';
import type { SampleBatch } from '../import-export/sample-batch.ts';
import { createOutbound } from '../outbound/client.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Options } from './command.ts';
import { TABLE_OPTIONS } from './definitions/table.ts';
import { collectOldObjectsEarly } from './heap-settings.ts';
import { readTableOptions } from './import/table-options.ts';
import { openInput } from './input-file.ts';
import { printError, UsageError } from './output.ts';
import { readSince } from './time-options.ts';

/** The source of an import. */
export interface ImportSource {
  /** @param store the target, which shows what an archive need not download. */
  batches(store: Pick<SampleStore, 'buckets'>): AsyncIterable<SampleBatch>;
  /** What it is read as, and the format of its times, once they are known. */
  shape(): string | undefined;
  form(): string | undefined;
  /** The part that has been read, from 0 to 1; `undefined` if unknown. */
  part(): number | undefined;
}

interface SourceRequest {
  readonly options: Options;
  readonly file: string | undefined;
  readonly config: Config;
  readonly signal: AbortSignal;
}

const DEADLINE_MS = 20_000;

async function openFile(file: string, { options, config, signal }: SourceRequest): Promise<ImportSource> {
  const table = readTableOptions(options);
  const { part, ...input } = await openInput(file, signal);
  const isSimulated = config.SOURCE === 'simulated';
  let recognised: Recognised | undefined;
  function onRecognised(found: Recognised): void {
    recognised = found;
    if (found.hasRowGroups) collectOldObjectsEarly();
  }
  const needs = { clock: Date.now, table, notice: printError, isSimulated, onRecognised };
  return {
    batches: () => readInput(input, needs),
    shape: () => recognised?.shape,
    form: () => recognised?.times.form(),
    part,
  };
}

/** Opens the archive that `--from` names: `coinbase`, or else `senticrypt`. */
function openArchive(name: unknown, { options, config, signal }: SourceRequest): ImportSource['batches'] {
  const clock = Date.now;
  const outbound = createOutbound({ proxies: proxiesOf(config) });
  const pacedCall = createPacedCall({ clock, signal, notice: printError });
  const text = options['since'];
  const since = typeof text === 'string' ? readSince(text, clock()) : undefined;
  if (name === 'coinbase') {
    if (since === undefined) throw new UsageError('--from coinbase requires --since DATE');
    if (config.SOURCE === 'simulated')
      throw new UsageError(
        'SOURCE is simulated: real prices from Coinbase are not mixed with simulated ones',
      );
    const calls = { outbound, deadlineMs: DEADLINE_MS };
    const candles = createCoinbaseHours(config.COINBASE_URL, calls);
    return (store) => readCoinbaseArchive({ candles, pacedCall, store, since, clock, signal });
  }
  const isSimulated = config.SOURCE === 'simulated';
  const common = { outbound, pacedCall, since: since ?? 0, clock, isSimulated, signal, notice: printError };
  const archive = { url: config.SENTICRYPT_URL, ...common };
  return (store) => readSenticryptArchive({ ...archive, store });
}

/** @throws the system's error if a file cannot be read. */
export async function openImportSource(request: SourceRequest): Promise<ImportSource> {
  const { options, file } = request;
  const archive = options['from'];
  if (archive !== undefined) {
    if (file !== undefined) throw new UsageError('use either FILE or --from, not both');
    const other = Object.keys(TABLE_OPTIONS).find((name) => options[name] !== undefined);
    if (other) throw new UsageError(`--${other} cannot be used with --from`);
    const unknown = () => undefined;
    return { batches: openArchive(archive, request), shape: unknown, form: unknown, part: unknown };
  }
  if (file === undefined) throw new UsageError('import requires a FILE, or - for standard input');
  if (options['since'] !== undefined) throw new UsageError('--since requires --from');
  return await openFile(file, request);
}
