#!/usr/bin/env bash
# Node.js 26.10.0: the worker threads of a single executable application cannot read the files that "useVfs" embeds in it.
#
# Expected: with "useVfs", the embedded files are an ordinary read-only file system for the program: import, node:fs and
#   new Worker(new URL('./worker.js', import.meta.url)) find them.
# Seen: import and node:fs find them in the main thread. In a worker thread, the file system is not mounted: the worker fails with "Cannot
#   find module '/dev/null/vfs/0/worker.js'".
# Consequence: give a worker its whole program, as a data: URL, and the content of files as messages or workerData.
#
# Linux, Node.js 20 or later with npm. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --allow-scripts=node node@26.10.0 2>/dev/null ||
  npm install --silent --no-fund --no-audit node@26.10.0
mkdir app
echo 'a word' >app/word.txt
echo "import { parentPort } from 'node:worker_threads'; parentPort.postMessage('started');" >app/worker.js
cat >app/main.js <<'JS'
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
const report = (name, worker) =>
  new Promise((resolve) => worker.on('message', resolve).on('error', resolve)).then((result) =>
    console.log(`${name}: ${result.message ?? result}`),
  );
console.log(`main thread: ${readFileSync(new URL('./word.txt', import.meta.url), 'utf8').trim()}`);
await report('worker, by its file', new Worker(new URL('./worker.js', import.meta.url)));
const text = readFileSync(new URL('./worker.js', import.meta.url), 'base64');
await report('worker, by a data: URL', new Worker(new URL(`data:text/javascript;base64,${text}`)));
JS
cat >sea.json <<'JSON'
{
  "main": "app/main.js",
  "mainFormat": "module",
  "output": "program",
  "useVfs": true,
  "disableExperimentalSEAWarning": true,
  "assets": { "main.js": "app/main.js", "word.txt": "app/word.txt", "worker.js": "app/worker.js" }
}
JSON
npx --no-install node --build-sea sea.json >/dev/null
seen=$(./program)
echo "$seen"
# Output on 2026-11-30:
#   main thread: a word
#   worker, by its file: Cannot find module '/dev/null/vfs/0/worker.js'
#   worker, by a data: URL: started
expected="main thread: a word
worker, by its file: Cannot find module '/dev/null/vfs/0/worker.js'
worker, by a data: URL: started"
[[ $seen == "$expected" ]] || { echo 'it behaves differently' >&2; exit 1; }
