import cluster from 'node:cluster';
import { writerVersion } from '../config/writer-version.ts';

export { runWorker } from './worker.ts';
export { startWriter } from './writer.ts';

/** The number of this process among the workers; `undefined` if it is the writer. */
export const workerId = (): number | undefined =>
  writerVersion() === undefined ? undefined : cluster.worker?.id;
