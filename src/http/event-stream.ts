/** A piece of a stream, once for all who get it: as it is, and as a chunk of HTTP/1.1. */
export interface Frame {
  readonly plain: Buffer;
  /** RFC 9112, section 7.1. */
  readonly chunk: Buffer;
}

export function frame(text: string): Frame {
  const plain = Buffer.from(text);
  const chunk = Buffer.concat([Buffer.from(`${plain.length.toString(16)}\r\n`), plain, Buffer.from('\r\n')]);
  return { plain, chunk };
}

/** Server-sent events: the HTML standard, section 9.2.6. The data is one line. */
export function event(name: string, id: string, data: string): string {
  return `event: ${name}\nid: ${id}\ndata: ${data}\n\n`;
}

/** Says nothing, and shows on both sides whether the other one is there. */
export function comment(text = ''): string {
  return `: ${text}\n\n`;
}

/** After how many milliseconds a reader whose stream ended comes back. */
export function retry(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`;
}
