import { useState } from 'preact/hooks';
import type { SourcesAnswer } from '../feed/sources.ts';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';

interface HeadlinesProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly sentiment: SourcesAnswer['sentiment'];
  readonly now: number;
}

/** Shown until the reader asks for more. */
const FEW = 8;

/** Titles with Chinese characters are Chinese; the others count as English. */
const HAN = /\p{Script=Han}/u;

/** Feeds are untrusted: a link may be a script. */
const linked = (link: string | null): { href?: string } =>
  link !== null && /^https?:\/\//i.test(link) ? { href: link } : {};

/** The headlines behind the sentiment, each with its score and the words that produced it. */
export function Headlines({ words, figures, sentiment, now }: HeadlinesProps) {
  const [isLong, setIsLong] = useState(false);
  const { value, count, headlines } = sentiment;
  const { headlines: text } = words;
  const shown = isLong ? headlines : headlines.slice(0, FEW);
  return (
    <section class="headlines" aria-labelledby="headlines-title">
      <h2 id="headlines-title">{text.title}</h2>
      {value !== null && count !== null && <p>{text.lead(figures.sentiment(value), count)}</p>}
      {headlines.length === 0 && <p>{text.none}</p>}
      <ol>
        {shown.map(({ title, link, source, published, score, label, because }) => (
          <li key={`${source} ${published} ${title}`} class={label}>
            <span class="score">{score === null ? '–' : figures.sentiment(score)}</span>
            <div>
              <a {...linked(link)} lang={HAN.test(title) ? 'zh' : 'en'} rel="noopener noreferrer">
                {title}
              </a>
              <small>
                {source} · {figures.ago(Date.parse(published), now)} · {text.label[label]}
                {score === null && ` · ${text.noWord}`}
              </small>
              {because.length > 0 && (
                <ul class="because" lang="en">
                  {because.map(({ what, points }) => (
                    <li key={what}>
                      {what} <b>{figures.sentiment(points)}</b>
                    </li>
                  ))}
                </ul>
              )}
            </div>
          </li>
        ))}
      </ol>
      {headlines.length > FEW && (
        <button type="button" onClick={() => setIsLong(!isLong)}>
          {isLong ? text.less : text.more(headlines.length - FEW)}
        </button>
      )}
    </section>
  );
}
