/** Of `show`: the answer itself. Nothing else ever exits with 0 or 1 from it. */
export const LIT = 0;
export const NOT_LIT = 1;
/** Not known, or known and stale. */
export const UNKNOWN = 2;
/** There is nothing to answer with. */
export const NO_ANSWER = 3;

/** Those of sysexits.h. */
export const USAGE = 64;
export const SOFTWARE = 70;
export const CONFIG = 78;
