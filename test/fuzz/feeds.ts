// 100,000 made feeds, mutated in their dates, encodings, references and lengths: FEEDS and SEED choose others.
import { fuzzFeeds } from './fuzz-feeds.ts';

const feeds = Number(process.env['FEEDS'] ?? 100_000);
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const SHOWN = 40;

const began = performance.now();
console.log(`SEED=${seed}`);
const report = await fuzzFeeds({
  feeds,
  seed,
  progress: (done) => done % 10_000 === 0 && console.log(`${done} feeds`),
});
const { outcomes, findings, refused, compared, ...figures } = report;
console.table(outcomes);
console.log(figures);
if (compared === undefined)
  console.log('SKIPPED: dates were not compared, for there is no python3 with dateutil');
else
  console.log(
    `${compared} dates that email.utils and dateutil agree on were read, ${refused.length} refused, such as`,
  );
for (const date of refused.slice(0, SHOWN)) console.log(`  ${date}`);
for (const finding of findings.slice(0, SHOWN)) console.log(finding);
console.log(`${findings.length} findings in ${Math.round((performance.now() - began) / 1000)} s`);
process.exitCode = findings.length === 0 ? 0 : 1;
