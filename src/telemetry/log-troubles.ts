import type { Logger } from 'pino';
import { describeTroubles, listOf, type PlaceTrouble } from '../domain/upstream-errors.ts';

/** How long a place that fails again for the same reason, or recovers from it, is not told of again. Milliseconds. */
const QUIET = 600_000;

/** Times and amounts, which change from one pass to the next. A status is another reason. */
const CHANGING = /\d{4}-\d\d-\d\dT[\d:.]+Z|\d+(?:\.\d+)?(?= ?(?:s|ms|h|%|MiB)(?!\w))/g;

interface Told {
  /** The reason without what changes. */
  readonly kind: string;
  readonly isFailing: boolean;
  /** It was told of a moment before, and is not now. */
  readonly isQuiet: boolean;
  readonly at: number;
}

/**
 * Logs which places fail and why: one line for all that share a reason, when that begins, changes or ends.
 *
 * @param clock milliseconds from any moment on.
 */
export function logTroubles(log: Logger, clock = () => performance.now()) {
  const known = new Map<string, Told>();

  return (troubles: readonly PlaceTrouble[] | undefined): void => {
    if (!troubles) return;
    const now = clock();
    const failing: PlaceTrouble[] = [];
    for (const trouble of troubles) {
      const { name, reason } = trouble;
      const kind = reason.replaceAll(CHANGING, '#');
      const told = known.get(name);
      const isSame = told?.kind === kind;
      if (isSame && told.isFailing) continue;
      const isQuiet = isSame && now - told.at < QUIET;
      known.set(name, { kind, isFailing: true, isQuiet, at: isQuiet ? told.at : now });
      if (isQuiet) log.debug(`${name}: ${reason}`);
      else failing.push(trouble);
    }
    for (const line of describeTroubles(failing)) log.warn(line);

    const well: string[] = [];
    for (const [name, told] of known) {
      if (!told.isFailing || troubles.some((one) => one.name === name)) continue;
      known.set(name, { ...told, isFailing: false });
      if (told.isQuiet) log.debug(`${name}: OK again`);
      else well.push(name);
    }
    if (well.length > 0) log.info(`${listOf(well)}: OK again`);
  };
}
