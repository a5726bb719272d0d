/** Compressed data cannot be unpacked from some point on. The message is for the user. */
export class DamagedError extends Error {
  override readonly name = 'DamagedError';
}
