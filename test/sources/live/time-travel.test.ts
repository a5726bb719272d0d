import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { json, startTestService } from '../../support/processes/service.ts';
import { quickFolder } from '../../support/temporary.ts';
import { startLiveSources } from '../../support/upstreams/live-sources.ts';
import { difficultNews, newsUntil, showNews } from '../../support/upstreams/news.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const END = Date.UTC(2026, 0, 2, 12);

/** From the worst to the best. */
const MOODS = [
  'plunges after exchange hack drains millions',
  'slides amid heavy losses',
  'moves sideways',
  'adoption grows as payments firm adds support',
  'surges to a record high',
];

/** Titles for the scorer that the service has. */
const write = (story: string, mood: number) =>
  `Bitcoin ${MOODS[Math.min(4, Math.floor((mood + 1) * 2.5))]}, story ${story}`;

type Row = readonly [time: unknown, sentiment: unknown];

/** The last day of a file that nobody serves. */
function readDay(folder: string): Row[] {
  using database = new DatabaseSync(`${folder}/samples.sqlite`);
  const rows = database.prepare('SELECT time, sentiment FROM sample WHERE time > ? ORDER BY time');
  return rows.all(END - DAY).map(({ time, sentiment }) => [time, sentiment]);
}

/** As if there had been prices only, and no feed had ever been asked. */
function forgetSentiments(folder: string): void {
  using database = new DatabaseSync(`${folder}/samples.sqlite`);
  database.exec('UPDATE sample SET sentiment = NULL; DELETE FROM headline; DELETE FROM document');
}

test('a day of sentiment filled by a later start equals the day of ticks', async (t) => {
  let now = END - DAY;
  const { environment, feeds } = await startLiveSources(t, { clock: () => now });
  showNews(feeds, [...difficultNews(END, write).items, ...newsUntil(END, write)], () => now);
  const folder = quickFolder(t);
  const env = { ...environment, DATA_DIR: folder };

  const ticking = await startTestService(t, env, () => now);
  for (; now <= END; now += MINUTE) assert.equal((await ticking.post()).status, 200);
  await ticking.stop();
  for (const { requests } of feeds)
    assert.ok(
      requests.length > DAY / (10 * MINUTE) && requests.length <= DAY / (5 * MINUTE) + 1,
      `a feed was asked ${requests.length} times in a day`,
    );
  const lived = readDay(folder);
  assert.equal(lived.length, DAY / MINUTE);
  assert.ok(new Set(lived.map(([, sentiment]) => sentiment)).size > 150, 'it moves');

  now = END;
  async function fill(): Promise<Row[]> {
    forgetSentiments(folder);
    const filling = await startTestService(t, env, () => now);
    assert.ok((await json(filling.post())).added >= lived.length);
    await filling.stop();
    return readDay(folder);
  }
  assert.deepEqual(await fill(), lived);
  feeds[2]?.show([]);
  assert.notDeepEqual(await fill(), lived, 'what a feed brings is seen');
});
