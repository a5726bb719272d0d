import type { InspectedConfig } from '../config/config.ts';
import { warnings } from '../config/warnings.ts';
import { type CheckResult, failed, fatal, ok, warning } from '../domain/check-result.ts';

/** @param room how many client connections the limit of open files allows. */
export function checkSettings({ config, faults }: InspectedConfig, room: number): CheckResult[] {
  const invalid = [...faults].map(([name, message]) =>
    fatal(name, message.replace(`${name} `, ''), 'Correct it, or remove it to use the default.'),
  );
  const risky = [...warnings(config, room)].map((text) => warning('settings', text));
  const all = [...invalid, ...risky];
  return all.length > 0 ? all : [ok('settings', 'all are valid')];
}

/** The result of a check that an invalid setting prevents; `undefined` if none does. */
export function skippedCheck(
  name: string,
  needed: readonly string[],
  { faults }: InspectedConfig,
): CheckResult | undefined {
  const invalid = needed.filter((setting) => faults.has(setting));
  return invalid.length > 0
    ? failed(name, `not checked: ${invalid.join(', ')} must be corrected first`)
    : undefined;
}
