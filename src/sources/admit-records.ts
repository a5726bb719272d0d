import { setImmediate } from 'node:timers/promises';
import { admit, type RawRecord, type RejectionReason } from '../domain/admission.ts';
import type { Sample } from '../domain/sample.ts';
import type { Pull } from './source.ts';

/** Records per turn of the event loop: about a millisecond of work. */
const SLICE = 5000;

/** Validates a source's records, and counts the rejected ones by reason. */
export async function admitAll(
  records: readonly unknown[],
  { now, timeUnit, read }: { now: number; timeUnit: 1 | 1000; read: (record: object) => RawRecord },
): Promise<Pull> {
  const samples: Sample[] = [];
  const rejections = new Map<RejectionReason, number>();
  for (const [index, record] of records.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate();
    const isObject = typeof record === 'object' && record !== null && !Array.isArray(record);
    const outcome = isObject ? admit(read(record), { now, timeUnit }) : 'not_an_object';
    if (typeof outcome === 'string') rejections.set(outcome, (rejections.get(outcome) ?? 0) + 1);
    else samples.push(outcome);
  }
  return { samples, rejections };
}
