import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/**
 * The path of the system's Chromium; `undefined` if there is none. Without the parts that draw windows, pages load in two
 * thirds of the processor time.
 */
export const CHROMIUM = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']
  .map((name) => `/usr/bin/${name}`)
  .find(existsSync);

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
];

/**
 * Starts Chromium without background requests to other hosts.
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
