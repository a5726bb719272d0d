import type { Answer } from '../../src/domain/answer.ts';
import type { KnownSources } from '../feed/sources.ts';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import { hasFailed, isEverythingFailing, type Place } from './failing-sources.ts';
import { Troubleshooting } from './troubleshooting.tsx';

interface SourcesProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly source: Answer['source'] | undefined;
  readonly sources: KnownSources | undefined;
  readonly isFailing: boolean;
  readonly now: number;
}

/** Times in the service's reasons. */
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** The state of each source, since when, and why. */
export function Sources({ words, figures, source, sources, isFailing, now }: SourcesProps) {
  function place(one: Place) {
    const { name, state, since, reason } = one;
    const shownState = hasFailed(one) ? 'failing' : state;
    const value = 'price' in one ? one.price !== null && figures.exactPrice(one.price) : undefined;
    const count =
      'headlines' in one ? one.headlines !== null && words.sources.headlines(one.headlines) : undefined;
    return (
      <li key={name} class={shownState}>
        <span class="name">{name}</span>
        <span class="state">{words.sources.state[shownState]}</span>
        <span class="value">{value ?? count}</span>
        {state !== 'ok' && (
          <small>
            <span lang="en">{reason?.replace(TIME, (time) => figures.moment(Date.parse(time), now))}</span>
            {since && ` · ${words.sources.since(figures.moment(Date.parse(since), now))}`}
          </small>
        )}
      </li>
    );
  }

  const fear = sources?.fear_and_greed;
  return (
    <section id="sources" aria-labelledby="sources-title">
      <h2 id="sources-title">{words.sources.title}</h2>
      {source === 'simulated' && <p>{words.sources.madeUp}</p>}
      {source === 'senticrypt' && <p>{words.sources.relayed}</p>}
      {isFailing && <p>{words.sources.trouble}</p>}
      {isEverythingFailing(sources) && <Troubleshooting words={words} />}
      {sources && sources.sentiment.feeds.length === 0 && <ul class="places">{sources.price.map(place)}</ul>}
      {sources && sources.sentiment.feeds.length > 0 && (
        <div class="places">
          <div>
            <h3>{words.sources.exchanges}</h3>
            <ul>{sources.price.map(place)}</ul>
          </div>
          <div>
            <h3>{words.sources.feeds}</h3>
            <ul>{sources.sentiment.feeds.map(place)}</ul>
          </div>
        </div>
      )}
      {fear && fear.value !== null && (
        <p class="fear">
          {words.fear(fear.value, fear.label ?? '–')}
          {words.by}
          <a href={fear.attribution.link} rel="noopener noreferrer">
            {fear.attribution.name}
          </a>
        </p>
      )}
    </section>
  );
}
