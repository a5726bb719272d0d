import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder that is deleted after the test, with retries in case a process that is ending still writes to it. */
export function temporaryFolder(t: TestContext, place = tmpdir()): string {
  const folder = mkdtempSync(join(place, 'is-bitcoin-lit-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

const IN_MEMORY = '/dev/shm';

/** A temporary folder in memory, if the system has one: thousands of commits do not wait for a disk there. */
export function quickFolder(t: TestContext): string {
  return temporaryFolder(t, existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir());
}
