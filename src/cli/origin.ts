import { type Config, proxiesOf } from '../config.ts';
import { createOutbound } from '../outbound/client.ts';
import { USER_AGENT } from '../outbound/user-agent.ts';
import { createCoinbaseHours } from '../sources/live/exchanges/coinbase.ts';
import type { Store } from '../stores/store.ts';
import { readCoinbaseArchive } from '../transfer/coinbase-archive.ts';
import { readInput } from '../transfer/input.ts';
import type { Parcel } from '../transfer/parcel.ts';
import { createPoliteCalls } from '../transfer/polite.ts';
import { readSenticryptArchive } from '../transfer/senticrypt-archive.ts';
import { createTimeColumn } from '../transfer/time-column.ts';
import type { Options } from './command.ts';
import { openInput } from './input.ts';
import { complain, UsageError } from './talk.ts';
import { readSince } from './times.ts';

/** Where an import takes its samples from. */
export interface Origin {
  /** @param store tells what is kept already. */
  parcels(store: Pick<Store, 'buckets'>): AsyncIterable<Parcel>;
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
        'SOURCE is simulated: prices of Coinbase are real, which never mix with simulated ones',
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
  throw new UsageError('--from takes coinbase or senticrypt');
}

/** @throws the system's own error where a file cannot be read. */
export async function openOrigin(request: OriginRequest): Promise<Origin> {
  const { options, file } = request;
  const place = options['from'];
  if (place !== undefined) {
    if (file !== undefined) throw new UsageError('either FILE or --from');
    return { parcels: openPlace(place, request), form: () => undefined, part: () => undefined };
  }
  if (file === undefined) throw new UsageError('which FILE? - is standard input');
  if (options['since'] !== undefined) throw new UsageError('--since goes with --from');
  return await openFile(file, request);
}
