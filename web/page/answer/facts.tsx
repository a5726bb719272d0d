import type { Answer } from '../../../src/domain/answer.ts';
import type { KnownSources } from '../../feed/sources.ts';
import type { Figures } from '../../words/figures.ts';
import type { Words } from '../../words/words.ts';

interface FactsProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly answer: Answer | undefined;
  readonly sources: KnownSources | undefined;
  readonly now: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function origin({ words, answer, sources }: FactsProps): string {
  const source = answer?.source ?? sources?.source;
  if (!source) return '';
  if (source !== 'live' || !sources) return words.origin[source];
  const count = (places: readonly { readonly state: string }[]): [number, number] => [
    places.filter(({ state }) => state === 'ok').length,
    places.length,
  ];
  return words.places(count(sources.price), count(sources.sentiment.feeds));
}

/** When the answer was updated, its sources and its number of samples. */
export function Facts(props: FactsProps) {
  const { words, figures, answer, now } = props;
  const from = origin(props);
  const asOf = answer && Date.parse(answer.as_of);
  const hours = answer?.hourly_average_of_averages;
  const isRunning = hours?.some(({ complete }) => !complete);
  return (
    <dl class="facts">
      <div>
        <dt>{words.age}</dt>
        <dd>
          {asOf === undefined ? '–' : figures.ago(asOf, now)}
          {asOf !== undefined && <small>{figures.moment(asOf, now)}</small>}
        </dd>
      </div>
      <div>
        <dt>{words.from}</dt>
        <dd>{from ? <a href="#sources">{from}</a> : '–'}</dd>
      </div>
      <div>
        <dt>{words.basis}</dt>
        <dd>
          {hours
            ? words.samples(
                sum(hours.map((hour) => hour.price_samples)),
                sum(hours.map((hour) => hour.sentiment_samples)),
              )
            : '–'}
          {isRunning && <small>{answer?.stale ? words.wasRunning : words.running}</small>}
        </dd>
      </div>
    </dl>
  );
}
