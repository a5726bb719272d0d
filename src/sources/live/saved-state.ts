import Type from 'typebox';
import { createRemembered, type OnUnfit, type Remembered, timeAt } from '../../stores/saved-state.ts';
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

export type RememberedFearAndGreed = Remembered<FearAndGreedState>;

export function rememberFearAndGreed(stateStore: StateStore, onUnfit: OnUnfit): RememberedFearAndGreed {
  return createRemembered({
    stateStore,
    name: 'fear-and-greed',
    kind: 'state of the Fear & Greed index',
    schemaAt: fearAndGreedAt,
    onUnfit,
  });
}

/** The id of this installation: the stored one, or `fallback` if none is stored or the stored text is not an id. */
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
