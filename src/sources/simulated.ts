import { newestTime, type Sample } from '../domain/sample.ts';
import { DAY } from '../domain/time/bucket-width.ts';
import type { SingleUpstream } from './single-source.ts';

const STEP_MS = 30_000;

/** Returns a number in [-1, 1) that depends only on its arguments, by Murmur3's finalizer. */
function noise(seed: number, index: number): number {
  let hash = Math.imul(index ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(seed, 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** Noise at multiples of `period`, with smooth transitions between them. */
function wave(seed: number, time: number, period: number): number {
  const index = Math.floor(time / period);
  const part = time / period - index;
  const ease = part * part * (3 - 2 * part);
  return noise(seed, index) * (1 - ease) + noise(seed, index + 1) * ease;
}

/** Looks like a random walk: slow waves have large amplitudes, fast ones small. */
function walk(seed: number, time: number): number {
  let sum = 0;
  for (let period = 32 * DAY, size = 1; period >= STEP_MS; period /= 4, size /= 2) {
    sum += size * wave(seed + period, time, period);
  }
  return sum / 2;
}

/** Adding 0 turns -0 into 0. */
const round = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;

/** A pure function of the time, so that restarts and processes agree. */
export function simulate(time: number): Sample {
  const sentiment = Math.max(-1, Math.min(1, 0.15 + 0.6 * walk(2, time)));
  return { time, price: round(60_000 * Math.exp(0.25 * walk(1, time)), 2), sentiment: round(sentiment, 2) };
}

/** A made-up market. The first pull returns the last 24 hours, later ones the samples since the newest. */
export function createSimulatedSource(): SingleUpstream {
  return {
    name: 'simulated',
    async pull({ now, newest }) {
      const since = newestTime(newest) ?? 0;
      const first = Math.floor(Math.max(since, now - DAY) / STEP_MS) + 1;
      const last = Math.floor(now / STEP_MS);
      const samples = Array.from({ length: Math.max(0, last - first + 1) }, (_, step) =>
        simulate((first + step) * STEP_MS),
      );
      return { samples, rejections: new Map() };
    },
  };
}
