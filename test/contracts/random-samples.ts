import fc from 'fast-check';
import { MAX_PRICE_USD } from '../../src/domain/admission.ts';
import type { Sample } from '../../src/domain/sample.ts';

const validPrice = fc.oneof(
  fc.integer({ min: 1, max: 10_000_000 }).map((cents) => cents / 100),
  fc.double({ min: 1e-300, max: MAX_PRICE_USD, noNaN: true }),
  fc.constantFrom(5e-324, 1e-7, 0.1, MAX_PRICE_USD),
);

/** A price that another program may write, and which `admit` rejects. */
export const foreignPrice = fc.oneof(
  validPrice,
  fc.constantFrom(0, -1, 1e12 + 1, 1e21, 1.7e308, Number.MAX_VALUE, -Number.MAX_VALUE),
);

export const sentiment = fc.oneof(
  fc.integer({ min: -100, max: 100 }).map((hundredths) => hundredths / 100),
  fc.double({ min: -1, max: 1, noNaN: true }).map((value) => value + 0),
);

/** Samples with both values, and with one of them. */
export function samplesAt(time: fc.Arbitrary<number>, price = validPrice): fc.Arbitrary<Sample> {
  return fc.oneof(
    fc.record({ time, price, sentiment }),
    fc.record({ time, price }),
    fc.record({ time, sentiment }),
  );
}
