/** Counts what the workers hold, by name, so that the limits apply to all of them together. */
export function createLedger() {
  const totals = new Map<string, number>();
  const held = new Map<number, Map<string, number>>();

  function change(counts: Map<string, number>, name: string, by: number): void {
    const count = (counts.get(name) ?? 0) + by;
    if (count > 0) counts.set(name, count);
    else counts.delete(name);
  }

  return {
    /** Returns false if `max` of them are held. */
    take(worker: number, name: string, max: number): boolean {
      if ((totals.get(name) ?? 0) >= max) return false;
      const own = held.get(worker) ?? new Map<string, number>();
      held.set(worker, own);
      change(own, name, 1);
      change(totals, name, 1);
      return true;
    },
    give(worker: number, name: string): void {
      const own = held.get(worker);
      if (!own?.has(name)) return;
      change(own, name, -1);
      change(totals, name, -1);
    },
    /** Gives everything that a worker holds, because it has ended. */
    forget(worker: number): void {
      for (const [name, count] of held.get(worker) ?? []) change(totals, name, -count);
      held.delete(worker);
    },
  };
}
