import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Relative targets of links and pictures. */
const LINK = /\]\((?![a-z]+:)([^()\s]+)\)/g;

/** Code contains no links or headings. */
const withoutCode = (text: string) => text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/``.*?``/g, '');

/** The anchors that GitHub gives to headings: lower-case, without punctuation, numbered where two are equal. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
    seen.set(slug, count + 1);
  }
  return anchors;
}

/** The broken links of a document. */
function brokenIn(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const links = [...withoutCode(text).matchAll(LINK)].map(([, link = '']) => link);
  return links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path ? resolve(ROOT, dirname(file), path) : join(ROOT, file);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).has(anchor);
  });
}

test('every relative link and anchor in the documents resolves', () => {
  const files = globSync('**/*.md', {
    cwd: ROOT,
    exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name),
  });
  assert.ok(files.length > 10);
  const broken = files.flatMap((file) => brokenIn(file).map((link) => `${file}: ${link}`));
  assert.deepEqual(broken, []);
});

test('anchors are computed as GitHub does', () => {
  const text =
    '# GET /history\n## What one client can take\n## Fear & Greed\n## Speed\n```\n# no heading\n```\n## Speed\n## 历史数据\n';
  assert.deepEqual(
    [...anchorsOf(text)],
    ['get-history', 'what-one-client-can-take', 'fear--greed', 'speed', 'speed-1', '历史数据'],
  );
});
