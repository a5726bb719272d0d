import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

test('ARCHITECTURE.md gives each production dependency a row with its reason', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const [, section = ''] = read('ARCHITECTURE.md').split('\n## Dependencies\n');
  const rows = [...section.matchAll(/^\| `([^`]+)` \| \S.+ \|$/gm)].map(([, name]) => name);
  assert.deepEqual(rows.toSorted(), Object.keys(dependencies).toSorted());
});
