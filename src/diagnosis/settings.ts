import type { InspectedConfig } from '../config/config.ts';
import { warnings } from '../config/warnings.ts';
import { type CheckResult, failed, fatal, ok, warning } from './check-result.ts';

/** Every wrong setting, and what will hurt of the right ones. */
export function checkSettings({ config, faults }: InspectedConfig, room: number): CheckResult[] {
  const wrong = [...faults].map(([name, message]) =>
    fatal(name, message.replace(`${name} `, ''), 'Correct it, or remove it to use the default.'),
  );
  const risky = [...warnings(config, room)].map((text) => warning('settings', text));
  const all = [...wrong, ...risky];
  return all.length > 0 ? all : [ok('settings', 'all are valid')];
}

/** The result of a check that cannot be made because of a wrong setting; `undefined` if it can. */
export function unchecked(
  name: string,
  needed: readonly string[],
  { faults }: InspectedConfig,
): CheckResult | undefined {
  const wrong = needed.filter((setting) => faults.has(setting));
  return wrong.length > 0
    ? failed(name, `not checked: ${wrong.join(', ')} must be corrected first`)
    : undefined;
}
