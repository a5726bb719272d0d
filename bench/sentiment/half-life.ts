/**
 * Compares half-lives on made-up headlines: how far the sentiment strays from a constant mood, and how much of a change
 * it shows after some hours.
 */
import type { Headline } from '../../src/news/headlines.ts';
import { sentimentAt } from '../../src/news/sentiment.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 3);
const RUNS = 300;

let state = 1;
/** A number in [0, 1), the same sequence in each run (Lehmer's generator). */
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

/**
 * Half of the headlines are neutral, the others equally often positive and negative; by day six times as many as by
 * night.
 */
function headlines(perHour: number): Headline[] {
  const generated: Headline[] = [];
  const phase = random() * 24;
  for (let minute = -50 * 60; minute < 0; minute += 1) {
    const rate = (perHour / 60) * (1 + 0.7 * Math.sin(((minute / 60 + phase) * Math.PI) / 12));
    if (random() >= rate) continue;
    const side = random() < 0.5 ? -1 : 1;
    const score = random() < 0.5 ? 0 : side * (0.3 + 0.5 * random());
    const id = String(generated.length);
    const published = NOW + minute * 60_000;
    generated.push({
      id,
      story: id,
      title: id,
      source: 'made up',
      published,
      aboutMarket: true,
      score,
      label: 'neutral',
      because: [],
    });
  }
  return generated;
}

/** The standard deviation of values whose mean is 0. */
const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

const rows = [3, 8, 20].flatMap((perHour) =>
  [1, 3, 6, 12, 24].map((hours) => {
    const halfLife = hours * HOUR;
    const days = Array.from({ length: RUNS }, () => headlines(perHour));
    const at = (day: readonly Headline[], time: number) => sentimentAt(day, time, halfLife)?.value ?? 0;
    const shown = (after: number) => `${Math.round(100 * (1 - 2 ** (-after / hours)))} %`;
    return {
      'headlines an hour': perHour,
      'half-life (h)': hours,
      'strays by': rootMeanSquare(days.map((day) => at(day, NOW))).toFixed(3),
      'in two hours by': rootMeanSquare(days.map((day) => at(day, NOW) - at(day, NOW - 2 * HOUR))).toFixed(3),
      'shown after 1 h': shown(1),
      'after 3 h': shown(3),
      'after 12 h': shown(12),
    };
  }),
);
console.table(rows);
