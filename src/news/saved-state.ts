import Type, { type Static } from 'typebox';
import { BITCOIN_BEGAN } from '../domain/time/time.ts';
import {
  createSavedState,
  LineSchema,
  type OnInvalidState,
  parseAs,
  recordOf,
  type SavedState,
} from '../stores/saved-state.ts';
import type { StateStore } from '../stores/state-store.ts';
import { dueStatusAt } from '../stores/upstream-status.ts';
import type { Headline } from './headlines.ts';
import type { StoredPolls } from './poll-history.ts';

const MAX_FEEDS = 10_000;

const pollsAt = (now: number) =>
  recordOf(
    Type.Object({
      ...dueStatusAt(now),
      name: Type.Optional(Type.String({ maxLength: 2000 })),
      polls: Type.Integer({ minimum: 0 }),
      validators: Type.Object({
        etag: Type.Optional(Type.String({ maxLength: 500 })),
        lastModified: Type.Optional(Type.String({ maxLength: 500 })),
      }),
      charset: Type.Optional(Type.Enum(['windows-1252'])),
    }),
    MAX_FEEDS,
  );

export function createSavedPolls(
  stateStore: StateStore,
  onInvalidState: OnInvalidState,
): SavedState<StoredPolls> {
  const kind = 'state of the feeds';
  return createSavedState({ stateStore, name: 'feeds', kind, schemaAt: pollsAt, onInvalidState });
}

const HeadlineSchema = Type.Object({
  id: Type.String({ maxLength: 2000 }),
  story: Type.String({ minLength: 1, maxLength: 2000 }),
  title: Type.String({ minLength: 1, maxLength: 1000 }),
  link: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 2000 })),
  /** Up to a year of four digits; `mergeHeadlines` drops what is not current. */
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

export type StoredHeadline = Headline & Pick<Static<typeof HeadlineSchema>, 'because'>;

export function parseHeadline(text: string): StoredHeadline | undefined {
  return parseAs(HeadlineSchema, text) as StoredHeadline | undefined;
}
