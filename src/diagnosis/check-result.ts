export type Result = 'ok' | 'warning' | 'failed';

/** What a check has found: a row of the table. No text in it holds a secret. */
export interface CheckResult {
  /** What was looked at: "free space", "coinbase". */
  readonly name: string;
  readonly result: Result;
  /** One line, in plain words. */
  readonly detail: string;
  /** What to do about it, in a sentence. */
  readonly advice?: string;
  /** Whether the service would have no answer because of it. */
  readonly isFatal?: boolean;
}

export const ok = (name: string, detail: string): CheckResult => ({ name, result: 'ok', detail });

export const warning = (name: string, detail: string, advice?: string): CheckResult => ({
  name,
  result: 'warning',
  detail,
  ...(advice !== undefined && { advice }),
});

/** A failure that the service may have an answer in spite of. */
export const failed = (name: string, detail: string, advice?: string): CheckResult => ({
  name,
  result: 'failed',
  detail,
  ...(advice !== undefined && { advice }),
});

/** A failure without whose repair the service has no answer. */
export const fatal = (name: string, detail: string, advice?: string): CheckResult => ({
  ...failed(name, detail, advice),
  isFatal: true,
});
