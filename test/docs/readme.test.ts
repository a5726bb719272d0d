import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, ROOT), 'utf8');

/** Text in code, which is the same in each language. */
const namesIn = (text: string): Set<string> => {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '');
  return new Set([...prose.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name));
};
const blocksIn = (text: string): string[] => text.match(/```[\s\S]*?```/g) ?? [];

for (const name of ['README', 'docs/api']) {
  test(`${name}: both languages have the same commands, settings, endpoints and examples`, () => {
    const [english, chinese] = [read(`${name}.md`), read(`${name}.zh-CN.md`)];
    const missing = [...namesIn(english)].filter((one) => !namesIn(chinese).has(one));
    assert.deepEqual(missing, []);
    assert.deepEqual(blocksIn(chinese), blocksIn(english));
  });
}

test('links of the READMEs resolve', () => {
  for (const name of ['README.md', 'README.zh-CN.md']) {
    const links = [...read(name).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    assert.ok(links.length > 8);
    assert.deepEqual(
      links.filter((link) => !existsSync(new URL(link, ROOT))),
      [],
    );
  }
});
