import { formatTime } from '../domain/time/time.ts';

/** Something that is wrong in a store. */
export interface Damage {
  /** One line. */
  readonly what: string;
  /**
   * `derived`: can be computed again from what is undamaged. `readable`: what can be read is copied into a new store.
   * `lost`: nothing can be done here.
   */
  readonly kind: 'derived' | 'readable' | 'lost';
}

/** The result of a check. */
export interface CheckedStore {
  /** What was checked: version and counts. One line. */
  readonly summary: string;
  readonly damages: readonly Damage[];
}

/** What can be checked and repaired without opening it as a store, which damage may prevent. */
export interface CheckableStore extends AsyncDisposable {
  /** @throws StoreError if it cannot be read now; SetupError if it cannot be checked at all. */
  check(signal: AbortSignal): Promise<CheckedStore>;
  /**
   * Repairs what is derived, and copies what is readable. Nothing that could be read is lost.
   *
   * @returns what was done, one line each.
   */
  repair(damages: readonly Damage[], signal: AbortSignal): Promise<readonly string[]>;
}

/** A damage of several hours or days, given by their starts in epoch milliseconds, ascending; none if there are none. */
export function damageAt(starts: readonly number[], text: string, kind: Damage['kind']): Damage[] {
  const [first] = starts;
  if (first === undefined) return [];
  return [
    { what: `${text}: ${starts.length.toLocaleString('en')}; the first is ${formatTime(first)}`, kind },
  ];
}
