import type { Words } from '../words/words.ts';
import { RANGE_NAMES, type RangeName } from './ranges.ts';

interface RangeChoiceProps {
  readonly words: Words;
  readonly range: RangeName | undefined;
  readonly onChoose: (range: RangeName) => void;
}

/** The ranges to choose from; the current one is pressed. */
export function RangeChoice({ words: { chart }, range, onChoose }: RangeChoiceProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div class="segments" role="group" aria-label={chart.range}>
      {RANGE_NAMES.map((name) => (
        <button
          type="button"
          key={name}
          aria-pressed={range === name}
          title={chart.ranges[name].long}
          onClick={() => onChoose(name)}
        >
          {chart.ranges[name].short}
        </button>
      ))}
    </div>
  );
}
