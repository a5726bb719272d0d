import { KINDS, pick, uniform } from '../noise.ts';
import type { Mood } from './mood.ts';
import { CHINESE, ENGLISH, type Language } from './templates.ts';

/** How many titles have nothing to do with the market. */
const ASIDES = 0.07;

/** Smaller changes are not mentioned. */
const MIN_CHANGE = 0.005;

/** A round number of dollars, to the hundred or the thousand. */
const LEVEL = 1000;

const { format } = new Intl.NumberFormat('en');

const dollars = {
  en: (amount: number) => `$${format(amount)}`,
  zh: (amount: number) => `${format(amount)} 美元`,
};

function figuresOf({ price, change }: Mood, language: keyof typeof dollars): Record<string, string> {
  const write = dollars[language];
  return {
    price: write(Math.round(price / 100) * 100),
    floor: write(Math.floor(price / LEVEL) * LEVEL),
    ceiling: write(Math.ceil(price / LEVEL) * LEVEL),
    change: `${(Math.abs(change) * 100).toFixed(1)}%`,
  };
}

/** Whether the change of the day supports what the title says. */
function isTrue(title: string, { direction, change }: Mood): boolean {
  if (!title.includes('{change}')) return true;
  const isRise = direction === 'surge' || direction === 'rise';
  return (isRise ? change : -change) >= MIN_CHANGE;
}

/**
 * The title of a headline, of which all figures are those of the market.
 *
 * @param id a number of the headline's own: it decides between all that could be said.
 */
export function titleOf(mood: Mood, language: 'en' | 'zh', id: number): string {
  const { titles, asides, words }: Language = language === 'en' ? ENGLISH : CHINESE;
  const isAside = uniform(KINDS.title, id, 0) < ASIDES;
  const first = pick(isAside ? asides : titles[mood.direction], KINDS.title, id, 1);
  const template = isTrue(first, mood)
    ? first
    : (titles[mood.direction].find((one) => isTrue(one, mood)) ?? first);
  const figures = figuresOf(mood, language);
  const names = Object.keys(words);
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const list = words[name];
    return figures[name] ?? (list ? pick(list, KINDS.title, id, 2 + names.indexOf(name)) : whole);
  });
}
