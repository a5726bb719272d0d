/** Counts what the workers hold, so that the limits apply to all of them together. */
export function createLedger() {
  const totals = new Map<string, number>();
  /** The names that each grant counts for, by worker and id. */
  const held = new Map<number, Map<string, readonly string[]>>();

  function change(names: readonly string[], by: 1 | -1): void {
    for (const name of names) {
      const count = (totals.get(name) ?? 0) + by;
      if (count > 0) totals.set(name, count);
      else totals.delete(name);
    }
  }

  return {
    /** Lets a worker take grants, until it leaves. */
    enter(worker: number): void {
      held.set(worker, new Map());
    },
    /**
     * Counts a grant for each name, until the worker gives it back or leaves.
     *
     * @param id differs for each grant of the worker.
     * @param limits how many grants each name may have in all.
     * @returns the first name at its limit, if there is one: then nothing is counted.
     */
    take(worker: number, id: string, limits: Readonly<Record<string, number>>): string | undefined {
      const grants = held.get(worker);
      const names = Object.keys(limits);
      // Messages of a worker may arrive after its end.
      const full = names.find((name) => !grants || (totals.get(name) ?? 0) >= (limits[name] ?? 0));
      if (full !== undefined) return full;
      grants?.set(id, names);
      change(names, 1);
      return undefined;
    },
    /** Without effect if the worker does not hold the grant. */
    give(worker: number, id: string): void {
      const grants = held.get(worker);
      change(grants?.get(id) ?? [], -1);
      grants?.delete(id);
    },
    /** Gives back everything that a worker holds, because it has ended. */
    leave(worker: number): void {
      for (const names of held.get(worker)?.values() ?? []) change(names, -1);
      held.delete(worker);
    },
  };
}
