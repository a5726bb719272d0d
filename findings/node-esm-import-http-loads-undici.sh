#!/usr/bin/env bash
# node:http of Node.js 26.10.0: an ES module that imports createServer from it also loads fetch, that is undici.
#
# Expected: import and require of the same built-in module load the same code. fetch, WebSocket and their like are lazy getters of
#   node:http, so a server that uses none of them should not load undici.
# Seen: require('node:http') and process.getBuiltinModule('node:http') leave undici out. import { createServer } from 'node:http' loads it
#   and some ninety more internal modules, because the module's ES facade reads the value of every export, lazy ones included.
# Consequence: a short-lived command written as ES modules starts slower by tens of milliseconds of processor time. Take the module
#   by process.getBuiltinModule where start-up time matters.
#
# Node.js 20 or later with npm. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --allow-scripts=node node@26.10.0 2>/dev/null ||
  npm install --silent --no-fund --no-audit node@26.10.0
REPORT="const loaded = process.moduleLoadList; console.log(typeof createServer, loaded.some((name) => name.includes('undici')), loaded.length > 200);"
echo "import { createServer } from 'node:http'; $REPORT" >import.mjs
echo "const { createServer } = process.getBuiltinModule('node:http'); $REPORT" >builtin.mjs
echo "const { createServer } = require('node:http'); $REPORT" >require.cjs
seen=$(for file in import.mjs builtin.mjs require.cjs; do npx node "$file"; done)
echo "$seen"
# Output on 2026-11-30: whether undici is loaded, and whether there are more than 200 internal modules.
#   function true true
#   function false false
#   function false false
[ "$seen" = "function true true
function false false
function false false" ]
