/** Caches what a function makes for whole numbers, such as days: the entries used last. */
export function cacheRecent<T>(most: number, make: (key: number) => T): (key: number) => T {
  const cached = new Map<number, T>();
  return (key) => {
    const value = cached.get(key) ?? make(key);
    cached.delete(key);
    cached.set(key, value);
    const [oldest] = cached.keys();
    if (cached.size > most && oldest !== undefined) cached.delete(oldest);
    return value;
  };
}
