import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, ROOT), 'utf8');

/** What is the same in each language: commands and names in code, and where links lead. */
const namesIn = (text: string): Set<string> => {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '');
  return new Set([...prose.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name));
};
const blocksIn = (text: string): string[] => text.match(/```[\s\S]*?```/g) ?? [];

test('both languages of the README have the same commands, settings, endpoints and examples', () => {
  const [english, chinese] = [read('README.md'), read('README.zh-CN.md')];
  const missing = [...namesIn(english)].filter((name) => !namesIn(chinese).has(name));
  assert.deepEqual(missing, []);
  assert.deepEqual(blocksIn(chinese), blocksIn(english));
});

test('what the READMEs link to is there', () => {
  for (const name of ['README.md', 'README.zh-CN.md']) {
    const links = [...read(name).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    assert.ok(links.length > 8);
    assert.deepEqual(
      links.filter((link) => !existsSync(new URL(link, ROOT))),
      [],
    );
  }
});
