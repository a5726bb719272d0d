/** Set for workers alone: the version of the program that started them. */
export const WRITER_VERSION = 'IS_BITCOIN_LIT_WRITER_VERSION';

/** `undefined` unless this process is a worker of this program. */
export const writerVersion = (): string | undefined => process.env[WRITER_VERSION];
