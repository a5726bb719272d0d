import type { SourceName } from '../domain/answer.ts';
import type { Memory } from '../stores/store.ts';
import { withStanding } from './feed-standing.ts';
import type { LiveSettings } from './live/open.ts';
import type { OnUnfit } from './remembered.ts';
import { createSenticryptSource } from './senticrypt.ts';
import { createSimulatedSource } from './simulated.ts';
import type { OpenedSource } from './source.ts';

export interface SourceOptions {
  readonly name: SourceName;
  readonly senticryptUrl: string;
  readonly live: LiveSettings;
  readonly memory: Memory;
  readonly onUnfit: OnUnfit;
}

/** Another source is one file beside this one, a line here, and its name in `domain/answer.ts`. */
export async function openSource({
  name,
  senticryptUrl,
  live,
  memory,
  onUnfit,
}: SourceOptions): Promise<OpenedSource> {
  switch (name) {
    case 'live': {
      // Loaded where it is used: it brings the word lists of the scorer.
      const { openLive } = await import('./live/open.ts');
      return openLive(live, memory, onUnfit);
    }
    case 'senticrypt':
      return withStanding(createSenticryptSource({ url: senticryptUrl }), memory, onUnfit);
    case 'simulated':
      return withStanding(createSimulatedSource(), memory, onUnfit);
  }
}
