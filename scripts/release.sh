#!/usr/bin/env bash
# Prepares a release of the version in package.json: checks the changelog, packs, lists licences and packages, and tags.
# It publishes nothing: the pushed tag starts .github/workflows/release.yml, which publishes with provenance.
#   scripts/release.sh [--dry-run]
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-}
version=$(node -p "require('./package.json').version")
fail() { echo "release: $1" >&2; exit 1; }

case $mode in '' | --dry-run) ;; *) fail "unknown option: $mode" ;; esac
grep -q "^## $version\b" CHANGELOG.md || fail "CHANGELOG.md has no section \"## $version\""
if [[ $mode != --dry-run ]]; then
  [[ -z $(git status --porcelain) ]] || fail 'the working tree has changes'
  ! git rev-parse -q --verify "refs/tags/v$version" >/dev/null || fail "the tag v$version exists"
fi

out=dist-release
rm -rf "$out"
mkdir "$out"
npm run --silent build:page
node scripts/release.ts "$out"
npm pack --ignore-scripts --silent --pack-destination "$out"
grep -q 'Node.js is licensed for use' "$out"/*-licenses.txt ||
  fail 'the license of Node.js was not found: use a Node.js from nodejs.org'
gzip "$out/is-bitcoin-lit-$(node -p '`${process.platform}-${process.arch}`')"
tar -C "$out" -czf "$out/source-maps.tar.gz" --remove-files source-maps
cp dist/licenses.txt "$out/licenses.txt"
cp web/dist/licenses.md "$out/page-licenses.md"
(cd "$out" && sha256sum -- * >SHA256SUMS)
ls -l "$out"
[[ $mode == --dry-run ]] && exit

git tag --annotate "v$version" --message "Version $version"
echo "release: tagged v$version; push it with: git push origin v$version"
