import { newestTime, type Sample } from '../domain/sample.ts';
import type { SingleUpstream } from './single-source.ts';

const STEP = 30_000;
const DAY = 86_400_000;

/** A number in [-1, 1) that depends on nothing but its two arguments (an integer hash, Murmur3's finaliser). */
function noise(seed: number, index: number): number {
  let hash = Math.imul(index ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(seed, 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** Noise at whole multiples of `period`, with smooth ways between them. */
function wave(seed: number, time: number, period: number): number {
  const index = Math.floor(time / period);
  const part = time / period - index;
  const ease = part * part * (3 - 2 * part);
  return noise(seed, index) * (1 - ease) + noise(seed, index + 1) * ease;
}

/** A random walk's look: slow waves are high, quick ones low. */
function walk(seed: number, time: number): number {
  let sum = 0;
  for (let period = 32 * DAY, size = 1; period >= STEP; period /= 4, size /= 2) {
    sum += size * wave(seed + period, time, period);
  }
  return sum / 2;
}

/** Adding 0 turns -0 into 0. */
const round = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;

/** The sample of a time: a pure function of it, so that restarts and processes agree. */
export function simulate(time: number): Sample {
  const sentiment = Math.max(-1, Math.min(1, 0.15 + 0.6 * walk(2, time)));
  return { time, price: round(60_000 * Math.exp(0.25 * walk(1, time)), 2), sentiment: round(sentiment, 2) };
}

/** A made-up market for trying things out: the last 24 hours at the first pull, then what has come since. */
export function createSimulatedSource(): SingleUpstream {
  return {
    name: 'simulated',
    async pull({ now, newest }) {
      const since = newestTime(newest) ?? 0;
      const first = Math.floor(Math.max(since, now - DAY) / STEP) + 1;
      const last = Math.floor(now / STEP);
      const samples = Array.from({ length: Math.max(0, last - first + 1) }, (_, step) =>
        simulate((first + step) * STEP),
      );
      return { samples, rejections: new Map() };
    },
  };
}
