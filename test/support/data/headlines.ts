import { storyOf } from '../../../src/news/feeds/titles.ts';
import type { Headline, Judgement } from '../../../src/news/headlines.ts';

/** A scorer for tests: titles contain their score in brackets, and “off the market” if they are not about it. */
export function judge(title: string): Judgement {
  const score = /\[(-?\d(?:\.\d+)?)\]/.exec(title)?.[1];
  const aboutMarket = !title.includes('off the market');
  if (score === undefined) return { aboutMarket, label: 'neutral', because: [] };
  const label = Number(score) < 0 ? 'negative' : 'positive';
  return { aboutMarket, score: Number(score), label, because: [`[${score}]`] };
}

/** A headline as stored. */
export function headline(title: string, published: number, source = 'A', id = title): Headline {
  return { id, story: storyOf(title), title, published, source, ...judge(title) };
}
