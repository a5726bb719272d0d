import { ignoreRejection } from '../../domain/errors.ts';

/** Work that runs in the background and must end before the source is closed. */
export function createBackground() {
  const works = new Set<Promise<unknown>>();
  return {
    /** Ignores a rejection, since the work is repeated later. */
    add(work: Promise<unknown>): void {
      const ended = work.catch(ignoreRejection).finally(() => works.delete(ended));
      works.add(ended);
    },
    async settled(): Promise<void> {
      await Promise.all(works);
    },
  };
}
