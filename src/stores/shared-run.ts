import { ignoreRejection } from '../domain/errors.ts';

/** Runs one at a time. Calls during a run share the next one, so that each call is answered by a run that began after it. */
export function sharedRun<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  async function runAfter(previous: Promise<T> | undefined): Promise<T> {
    await previous?.catch(ignoreRejection);
    next = undefined;
    running = run();
    return running;
  }
  return () => {
    next ??= runAfter(running);
    return next;
  };
}
