import type { SourceName } from '../domain/answer.ts';
import type { Outbound } from '../outbound/client.ts';
import type { Memory } from '../stores/store.ts';
import type { LiveSettings } from './live/open.ts';
import type { OnUnfit } from './saved-state.ts';
import { createSenticryptSource } from './senticrypt.ts';
import { createSimulatedSource } from './simulated.ts';
import { withStanding } from './single-source.ts';
import type { OpenedSource } from './source.ts';

export interface SourceOptions {
  readonly name: SourceName;
  readonly senticryptUrl: string;
  readonly live: LiveSettings;
  readonly memory: Memory;
  readonly outbound: Outbound;
  readonly onUnfit: OnUnfit;
}

/** Another source is one file beside this one, a line here, and its name in `domain/answer.ts`. */
export async function openSource({
  name,
  senticryptUrl,
  live,
  memory,
  outbound,
  onUnfit,
}: SourceOptions): Promise<OpenedSource> {
  switch (name) {
    case 'live': {
      // Loaded where it is used: it brings the word lists of the scorer.
      const { openLive } = await import('./live/open.ts');
      return openLive(live, { memory, outbound, onUnfit });
    }
    case 'senticrypt':
      return withStanding(createSenticryptSource({ url: senticryptUrl, outbound }), memory, onUnfit);
    case 'simulated':
      return withStanding(createSimulatedSource(), memory, onUnfit);
  }
}
