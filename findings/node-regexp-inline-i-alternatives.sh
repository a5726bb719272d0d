#!/usr/bin/env bash
# Regular expressions of Node.js 26.10.0 (V8 14.6): (?i:…) does not match small letters if it contains ten alternatives.
#
# Expected: (?i:…) ignores case inside the group (ECMAScript 2025, modifiers), so /(?i:(?:A|B)C)/ and /(?:A|B)C/i match the same.
# Seen: /(?i:(?:AVAX|BCH|BNB|DOGE|DOT|ETC|ETH|XLM|XMR|XRP)U)/ matches ETHU, but not ethu, which the same pattern with the flag i matches.
#   With one alternative less, it matches. With --no-regexp-optimization, two alternatives are enough: /(?i:(?:ETH|XRP)U)/. No error.
#   nodejs/node#60030, another fault of these modifiers, is mended in this version, but not with --no-regexp-optimization.
# Consequence: a pattern works until its list grows. Use the flag i for a pattern of its own.
#
# Node.js 20 or later with npm. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --allow-scripts=node node@26.10.0 2>/dev/null ||
  npm install --silent --no-fund --no-audit node@26.10.0
cat >match.mjs <<'JAVASCRIPT'
for (const names of ['ETH|XRP', 'AVAX|BCH|BNB|DOGE|DOT|ETC|ETH|XLM|XMR', 'AVAX|BCH|BNB|DOGE|DOT|ETC|ETH|XLM|XMR|XRP']) {
  const [group, flag] = [new RegExp(`(?i:(?:${names})U)`), new RegExp(`(?:${names})U`, 'i')];
  console.log(names.split('|').length, group.test('ETHU'), group.test('ethu'), flag.test('ethu'));
}
JAVASCRIPT
seen=$(npx node match.mjs; npx node --no-regexp-optimization match.mjs)
echo "$seen"
# Output on 2026-11-30:
#   2 true true true
#   9 true true true
#   10 true false true
#   2 true false true
#   9 true false true
#   10 true false true
[ "$seen" = "2 true true true
9 true true true
10 true false true
2 true false true
9 true false true
10 true false true" ]
