import type { Logger } from 'pino';
import { describeTroubles, listOf, type UpstreamTrouble } from '../domain/upstream-errors.ts';

/** How long the same failure of the same upstream, and its recovery, are logged only at debug level. */
const QUIET_MS = 600_000;

/** Times and amounts, which change from one refresh to the next. A different status is a different reason. */
const CHANGING = /\d{4}-\d\d-\d\dT[\d:.]+Z|\d+(?:\.\d+)?(?= ?(?:s|ms|h|%|MiB)(?!\w))/g;

interface LoggedTrouble {
  /** The reason without the changing parts. */
  readonly kind: string;
  readonly isFailing: boolean;
  /** It was logged recently, so it is not logged now. */
  readonly isQuiet: boolean;
  readonly at: number;
}

/**
 * Logs which upstreams fail and why, one line per reason, when a failure begins, changes or ends.
 *
 * @param clock monotonic milliseconds.
 */
export function logTroubles(log: Logger, clock = () => performance.now()) {
  const logged = new Map<string, LoggedTrouble>();

  return (troubles: readonly UpstreamTrouble[] | undefined): void => {
    if (!troubles) return;
    const now = clock();
    const failing: UpstreamTrouble[] = [];
    for (const trouble of troubles) {
      const { name, reason } = trouble;
      const kind = reason.replaceAll(CHANGING, '#');
      const before = logged.get(name);
      const isSame = before?.kind === kind;
      if (isSame && before.isFailing) continue;
      const isQuiet = isSame && now - before.at < QUIET_MS;
      logged.set(name, { kind, isFailing: true, isQuiet, at: isQuiet ? before.at : now });
      if (isQuiet) log.debug(`${name}: ${reason}`);
      else failing.push(trouble);
    }
    for (const line of describeTroubles(failing)) log.warn(line);

    const recovered: string[] = [];
    for (const [name, before] of logged) {
      if (!before.isFailing || troubles.some((one) => one.name === name)) continue;
      logged.set(name, { ...before, isFailing: false });
      if (before.isQuiet) log.debug(`${name}: OK again`);
      else recovered.push(name);
    }
    if (recovered.length > 0) log.info(`${listOf(recovered)}: OK again`);
  };
}
