export type Result = 'ok' | 'warning' | 'failed';

/** A row of the table. It contains no secrets. */
export interface CheckResult {
  /** What was checked: "free space", "coinbase". */
  readonly name: string;
  readonly result: Result;
  readonly detail: string;
  /** What to do about it, as a sentence. */
  readonly advice?: string | undefined;
  /** The service would have no answer. */
  readonly isFatal?: boolean;
}

export const ok = (name: string, detail: string): CheckResult => ({ name, result: 'ok', detail });

type CreateResult = (name: string, detail: string, advice?: string) => CheckResult;

export const warning: CreateResult = (name, detail, advice) => ({ name, result: 'warning', detail, advice });

/** A failure; the service may still have an answer. */
export const failed: CreateResult = (name, detail, advice) => ({ name, result: 'failed', detail, advice });

/** A failure that leaves the service without an answer. */
export const fatal: CreateResult = (...args) => ({ ...failed(...args), isFatal: true });
