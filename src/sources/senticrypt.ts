import { readNumber } from '../domain/admission.ts';
import { SourceError } from '../domain/errors.ts';
import { epochUnitOf } from '../domain/time/epoch-unit.ts';
import type { Outbound } from '../outbound/client.ts';
import { requestJson } from '../outbound/json.ts';
import { admitAll } from './admit-records.ts';
import type { SingleUpstream } from './single-source.ts';
import type { Pull } from './source.ts';

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

function assertReal(source: unknown): void {
  if (source !== 'simulated') return;
  const message = 'the source sent simulated samples, which never mix with real ones';
  throw new SourceError('simulated', message);
}

/** The longest body that is remembered: more than two days of samples. */
const MAX_REMEMBERED_BYTES = 2 ** 20;

const LIMITS = { deadlineMs: 10_000, bodyLimit: 32 * 2 ** 20 };

/** The SentiCrypt v1 feed: 30-second averages of the last 24 hours, in one JSON list. */
export function createSenticryptSource(options: {
  url: string;
  outbound: Outbound;
  limits?: typeof LIMITS;
}): SingleUpstream {
  const url = new URL(options.url);
  const limits = options.limits ?? LIMITS;
  /** The last body, which is the same until the feed is updated, and what was admitted of it. */
  let last: { readonly bytes: Buffer; readonly now: number; readonly pull: Pull } | undefined;
  return {
    name: 'senticrypt',
    async pull({ now, signal }) {
      // Set back, the clock may be before some of the samples.
      const known = last && now >= last.now ? last : undefined;
      const request = { ...limits, earlier: known?.bytes };
      const { status, headers, body, bytes } = await requestJson(options.outbound, url, request, signal);
      if (status !== 200) throw new SourceError('bad_status', `the source answered ${status}`);
      assertReal(headers.get('data-source'));
      if (known && bytes === known.bytes) return known.pull;
      if (!Array.isArray(body))
        throw new SourceError('unexpected_body', 'the source sent JSON that is not a list');
      for (const record of body as (Snapshot | null)[]) assertReal(record?.source);
      const unit = finerUnitOf(body);
      if (unit)
        throw new SourceError('unexpected_body', `the source sent times in ${unit} instead of seconds`);
      const pull = await admitAll(body, {
        now,
        timeUnit: 1000,
        read: (record: Snapshot) => ({
          time: record.timestamp,
          price: record.btc_price,
          sentiment: record.mean,
        }),
      });
      // A sample in the future may be admitted later.
      const isFinal = !pull.rejections.has('time_in_the_future');
      last = bytes && isFinal && bytes.length <= MAX_REMEMBERED_BYTES ? { bytes, now, pull } : undefined;
      return pull;
    },
  };
}
