/** Of `show`: the answer itself. Nothing else ever exits with 0 or 1 from it. */
export const LIT = 0;
export const NOT_LIT = 1;
/** Not known, or known and stale. */
export const UNKNOWN = 2;
/** There is nothing to answer with. */
export const NO_ANSWER = 3;

/** Of `import`: some records were not let in. */
export const SOME_REJECTED = 3;

/** Those of sysexits.h. */
export const USAGE = 64;
export const DATA_ERROR = 65;
export const NO_INPUT = 66;
export const UNAVAILABLE = 69;
export const SOFTWARE = 70;
export const CANNOT_CREATE = 73;
export const OUTPUT_FAILED = 74;
export const TRY_AGAIN = 75;
export const CONFIG = 78;
