import Type, { type TSchema } from 'typebox';
import Value from 'typebox/value';
import { DAY } from '../domain/time/bucket-width.ts';
import { BITCOIN_BEGAN } from '../domain/time/time.ts';
import type { StateStore } from './state-store.ts';

/** Called with the kind of something remembered that is not what this version writes. */
export type OnUnfit = (kind: string) => void;

/** The largest document of ours, what exchanges told of a whole day, has a tenth of this. Characters. */
const LONGEST = 2 ** 22;

/** How far ahead of the clock a remembered time may be: pauses last a day at most, and clocks get set back. Milliseconds. */
const FURTHEST_AHEAD = 2 * DAY;

/** A time, in epoch milliseconds, as far ahead as anything that is remembered can be. */
export const timeAt = (now: number) => Type.Number({ minimum: BITCOIN_BEGAN, maximum: now + FURTHEST_AHEAD });

/** A text that was made to be shown on one line. */
export const LineSchema = Type.String({ maxLength: 1000 });

/** How a place does, as all that is remembered of places begins. */
export const placeAt = (now: number) => ({
  state: Type.Enum(['ok', 'resting', 'failing']),
  since: timeAt(now),
  reason: Type.Optional(LineSchema),
  lastSuccess: Type.Optional(timeAt(now)),
});

/** The same of a place that is asked when it is due. */
export const duePlaceAt = (now: number) => ({
  ...placeAt(now),
  due: timeAt(now),
  failures: Type.Integer({ minimum: 0 }),
});

/** A record of at most so many entries, whatever their names. */
export const recordOf = <S extends TSchema>(schema: S, most: number) =>
  Type.Object({}, { additionalProperties: schema, maxProperties: most });

/** `undefined` where the text is not JSON, or not as the schema says. */
export function parseAs(schema: TSchema, text: string): unknown {
  if (text.length > LONGEST) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(schema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** One document of the stateStore. */
export interface Remembered<T> {
  /**
   * What is remembered; `undefined` where there is nothing, or nothing that fits.
   *
   * @param now epoch milliseconds.
   * @throws StoreError.
   */
  read(now: number): Promise<T | undefined>;
  /** @throws StoreError. */
  write(value: T): Promise<void>;
}

/**
 * A document that other programs, and other versions of this one, may write too: it is checked whole when it comes back, and
 * what does not fit is as if it were not there.
 */
export function createRemembered<T>(options: {
  stateStore: StateStore;
  /** The document's name. */
  name: string;
  /** What it is, for the operator. */
  kind: string;
  schemaAt: (now: number) => TSchema;
  onUnfit: OnUnfit;
  /** What the schema cannot say. */
  isConsistent?: (value: T) => boolean;
}): Remembered<T> {
  const { stateStore, name, kind, schemaAt, onUnfit, isConsistent = () => true } = options;
  return {
    async read(now) {
      const text = await stateStore.read(name);
      if (text === undefined) return undefined;
      const value = parseAs(schemaAt(now), text) as T | undefined;
      if (value !== undefined && isConsistent(value)) return value;
      onUnfit(kind);
      return undefined;
    },
    write: (value) => stateStore.write(name, JSON.stringify(value)),
  };
}
