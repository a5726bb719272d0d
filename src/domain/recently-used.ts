interface Entry<Value> {
  readonly value: Value;
  readonly sizeBytes: number;
  /** In milliseconds of the clock. */
  usedAt: number;
}

/** Keeps the values that were used last, within a number of bytes. */
export interface RecentlyUsed<Key, Value> {
  readonly size: number;
  /** A value that is found counts as used. */
  get(key: Key): Value | undefined;
  /** Stores a value, or its new size. The least recently used values give way. A value that is too large is not stored. */
  set(key: Key, value: Value, sizeBytes: number): void;
  has(key: Key, value: Value): boolean;
  /** Forgets the values that were last used at this time or before, in milliseconds of the clock. */
  dropUsedUntil(time: number): void;
}

/** @param clock in milliseconds; never set back. */
export function createRecentlyUsed<Key, Value>(
  { maxBytes, maxEntries = Number.POSITIVE_INFINITY }: { maxBytes: number; maxEntries?: number },
  clock = () => performance.now(),
): RecentlyUsed<Key, Value> {
  /** Least recently used first. */
  const entries = new Map<Key, Entry<Value>>();
  let bytes = 0;

  function remove(key: Key): void {
    bytes -= entries.get(key)?.sizeBytes ?? 0;
    entries.delete(key);
  }

  function dropOldest(isOver: (oldest: Entry<Value>) => boolean): void {
    for (const [key, entry] of entries) {
      if (!isOver(entry)) return;
      remove(key);
    }
  }

  return {
    get size() {
      return entries.size;
    },
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entry.usedAt = clock();
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, sizeBytes) {
      remove(key);
      if (sizeBytes > maxBytes) return;
      entries.set(key, { value, sizeBytes, usedAt: clock() });
      bytes += sizeBytes;
      dropOldest(() => bytes > maxBytes || entries.size > maxEntries);
    },
    has: (key, value) => entries.get(key)?.value === value,
    dropUsedUntil(time) {
      dropOldest(({ usedAt }) => usedAt <= time);
    },
  };
}
