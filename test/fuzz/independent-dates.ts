import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('independent_dates.py', import.meta.url));

/** Seconds since 1970, where a reader reads it; `null` where it does not, or finds no zone. */
export type IndependentReading = readonly [email: number | null, dateutil: number | null];

/** What Python's `email.utils` and `dateutil` make of dates; `undefined` where there is no Python that has both. */
export async function readIndependently(dates: readonly string[]): Promise<IndependentReading[] | undefined> {
  const python = spawn('python3', [SCRIPT], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC' },
  });
  const ended = once(python, 'close').catch(() => 'not found');
  python.stdin.on('error', () => 'ended before it read all');
  Readable.from(dates.map((date) => `${JSON.stringify(date)}\n`)).pipe(python.stdin);
  const readings: IndependentReading[] = [];
  for await (const line of createInterface({ input: python.stdout })) readings.push(JSON.parse(line));
  await ended;
  return readings.length === dates.length ? readings : undefined;
}
