#!/usr/bin/env bash
# sseclient-py 1.9.0: an event cut off by the end of the connection is delivered like a complete one.
#
# Expected: the HTML standard says that a client discards an event that is not followed by a blank line before the stream ends, so a
#   reader never sees half an event. npm's eventsource-parser 3.1.1 discards it.
# Seen: a price of 97123.45 whose connection ends after "97" arrives as an ordinary event with the data "97", and no error. A server that
#   restarts, or a proxy with a time limit, is enough. The client also forgets an id sent in a block without data.
# Consequence: send data whose end is recognizable (a JSON object, not a bare number), and let clients parse it strictly.
#
# Node.js 20 or later with npm, Python 3.11 or later with pip. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit eventsource-parser@3.1.1
python3 -m venv python
python/bin/pip install --quiet sseclient-py==1.9.0
printf 'id: 7\n\ndata: 97120.10\n\ndata: 97' >stream
cat >read.mjs <<'JAVASCRIPT'
import { readFileSync } from 'node:fs';
import { createParser } from 'eventsource-parser';
const seen = [];
createParser({ onEvent: ({ data }) => seen.push(data) }).feed(readFileSync('stream', 'utf8'));
console.log(`eventsource-parser: ${seen.join(' ')}`);
JAVASCRIPT
seen=$(
  node read.mjs
  python/bin/python -c '
import sseclient
events = list(sseclient.SSEClient(open("stream", "rb")).events())
print("sseclient-py:", *[event.data for event in events], "- ids:", *[event.id for event in events])'
)
echo "$seen"
# Output on 2026-11-30:
#   eventsource-parser: 97120.10
#   sseclient-py: 97120.10 97 - ids: None None
[ "$seen" = "eventsource-parser: 97120.10
sseclient-py: 97120.10 97 - ids: None None" ]
