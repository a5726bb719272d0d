import { ignoreRejection } from '../../domain/errors.ts';
/** Work that nobody waits for, until it has to be over. */
export interface Background {
  /** What fails is told by nobody else: it is asked for again. */
  add(work: Promise<unknown>): void;
  over(): Promise<void>;
}

export function createBackground(): Background {
  const works = new Set<Promise<unknown>>();
  return {
    add(work) {
      const ended = work.catch(ignoreRejection).finally(() => works.delete(ended));
      works.add(ended);
    },
    async over() {
      await Promise.all(works);
    },
  };
}
