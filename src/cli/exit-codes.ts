/** Of `show`. It never exits with 0 or 1 for another reason. */
export const LIT = 0;
export const NOT_LIT = 1;
/** Unknown or stale. */
export const UNKNOWN = 2;
export const NO_ANSWER = 3;

/** Of `import`: some records were rejected. */
export const SOME_REJECTED = 3;

/** Of `check`: damage was found, and not all of it was repaired. */
export const DAMAGED = 3;

/** From sysexits.h. */
export const USAGE = 64;
export const DATA_ERROR = 65;
export const NO_INPUT = 66;
export const UNAVAILABLE = 69;
export const SOFTWARE = 70;
export const CANNOT_CREATE = 73;
export const OUTPUT_FAILED = 74;
export const TRY_AGAIN = 75;
export const CONFIG = 78;
