/** Server-sent events: the HTML standard, section 9.2.6. The data is one line. */
export function event(name: string, id: string, data: string): string {
  return `event: ${name}\nid: ${id}\ndata: ${data}\n\n`;
}

/**
 * A comment shows both sides that the other one is there. A single line break ends it: after an empty line, strict
 * readers would take it for an event without data.
 */
export function comment(text = ''): string {
  return text === '' ? ':\n' : `: ${text}\n`;
}

/** The milliseconds after which a reader whose stream ended reconnects. It belongs to the block of the event behind it. */
export function retry(milliseconds: number): string {
  return `retry: ${milliseconds}\n`;
}
