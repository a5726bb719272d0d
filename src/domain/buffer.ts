/** Buffers of at least this size get memory pages of their own. */
const MIN_OWN_PAGES_BYTES = 65_536;

/**
 * Allocates a buffer whose memory goes back to the system when it is freed. V8 places a resizable buffer on separate memory
 * pages, and frees them with it. `malloc` does not return the gaps that freed buffers leave: 20 MB after a thousand histories.
 */
export function allocateToFree(length: number): Buffer {
  if (length < MIN_OWN_PAGES_BYTES) return Buffer.allocUnsafeSlow(length);
  return Buffer.from(new ArrayBuffer(length, { maxByteLength: length }), 0, length);
}
