import { setImmediate } from 'node:timers/promises';
import { ignoredPricesWarning } from '../../domain/admission.ts';
import type { HourColumns } from '../../domain/past/hour-columns.ts';
import type { Range } from '../../domain/time/range.ts';
import { createHourPages } from '../hour-pages.ts';
import { createKnownSamples } from '../known-samples.ts';
import type { SampleStore } from '../sample-store.ts';
import type { StateStore } from '../state-store.ts';
import { backUp } from './file/backup.ts';
import { hasEnds, hasRetention, hasRollups } from './file/database.ts';
import { storeError } from './file/faults.ts';
import type { OpenFile } from './file/open-file.ts';
import { prepareRow } from './file/rows.ts';
import { DATA_VERSION } from './file/schema.ts';
import { prepareAppend } from './samples/append.ts';
import type { Batches } from './samples/batches.ts';
import { prepareBuckets } from './samples/buckets.ts';
import { prepareChange } from './samples/change.ts';
import { prepareHours } from './samples/hours.ts';
import { prepareRange, type Slice } from './samples/range.ts';
import { prepareRemove } from './samples/remove.ts';
import { prepareRepair } from './samples/repair-rollups.ts';
import { prepareRetention } from './samples/retention.ts';
import { prepareThreeHours } from './samples/three-hours.ts';
import { prepareTrim } from './samples/trim.ts';
import { createStateStore } from './state-store.ts';

/** How long `holdTrim` waits for another process's lock. */
const HOLD_LIMIT_MS = 5000;

async function attempt<T>(read: () => T): Promise<T> {
  try {
    return read();
  } catch (cause) {
    throw storeError(cause);
  }
}

export interface SqliteStore {
  readonly store: SampleStore;
  readonly stateStore: StateStore;
  /** Copies the file; see backup.ts. */
  backUp(target: string, signal: AbortSignal): Promise<void>;
}

interface Parts {
  readonly path: string;
  readonly file: Omit<OpenFile, keyof AsyncDisposable | 'look'>;
  readonly batches: Batches;
  /** Disposed of with the store. */
  readonly opened: AsyncDisposable;
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** Reads all slices of a range, one in each turn of the event loop. */
async function* readSlices<T>(range: Range, read: (range: Range) => Slice<T>): AsyncGenerator<readonly T[]> {
  for (let rest: Range | undefined = range; rest; await setImmediate()) {
    const at: Range = rest;
    const slice: Slice<T> = await attempt(() => read(at));
    yield slice.items;
    rest = slice.rest;
  }
}

/** Reads a range of hours, a page at most in each turn of the event loop. */
async function* readHours(
  range: Range,
  read: (range: Range) => { hours: HourColumns; rest: Range | undefined },
): AsyncGenerator<HourColumns> {
  for (let rest: Range | undefined = range; rest && rest.from < rest.to; ) {
    const at: Range = rest;
    const slice: ReturnType<typeof read> = await attempt(() => read(at));
    rest = slice.rest;
    if (slice.hours.price.length > 0) yield slice.hours;
    if (rest) await setImmediate();
  }
}

/** The store in an open file. Once the file is lost, it still reads, but rejects writes. */
export function createSqliteStore({ path, file, batches, opened, onWarning }: Parts): SqliteStore {
  const { database } = file;
  const retention = prepareRetention(database, hasRetention(database));
  let ownChanges = 0;
  const hourPages = createHourPages();
  const change = prepareChange(file, ({ hours, erased = [] }) => {
    ownChanges += 1;
    hourPages.forget([...hours, ...erased]);
  });
  const known = createKnownSamples();
  const dataVersionRow = prepareRow<[version: number]>(database, DATA_VERSION);
  function dataVersion(): number | undefined {
    try {
      return dataVersionRow()?.[0];
    } catch (cause) {
      throw storeError(cause);
    }
  }
  const { slice, oldest } = prepareRange(database, retention);
  const { newest, threeHours } = prepareThreeHours(database, hasRollups(database), retention);
  const bucketSlice = prepareBuckets(database, hasRollups(database), retention);
  const hourSlice = prepareHours(database, hasEnds(database), retention, hourPages);
  const warnOfIgnored = (count: number) => onWarning?.(ignoredPricesWarning(count));
  const repair = prepareRepair(database, change, retention, batches, warnOfIgnored);

  /** A removal. Samples that were appended meanwhile may be deleted too. */
  function forgetting<Args extends unknown[]>(removal: (...args: Args) => Promise<number>) {
    return async (...args: Args): Promise<number> => {
      try {
        return await removal(...args);
      } finally {
        known.forget();
      }
    };
  }

  const store: SampleStore = {
    append: prepareAppend(file, change, retention, batches, known, dataVersion),
    newest: (latest) => attempt(() => newest(latest)),
    threeHours: (latest) => attempt(() => threeHours(latest)),
    range: (range) => readSlices(range, slice),
    oldest: () => attempt(oldest),
    buckets: (range, width) => readSlices(range, (rest) => bucketSlice(rest, width)),
    hours: (range) => readHours(range, hourSlice),
    rawSince: () => attempt(() => retention.rawSince() || undefined),
    remove: forgetting(prepareRemove(database, change, retention, batches)),
    repair,
    trim: forgetting(prepareTrim(database, change, retention, repair)),
    async holdTrim(until) {
      const hold = () => {
        retention.hold(until);
        return { count: 0, hours: new Set<number>() };
      };
      await change(hold, AbortSignal.timeout(HOLD_LIMIT_MS)).catch((cause) => {
        throw storeError(cause);
      });
    },
    version: () => attempt(() => `${ownChanges} ${dataVersion()}`),
    check: () =>
      attempt(() => {
        file.assertThere();
        newest(0);
      }),
    [Symbol.asyncDispose]: async () => await opened[Symbol.asyncDispose](),
  };
  return {
    store,
    stateStore: createStateStore(file),
    backUp: (target, signal) => backUp(path, target, signal),
  };
}
