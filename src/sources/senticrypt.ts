import { readNumber } from '../domain/admission.ts';
import { SourceError } from '../domain/errors.ts';
import { epochUnitOf } from '../domain/time/epoch-unit.ts';
import type { Outbound } from '../outbound/client.ts';
import { requestJson } from '../outbound/json.ts';
import { admitAll } from './admit-records.ts';
import type { SingleUpstream } from './single-source.ts';

/** The fields of SentiCrypt v1 that are read, with unvalidated values. */
interface Snapshot {
  /** Seconds since the epoch, with a fraction. */
  readonly timestamp?: unknown;
  /** US dollars, in a string. */
  readonly btc_price?: unknown;
  readonly mean?: unknown;
  /** Not part of SentiCrypt v1: this service marks its simulated samples with it. */
  readonly source?: unknown;
}

/** Records that are read to find the unit of all. */
const UNIT_RECORDS = 1000;

/** The unit of the times if it is finer than seconds. Read as seconds, such times would be in the far future. */
function finerUnitOf(body: readonly (Snapshot | null)[]): string | undefined {
  const units = body
    .slice(0, UNIT_RECORDS)
    .map((record) => epochUnitOf(readNumber(record?.timestamp) ?? Number.NaN));
  const [unit] = units;
  return unit !== 'seconds' && units.every((other) => other === unit) ? unit : undefined;
}

const LIMITS = { deadlineMs: 10_000, bodyLimit: 32 * 2 ** 20 };

/** The SentiCrypt v1 feed: 30-second averages of the last 24 hours, in one JSON list. */
export function createSenticryptSource(options: {
  url: string;
  outbound: Outbound;
  limits?: typeof LIMITS;
}): SingleUpstream {
  const url = new URL(options.url);
  const limits = options.limits ?? LIMITS;
  return {
    name: 'senticrypt',
    async pull({ now, signal }) {
      const { status, headers, body } = await requestJson(options.outbound, url, limits, signal);
      if (status !== 200) throw new SourceError('bad_status', `the source answered ${status}`);
      if (!Array.isArray(body))
        throw new SourceError('unexpected_body', 'the source sent JSON that is not a list');
      const isSimulated = (record: Snapshot | null) => record?.source === 'simulated';
      if (headers.get('data-source') === 'simulated' || body.some(isSimulated))
        throw new SourceError(
          'simulated',
          'the source sent simulated samples, which never mix with real ones',
        );
      const unit = finerUnitOf(body);
      if (unit)
        throw new SourceError('unexpected_body', `the source sent times in ${unit} instead of seconds`);
      return admitAll(body, {
        now,
        timeUnit: 1000,
        read: (record: Snapshot) => ({
          time: record.timestamp,
          price: record.btc_price,
          sentiment: record.mean,
        }),
      });
    },
  };
}
