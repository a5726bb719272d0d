/** Caches the most recently used results of a function of an integer, such as a day. */
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
