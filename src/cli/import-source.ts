import { type Config, proxiesOf } from '../config/config.ts';
import { createCoinbaseHours } from '../exchanges/venues/coinbase.ts';
import { readCoinbaseArchive } from '../import-export/archives/coinbase.ts';
import { createPoliteCalls } from '../import-export/archives/paced-calls.ts';
import { readSenticryptArchive } from '../import-export/archives/senticrypt.ts';
import { readInput } from '../import-export/formats/read-input.ts';
import type { Parcel } from '../import-export/sample-batch.ts';
import { createTimeColumn } from '../import-export/times/time-column.ts';
import { createOutbound } from '../outbound/client.ts';
import { USER_AGENT } from '../outbound/user-agent.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Options } from './command.ts';
import { openInput } from './input-file.ts';
import { complain, UsageError } from './output.ts';
import { readSince } from './time-options.ts';

/** Where an import takes its samples from. */
export interface Origin {
  /** @param store tells what is kept already. */
  parcels(store: Pick<SampleStore, 'buckets'>): AsyncIterable<Parcel>;
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

async function openFile(file: string, { config, signal }: OriginRequest): Promise<Origin> {
  const times = createTimeColumn();
  const { chunks, part } = await openInput(file, signal);
  const isSimulated = config.SOURCE === 'simulated';
  const needs = { clock: Date.now, times, notice: complain, isSimulated };
  return { parcels: () => readInput(chunks, needs), form: times.form, part };
}

/** The places that `--from` names. */
function openPlace(place: unknown, { options, config, signal }: OriginRequest): Origin['parcels'] {
  const clock = Date.now;
  const outbound = createOutbound({ proxies: proxiesOf(config) });
  const politely = createPoliteCalls({ clock, signal, notice: complain });
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
    return (store) => readCoinbaseArchive({ candles, politely, store, since, clock, signal });
  }
  if (place === 'senticrypt') {
    const isSimulated = config.SOURCE === 'simulated';
    const common = { outbound, politely, since: since ?? 0, clock, isSimulated, signal, notice: complain };
    const archive = { url: config.SENTICRYPT_URL, userAgent: USER_AGENT, ...common };
    return (store) => readSenticryptArchive({ ...archive, store });
  }
  throw new UsageError('--from must be coinbase or senticrypt');
}

/** @throws the system's own error where a file cannot be read. */
export async function openOrigin(request: OriginRequest): Promise<Origin> {
  const { options, file } = request;
  const place = options['from'];
  if (place !== undefined) {
    if (file !== undefined) throw new UsageError('use either FILE or --from, not both');
    return { parcels: openPlace(place, request), form: () => undefined, part: () => undefined };
  }
  if (file === undefined) throw new UsageError('import needs a FILE, or - for standard input');
  if (options['since'] !== undefined) throw new UsageError('--since needs --from');
  return await openFile(file, request);
}
