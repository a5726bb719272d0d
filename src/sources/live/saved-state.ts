import Type from 'typebox';
import { createSavedState, type OnInvalidState, type SavedState, timeAt } from '../../stores/saved-state.ts';
import type { StateStore } from '../../stores/state-store.ts';
import { dueStatusAt } from '../../stores/upstream-status.ts';
import type { FearAndGreedState } from './fear-and-greed.ts';

const fearAndGreedAt = (now: number) =>
  Type.Object({
    ...dueStatusAt(now),
    state: Type.Enum(['ok', 'failing']),
    index: Type.Optional(
      Type.Object({
        value: Type.Integer({ minimum: 0, maximum: 100 }),
        label: Type.String({ maxLength: 40 }),
        time: timeAt(now),
      }),
    ),
  });

export function savedFearAndGreed(
  stateStore: StateStore,
  onInvalidState: OnInvalidState,
): SavedState<FearAndGreedState> {
  const kind = 'state of the Fear & Greed index';
  return createSavedState({
    stateStore,
    name: 'fear-and-greed',
    kind,
    schemaAt: fearAndGreedAt,
    onInvalidState,
  });
}

/** Returns the stored id of this installation, or stores `fallback` if there is none or the stored text is not an id. */
export async function readInstallationId(
  stateStore: StateStore,
  fallback: string,
  onInvalidState: OnInvalidState,
): Promise<string> {
  const id = await stateStore.settle('installation', fallback);
  if (/^[\w-]{1,64}$/.test(id)) return id;
  onInvalidState('id of the installation');
  await stateStore.write('installation', fallback);
  return fallback;
}
