import { MINUTE } from '../../domain/time/bucket-width.ts';
import { HOUR } from '../../domain/time/time.ts';
import { storyOf } from '../../news/feeds/titles.ts';
import type { Headline } from '../../news/headlines.ts';
import { isAboutMarket } from '../../sentiment/about-market.ts';
import { score } from '../../sentiment/score.ts';
import { pricesOn } from '../market/prices.ts';
import { STEPS_PER_DAY, stepAt } from '../market/steps.ts';
import { KINDS, uniform } from '../noise.ts';
import { cacheRecent } from '../recent.ts';
import { OUTLET_GROUP, OUTLETS } from '../upstreams/outlets.ts';
import { statusOf } from '../upstreams/statuses.ts';
import { type Mood, moodAt } from './mood.ts';
import { titleOf } from './titles.ts';

/** The hours of headlines that are generated and cached together, in a millisecond or two. */
const PERIOD_HOURS = 6;
export const PERIOD_MS = PERIOD_HOURS * HOUR;

/** Periods that are cached: eight days. */
const MAX_PERIODS = 32;

/** How likely an outlet has a headline in an hour: more in a market that moves. */
const CHANCE = { quiet: 0.38, moving: 0.52, wild: 0.8 };

/** How many headlines another outlet copies, and how late. */
const COPIES = 0.1;
const COPY_DELAY_MS = { least: 4 * MINUTE, most: 40 * MINUTE };

function priceAtStep(step: number): number {
  const day = Math.floor(step / STEPS_PER_DAY);
  return pricesOn(day)[step - day * STEPS_PER_DAY] ?? Number.NaN;
}

function chanceIn({ direction }: Mood): number {
  if (direction === 'flat') return CHANCE.quiet;
  return direction === 'surge' || direction === 'plunge' ? CHANCE.wild : CHANCE.moving;
}

const isReached = (outlet: number, time: number): boolean =>
  statusOf(OUTLET_GROUP, outlet, time).state === 'ok';

/** What an outlet publishes in an hour (counted from the epoch), if anything, and who copies it. */
function headlinesIn(hour: number, index: number): Headline[] {
  const id = hour * OUTLETS.length + index;
  const published = hour * HOUR + Math.floor(uniform(KINDS.headline, id, 0) * HOUR);
  const mood = moodAt(priceAtStep, stepAt(published), id);
  const outlet = OUTLETS[index];
  if (!outlet || uniform(KINDS.headline, id, 1) >= chanceIn(mood) || !isReached(index, published)) return [];
  const title = titleOf(mood, outlet.language, id);
  function write(source: string, time: number): Headline {
    const { score: value, label, because } = score(title, { feed: source });
    return {
      id: `${id} ${time}`,
      story: storyOf(title),
      title,
      source,
      published: time,
      aboutMarket: isAboutMarket(title, { feed: source }),
      ...(value !== undefined && { score: value }),
      label,
      because,
    };
  }
  const headlines = [write(outlet.name, published)];
  const other = OUTLETS[(index + 1) % OUTLETS.length];
  if (other?.language !== outlet.language || uniform(KINDS.headline, id, 2) >= COPIES) return headlines;
  const { least, most } = COPY_DELAY_MS;
  const copied = published + Math.floor(least + (most - least) * uniform(KINDS.headline, id, 3));
  return [...headlines, write(other.name, copied)];
}

/** The headlines of the hours of a period (counted from the epoch), with scores. Copies may be published after its end. */
export const headlinesInPeriod = cacheRecent(MAX_PERIODS, (period): readonly Headline[] => {
  const hours = Array.from({ length: PERIOD_HOURS }, (_, hour) => period * PERIOD_HOURS + hour);
  return hours.flatMap((hour) => OUTLETS.flatMap((_, index) => headlinesIn(hour, index)));
});
