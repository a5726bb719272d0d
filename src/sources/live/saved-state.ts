import Type, { type Static } from 'typebox';
import { BITCOIN_BEGAN } from '../../domain/time/time.ts';
import type { Headline } from '../../news/headlines.ts';
import type { KeptPolls } from '../../news/poll-history.ts';
import {
  createRemembered,
  duePlaceAt,
  LineSchema,
  type OnUnfit,
  parseAs,
  type Remembered,
  recordOf,
  timeAt,
} from '../../stores/saved-state.ts';
import type { StateStore } from '../../stores/state-store.ts';
import type { FearAndGreedState } from './fear-and-greed.ts';

const MOST_FEEDS = 10_000;

const pollsAt = (now: number) =>
  recordOf(
    Type.Object({
      ...duePlaceAt(now),
      name: Type.Optional(Type.String({ maxLength: 2000 })),
      polls: Type.Integer({ minimum: 0 }),
      validators: Type.Object({
        etag: Type.Optional(Type.String({ maxLength: 500 })),
        lastModified: Type.Optional(Type.String({ maxLength: 500 })),
      }),
      charset: Type.Optional(Type.Enum(['windows-1252'])),
    }),
    MOST_FEEDS,
  );

const fearAndGreedAt = (now: number) =>
  Type.Object({
    ...duePlaceAt(now),
    state: Type.Enum(['ok', 'failing']),
    index: Type.Optional(
      Type.Object({
        value: Type.Integer({ minimum: 0, maximum: 100 }),
        label: Type.String({ maxLength: 40 }),
        time: timeAt(now),
      }),
    ),
  });

export type RememberedPolls = Remembered<KeptPolls>;
export type RememberedFearAndGreed = Remembered<FearAndGreedState>;

export function rememberPolls(stateStore: StateStore, onUnfit: OnUnfit): RememberedPolls {
  return createRemembered({
    stateStore,
    name: 'feeds',
    kind: 'state of the feeds',
    schemaAt: pollsAt,
    onUnfit,
  });
}

export function rememberFearAndGreed(stateStore: StateStore, onUnfit: OnUnfit): RememberedFearAndGreed {
  return createRemembered({
    stateStore,
    name: 'fear-and-greed',
    kind: 'state of the Fear & Greed index',
    schemaAt: fearAndGreedAt,
    onUnfit,
  });
}

/** What tells this installation from others: the id that is kept, or a new one where that is not an id. */
export async function settleInstallation(
  stateStore: StateStore,
  fallback: string,
  onUnfit: OnUnfit,
): Promise<string> {
  const kept = await stateStore.settle('installation', fallback);
  if (/^[\w-]{1,64}$/.test(kept)) return kept;
  onUnfit('id of the installation');
  await stateStore.write('installation', fallback);
  return fallback;
}

const HeadlineSchema = Type.Object({
  id: Type.String({ maxLength: 2000 }),
  story: Type.String({ minLength: 1, maxLength: 2000 }),
  title: Type.String({ minLength: 1, maxLength: 1000 }),
  link: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 2000 })),
  /** The last one that has a text of four digits for its year. Which headlines are of now, the newsroom decides. */
  published: Type.Number({ minimum: BITCOIN_BEGAN, maximum: Date.UTC(9999, 11, 31) }),
  source: Type.String({ maxLength: 2000 }),
  aboutMarket: Type.Boolean(),
  score: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
  label: Type.Enum(['positive', 'neutral', 'negative']),
  because: Type.Array(
    Type.Object({ what: LineSchema, points: Type.Number({ minimum: -1000, maximum: 1000 }) }),
    { maxItems: 1000 },
  ),
});

export type KeptHeadline = Headline & Pick<Static<typeof HeadlineSchema>, 'because'>;

export function parseHeadline(text: string): KeptHeadline | undefined {
  return parseAs(HeadlineSchema, text) as KeptHeadline | undefined;
}
