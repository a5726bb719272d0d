import type { SourceName } from '../domain/answer.ts';
import type { Outbound } from '../outbound/client.ts';
import type { OnInvalidState } from '../stores/saved-state.ts';
import type { StateStore } from '../stores/state-store.ts';
import type { LiveSettings } from './live/open.ts';
import { createSenticryptSource } from './senticrypt.ts';
import { openSingleSource } from './single-source.ts';
import type { Source } from './source.ts';

export interface SourceOptions {
  readonly name: SourceName;
  readonly senticryptUrl: string;
  readonly live: LiveSettings;
  readonly stateStore: StateStore;
  readonly outbound: Outbound;
  readonly onInvalidState: OnInvalidState;
}

/** To add a source, write its file beside this one, add a case here, and its name in `domain/answer.ts`. */
export async function openSource(options: SourceOptions): Promise<Source> {
  const { name, senticryptUrl, live, stateStore, outbound, onInvalidState } = options;
  switch (name) {
    case 'live': {
      // Loaded only if it is used, since it loads the scorer's word lists.
      const { openLive } = await import('./live/open.ts');
      return openLive(live, { stateStore, outbound, onInvalidState });
    }
    case 'senticrypt':
      return openSingleSource(
        createSenticryptSource({ url: senticryptUrl, outbound }),
        stateStore,
        onInvalidState,
      );
    case 'simulated': {
      const { openSimulated } = await import('./simulated/source.ts');
      return openSimulated(live);
    }
  }
}
