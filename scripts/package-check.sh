#!/usr/bin/env bash
# Installs the packed package in an empty folder, beside nothing but Node.js from npm, and runs every command.
#   scripts/package-check.sh [NODE_VERSION...]    (default: 24 26; an older one must be refused)
# Needs npm and curl, and downloads about 60 MB for each version.
set -euo pipefail
cd "$(dirname "$0")/.."
versions=("$@")
((${#versions[@]})) || versions=(24 26)
PORT=${PORT:-18070}
work=$(mktemp -d "${TMPDIR:-/tmp}/package.XXXXXX")
server=
# Each server leads a group of processes, as in a terminal: npx does not pass on signals that only it gets.
set -m
cleanup() {
  [[ -z $server ]] || kill -- "-$server" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "FAILED: $1" >&2; exit 1; }
ok() { echo "ok: $1"; }

npm run --silent build
tarball=$work/$(npm pack --ignore-scripts --silent --pack-destination "$work")
echo "tarball: $(stat -c %s "$tarball") bytes; unpacked: $(tar -xOzf "$tarball" | wc -c) bytes"
npm install --silent --prefix "$work/npm" npm@11

# A folder with node, npm, npx and a shell is all of the PATH.
prepare() {
  local bin=$work/$1/bin
  npm install --silent --prefix "$work/node-$1" "node@$1"
  mkdir -p "$bin" "$work/$1/empty"
  ln -s "$(find "$work/node-$1" -path '*/bin/node' -type f -size +50M -print -quit)" "$bin/node"
  ln -s "$work/npm/node_modules/npm/bin/npm-cli.js" "$bin/npm"
  ln -s "$work/npm/node_modules/npm/bin/npx-cli.js" "$bin/npx"
  ln -s "$(command -v sh)" "$bin/sh"
  cp "$tarball" "$work/$1/empty/"
  cd "$work/$1/empty"
  only=(env -i "PATH=$bin" "HOME=$work/$1" "DATA_DIR=$work/$1/data" SOURCE=simulated "PORT=$PORT")
}

await_answer() {
  for _ in $(seq 200); do
    curl --silent --fail --output "$work/answer" "http://127.0.0.1:$PORT/is-bitcoin-lit" && return
    sleep 0.1
  done
  fail "no answer of $1 in twenty seconds"
}

# stop NAME CODES: it ends with one of the codes, and no longer answers.
stop() {
  local code=0
  kill -- "-$server"
  wait "$server" || code=$?
  server=
  [[ " $2 " == *" $code "* ]] || fail "$1 ended with $code"
  for _ in $(seq 50); do
    curl --silent --output /dev/null "http://127.0.0.1:$PORT/health/live" || return 0
    sleep 0.1
  done
  fail "$1 still answers"
}

# is NAME CODES COMMAND...: the command exits with one of the codes.
is() {
  local name=$1 codes=$2 code=0
  shift 2
  "$@" >"$work/output" 2>&1 || code=$?
  [[ " $codes " == *" $code "* ]] || fail "$name exits with $code: $(cat "$work/output")"
  ok "$name"
}

for version in "${versions[@]}"; do
  prepare "$version"
  echo "== Node.js $("${only[@]}" node --version)"
  if ((${version%%.*} < 24)); then
    is 'is refused' 70 "${only[@]}" npx --yes ./is-bitcoin-lit-*.tgz demo
    grep '^is-bitcoin-lit: requires Node.js' "$work/output" || fail "$(cat "$work/output")"
    cd - >/dev/null
    continue
  fi
  "${only[@]}" npx --yes ./is-bitcoin-lit-*.tgz demo >"$work/log" 2>&1 &
  server=$!
  await_answer 'npx demo'
  ok "npx demo answers: $(head -c 100 "$work/answer")…"
  stop demo '0 143'
  "${only[@]}" npm install --silent --global --prefix "$work/$version/global" ./is-bitcoin-lit-*.tgz
  lit=("${only[@]}" "$work/$version/global/bin/is-bitcoin-lit")
  "${lit[@]}" serve >"$work/log" 2>&1 &
  server=$!
  await_answer serve
  page=$(curl --silent --fail --compressed "http://127.0.0.1:$PORT/")
  script=$(grep -o '/assets/[^"]*\.js' <<<"$page" | head -1)
  is 'the page' 0 curl --silent --fail --output /dev/null "http://127.0.0.1:$PORT$script"
  is 'the API documentation' 0 curl --silent --fail --output /dev/null "http://127.0.0.1:$PORT/docs"
  is show '0 1' "${lit[@]}" show
  is refresh 0 "${lit[@]}" refresh
  is doctor 0 "${lit[@]}" doctor
  is export 0 "${lit[@]}" export --from -1h
  cp "$work/output" samples.csv
  is import 0 "${lit[@]}" import samples.csv
  is delete 0 "${lit[@]}" delete --from 2015-01-01 --to 2015-01-02 --yes
  is backup 0 "${lit[@]}" backup copy.sqlite
  is score 0 "${lit[@]}" score <<<'Bitcoin surges past'
  for shell in bash zsh fish; do is "completion $shell" 0 "${lit[@]}" completion "$shell"; done
  is '--help' 0 "${lit[@]}" --help
  for command in $(grep -o '^  [a-z]\+' "$work/output"); do is "$command --help" 0 "${lit[@]}" "$command" --help; done
  stop serve 0
  cd - >/dev/null
done
