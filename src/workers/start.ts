import cluster from 'node:cluster';

export { runWorker } from './worker.ts';
export { startWriter } from './writer.ts';

/** The number of this process among the workers; `undefined` if it is the writer. */
export const workerId = (): number | undefined => cluster.worker?.id;
