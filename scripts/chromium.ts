import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The system's Chromium; `undefined` where there is none. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
];

/**
 * A real Chromium that talks to nobody but the pages that it is sent to.
 *
 * @param env added to the environment.
 */
export function launchChromium(
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: [...ARGUMENTS, ...args],
    env: { ...process.env, ...env },
  });
}
