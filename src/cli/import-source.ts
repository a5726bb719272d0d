import { type Config, proxiesOf } from '../config/config.ts';
import { createCoinbaseHours } from '../exchanges/venues/coinbase.ts';
import { readCoinbaseArchive } from '../import-export/archives/coinbase.ts';
import { createPacedCall } from '../import-export/archives/paced-calls.ts';
import { readSenticryptArchive } from '../import-export/archives/senticrypt.ts';
import { readInput } from '../import-export/formats/read-input.ts';
import type { SampleBatch } from '../import-export/sample-batch.ts';
import { createTimeColumn } from '../import-export/times/time-column.ts';
import { createOutbound } from '../outbound/client.ts';
import { USER_AGENT } from '../outbound/user-agent.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Options } from './command.ts';
import { openInput } from './input-file.ts';
import { printError, UsageError } from './output.ts';
import { readSince } from './time-options.ts';

/** Where an import takes its samples from. */
export interface ImportSource {
  /** @param store tells what is kept already. */
  batches(store: Pick<SampleStore, 'buckets'>): AsyncIterable<SampleBatch>;
  /** How its times are written, once that is known. */
  form(): string | undefined;
  /** How far it is read, from 0 to 1; `undefined` where nobody knows. */
  part(): number | undefined;
}

interface OriginRequest {
  readonly options: Options;
  readonly file: string | undefined;
  readonly config: Config;
  readonly signal: AbortSignal;
}

const DEADLINE = 20_000;

async function openFile(file: string, { config, signal }: OriginRequest): Promise<ImportSource> {
  const times = createTimeColumn();
  const { chunks, part } = await openInput(file, signal);
  const isSimulated = config.SOURCE === 'simulated';
  const needs = { clock: Date.now, times, notice: printError, isSimulated };
  return { batches: () => readInput(chunks, needs), form: times.form, part };
}

/** The places that `--from` names. */
function openArchive(place: unknown, { options, config, signal }: OriginRequest): ImportSource['batches'] {
  const clock = Date.now;
  const outbound = createOutbound({ proxies: proxiesOf(config) });
  const pacedCall = createPacedCall({ clock, signal, notice: printError });
  const text = options['since'];
  const since = typeof text === 'string' ? readSince(text, clock()) : undefined;
  if (place === 'coinbase') {
    if (since === undefined) throw new UsageError('--from coinbase needs --since DATE');
    if (config.SOURCE === 'simulated')
      throw new UsageError(
        'SOURCE is simulated: real prices from Coinbase are not mixed with simulated ones',
      );
    const calls = { outbound, userAgent: USER_AGENT, deadline: DEADLINE };
    const candles = createCoinbaseHours(config.COINBASE_URL, calls);
    return (store) => readCoinbaseArchive({ candles, pacedCall, store, since, clock, signal });
  }
  if (place === 'senticrypt') {
    const isSimulated = config.SOURCE === 'simulated';
    const common = { outbound, pacedCall, since: since ?? 0, clock, isSimulated, signal, notice: printError };
    const archive = { url: config.SENTICRYPT_URL, userAgent: USER_AGENT, ...common };
    return (store) => readSenticryptArchive({ ...archive, store });
  }
  throw new UsageError('--from must be coinbase or senticrypt');
}

/** @throws the system's own error where a file cannot be read. */
export async function openImportSource(request: OriginRequest): Promise<ImportSource> {
  const { options, file } = request;
  const place = options['from'];
  if (place !== undefined) {
    if (file !== undefined) throw new UsageError('use either FILE or --from, not both');
    return { batches: openArchive(place, request), form: () => undefined, part: () => undefined };
  }
  if (file === undefined) throw new UsageError('import needs a FILE, or - for standard input');
  if (options['since'] !== undefined) throw new UsageError('--since needs --from');
  return await openFile(file, request);
}
