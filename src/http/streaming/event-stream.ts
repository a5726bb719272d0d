/** A server-sent event: HTML standard, section 9.2.6. The data must be one line. */
export function event(name: string, id: string, data: string): string {
  return `event: ${name}\nid: ${id}\ndata: ${data}\n\n`;
}

/** A comment. It ends with a single line break, because strict readers take an empty line for an event without data. */
export function comment(text = ''): string {
  return text === '' ? ':\n' : `: ${text}\n`;
}

/** How long a reader waits before it reconnects. It belongs to the block of the next event. */
export const retry = (ms: number): string => `retry: ${ms}\n`;
