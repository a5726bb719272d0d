#!/usr/bin/env bash
# node:sqlite of Node.js 26.10.0: every JavaScript number is bound as REAL, even a whole number.
#
# Expected: the documentation maps a JavaScript number to INTEGER or REAL, so a whole number should arrive as INTEGER.
# Seen: typeof(?) is 'real' for 1. SQLite turns it back into an integer in a column with INTEGER or REAL affinity, but nowhere else:
#   an epoch time in a TEXT column is stored as '1767225600000.0', json_array(?) gives [1.0], and 3 / 2 is 1.5. No warning.
# Consequence: the same key written by node:sqlite and by another program compares unequal. Bind a BigInt, or write CAST(? AS INTEGER),
#   wherever the value does not go straight into a numeric column.
#
# Node.js 20 or later with npm. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --allow-scripts=node node@26.10.0 2>/dev/null ||
  npm install --silent --no-fund --no-audit node@26.10.0
cat >bind.mjs <<'JAVASCRIPT'
import { DatabaseSync } from 'node:sqlite';
const database = new DatabaseSync(':memory:');
database.exec('CREATE TABLE entry (key TEXT)');
const one = (sql, ...values) => Object.values(database.prepare(sql).get(...values)).join(' ');
for (const [time, unit, half] of [
  [1767225600000, 1, 2],
  [1767225600000n, 1n, 2n],
]) {
  database.prepare('INSERT INTO entry VALUES (?)').run(time);
  console.log(typeof time, one('SELECT typeof(?), json_array(?), 3 / ?', time, unit, half));
}
console.log(database.prepare('SELECT key FROM entry').all().map(({ key }) => key).join(' '));
JAVASCRIPT
seen=$(npx node bind.mjs 2>/dev/null)
echo "$seen"
# Output on 2026-11-30:
#   number real [1.0] 1.5
#   bigint integer [1] 1
#   1767225600000.0 1767225600000
[ "$seen" = "number real [1.0] 1.5
bigint integer [1] 1
1767225600000.0 1767225600000" ]
