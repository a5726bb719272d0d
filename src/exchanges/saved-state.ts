import Type from 'typebox';
import {
  createSavedState,
  LineSchema,
  type OnInvalidState,
  recordOf,
  type SavedState,
  timeAt,
} from '../stores/saved-state.ts';
import type { StateStore } from '../stores/state-store.ts';
import { statusAt } from '../stores/upstream-status.ts';
import type { BackOffs } from './back-off.ts';
import type { ExchangeStatuses } from './exchange-status.ts';
import type { Activities } from './trading-activity.ts';

/**
 * The answers of exchanges for minutes that still have no price: by the minute's start, then by the exchange's name; `null` if
 * the exchange had no trades. An exchange that has answered for a minute is not asked for it again.
 */
export type AnsweredMinutes = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

/** The state between two updates: plain values, shared by all processes. Losing it only costs some repeated requests. */
export interface PriceState {
  readonly backOffs: BackOffs;
  readonly activities: Activities;
  readonly statuses: ExchangeStatuses;
  readonly answeredMinutes: AnsweredMinutes;
}

export const EMPTY_PRICE_STATE: PriceState = {
  backOffs: {},
  activities: {},
  statuses: {},
  answeredMinutes: {},
};

/** The state under the names in which it is saved. */
interface SavedPriceState {
  readonly rests: BackOffs;
  readonly activities: Activities;
  readonly standings: ExchangeStatuses;
  readonly told: AnsweredMinutes;
}

const Price = Type.Number({ exclusiveMinimum: 0 });
const Milliseconds = Type.Number({ minimum: 0, maximum: 86_400_000 });

/** Other versions may have more exchanges than this one. */
const MAX_EXCHANGES = 50;
/** More than those of 24 hours. */
const MAX_MINUTES = 2000;

const schemaAt = (now: number) =>
  Type.Object({
    rests: recordOf(
      Type.Object({
        until: timeAt(now),
        length: Milliseconds,
        asked: Type.Enum(['quote', 'candles']),
        reason: LineSchema,
      }),
      MAX_EXCHANGES,
    ),
    activities: recordOf(
      Type.Object({ seen: Type.String({ maxLength: 200 }), since: timeAt(now) }),
      MAX_EXCHANGES,
    ),
    standings: recordOf(
      Type.Object({
        name: Type.String(),
        ...statusAt(now),
        latency: Type.Optional(Milliseconds),
        price: Type.Optional(Price),
        used: Type.Boolean(),
      }),
      MAX_EXCHANGES,
    ),
    told: recordOf(recordOf(Type.Union([Price, Type.Null()]), MAX_EXCHANGES), MAX_MINUTES),
  });

export function savedPriceState(
  stateStore: StateStore,
  onInvalidState: OnInvalidState,
): SavedState<PriceState> {
  const document = createSavedState<SavedPriceState>({
    stateStore,
    name: 'price',
    kind: 'state of the exchanges',
    schemaAt,
    onInvalidState,
    isConsistent: ({ standings }) => Object.entries(standings).every(([name, one]) => one.name === name),
  });
  return {
    async read(now) {
      const saved = await document.read(now);
      if (!saved) return undefined;
      const { rests: backOffs, activities, standings: statuses, told: answeredMinutes } = saved;
      return { backOffs, activities, statuses, answeredMinutes };
    },
    write: ({ backOffs, activities, statuses, answeredMinutes }) =>
      document.write({ rests: backOffs, activities, standings: statuses, told: answeredMinutes }),
  };
}
