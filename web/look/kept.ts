type Name = 'language' | 'theme';

/** What was chosen in this browser before; a browser may refuse to keep anything. */
export function kept(name: Name): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(name: Name, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The choice lasts as long as the page does.
  }
}
