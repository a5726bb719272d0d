import type { FakeFeed, FakeItem } from './feeds.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How many feeds the news is spread over. */
const NEWS_FEED_COUNT = 4;

/** An item, and from when to when its feed shows it. */
export interface Shown extends FakeItem {
  readonly title: string;
  readonly feed: number;
  readonly from: number;
  readonly until?: number;
}

/** Makes a title that a scorer reads this mood of, from −1 to 1, out of what tells the story from others. */
export type WriteTitle = (story: string, mood: number) => string;

/** A sequence of numbers in [0, 1), the same each time (Lehmer's generator). */
function randomNumbers(): () => number {
  let state = 20_090_103;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Three days of news, each shown at its date; every fourth has a copy elsewhere, earlier or later, otherwise written. */
export function newsUntil(end: number, write: WriteTitle): Shown[] {
  const random = randomNumbers();
  const begin = end - 74 * HOUR;
  const items: Shown[] = [];
  for (let date = begin; date < end; date += Math.round(2 * random() * 12 * MINUTE)) {
    const feed = Math.floor(random() * NEWS_FEED_COUNT);
    const mood = Number((random() * 2 - 1).toFixed(2));
    const title = `${write(`number ${items.length}`, mood)}${random() < 0.2 ? ' off the market' : ''}`;
    items.push({ feed, title, date, from: date });
    if (random() > 0.25) continue;
    const copied = Math.max(date + Math.round((random() - 0.4) * 90 * MINUTE), begin);
    items.push({
      feed: (feed + 1) % NEWS_FEED_COUNT,
      title: `🚀 ${title.toUpperCase()}! - Copy News`,
      date: copied,
      from: copied,
    });
  }
  return items.filter(({ from }) => from <= end);
}

/** What makes a day hard, each at an hour of its own before the end. */
export function hardNews(end: number, write: WriteTitle) {
  const early = write('shown five hours early', 1);
  const tooNew = write('of five minutes ago', 1);
  const edited = write('with a typing error', -1);
  const again = write('as it was', -1);
  const items: Shown[] = [
    { feed: 0, title: early, date: end - 10 * HOUR, from: end - 15 * HOUR },
    { feed: 1, title: write('of tomorrow', 1), date: end + 5 * HOUR, from: end - HOUR },
    { feed: 2, title: tooNew, date: end - 5 * MINUTE, from: end - 5 * MINUTE },
    // Edited: with marks and a later `updated`, in its place.
    {
      feed: 1,
      id: 'edited',
      title: edited,
      date: end - 20 * HOUR,
      from: end - 20 * HOUR,
      until: end - 12 * HOUR,
    },
    {
      feed: 1,
      id: 'edited',
      title: `“${edited}”!`,
      date: end - 20 * HOUR,
      updated: end - 12 * HOUR,
      from: end - 12 * HOUR,
    },
    // Edited: shown again under the same identity, reworded and dated anew, above the first.
    { feed: 3, id: 'again', title: write('reworded', 1), date: end - 6 * HOUR, from: end - 6 * HOUR },
    { feed: 3, id: 'again', title: again, date: end - 18 * HOUR, from: end - 18 * HOUR },
  ];
  return { items, early, tooNew, again };
}

/** Each feed shows what is its own, by a clock. */
export function showNews(feeds: readonly FakeFeed[], items: readonly Shown[], clock: () => number): void {
  for (const [index, feed] of feeds.entries()) {
    const own = items.filter((item) => item.feed === index);
    feed.show(() => {
      const now = clock();
      return own.filter(({ from, until = Number.POSITIVE_INFINITY }) => from <= now && now < until);
    });
  }
}
