import type { SourceName } from '../domain/answer.ts';
import { createSenticryptSource } from './senticrypt.ts';
import { createSimulatedSource } from './simulated.ts';
import type { Source } from './source.ts';

/** Another source is one file beside this one, a line here, and its name in `domain/answer.ts`. */
export function openSource(options: { name: SourceName; senticryptUrl: string }): Source {
  switch (options.name) {
    case 'senticrypt':
      return createSenticryptSource({ url: options.senticryptUrl });
    case 'simulated':
      return createSimulatedSource();
  }
}
