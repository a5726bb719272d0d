#!/usr/bin/env bash
# redis 6.3.1 for Node.js: createClient builds a class with all of its commands whenever options differ from the last call's.
#
# Expected: a second client costs little, whatever server it is for. The class depends on modules, functions and scripts alone,
#   and the package keeps the last class for reuse.
# Seen: the key under which it is kept is the JSON of all options, with the URL and the password. Clients of two servers in turn
#   build a class with some 500 methods each time, and another for MULTI: tens of milliseconds and much garbage.
# Consequence: a program that connects to the nodes of a cluster in turn spends its time on this. Create one client that never
#   connects, and call its duplicate() with the other options, which uses its class.
#
# Node.js 20 or later with npm. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit redis@6.3.1 2>/dev/null
cat >classes.cjs <<'END'
const { createClient } = require('redis');
// A client is made from an object of its class.
const classOf = (client) => client.duplicate().constructor;
const first = createClient({ url: 'redis://127.0.0.1:1' });
const isSame = (client) => classOf(client) === classOf(first);
console.log('a duplicate for another port:', isSame(first.duplicate({ url: 'redis://127.0.0.1:2' })));
console.log('the same options:', isSame(createClient({ url: 'redis://127.0.0.1:1' })));
console.log('another port:', isSame(createClient({ url: 'redis://127.0.0.1:2' })));
console.log('the first options again:', isSame(createClient({ url: 'redis://127.0.0.1:1' })));
END
seen=$(node classes.cjs)
echo "$seen"
# Output on 2026-11-30: whether the class is that of the first client.
#   a duplicate for another port: true
#   the same options: true
#   another port: false
#   the first options again: false
[ "$seen" = "a duplicate for another port: true
the same options: true
another port: false
the first options again: false" ]
