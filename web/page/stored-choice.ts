type Name = 'language' | 'theme';

/** Choices remembered by the browser, which may refuse to store them. */
export function readChoice(name: Name): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function storeChoice(name: Name, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The choice lasts until the page is closed.
  }
}
