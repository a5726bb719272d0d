import { existsSync, readFileSync } from 'node:fs';

const FILE = new URL('../../../shared/data/senticrypt-2021-07-06.json', import.meta.url);

/** One answer of SentiCrypt v1, 2021-07-06 17:30 to 2021-07-07 17:30 UTC. It is not part of the project. */
export const recordedDay: string | undefined = existsSync(FILE) ? readFileSync(FILE, 'utf8') : undefined;

/** For a test's options: skips it, visibly, where the recording is not there. */
export const needsRecordedDay = { skip: recordedDay === undefined && 'the recorded day is not here' };

/** What the three hours of the recorded day are. */
export const RECORDED_HOURS = [
  { time: '2021-07-07T15:00:00Z', price: 34599.076210526335, sentiment: 0.34442105263157863, samples: 95 },
  { time: '2021-07-07T16:00:00Z', price: 34570.6712371134, sentiment: 0.3524742268041235, samples: 97 },
  { time: '2021-07-07T17:00:00Z', price: 34554.14692307692, sentiment: 0.29923076923076947, samples: 52 },
] as const;
