#!/usr/bin/env bash
# npm 11.19.1: `npx /absolute/path/package.tgz` runs the archive itself instead of the program of the package in it.
#
# Expected: a path of a tarball is a package, as `npm install` takes it, whether the path is relative or absolute.
# Seen: `npx ./package.tgz` installs the package and runs its program. With the absolute path of the same file, npm finds the "binary" by
#   joining the path to node_modules/.bin with path.resolve, which gives the tarball, because the path is absolute. The shell
#   then tries to run the archive: "Permission denied", exit code 126.
# Consequence: give npx a relative path, or use --package: npx --package=/absolute/path/package.tgz program.
#
# Node.js 20 or later with npm. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/tool" "$folder/empty"
cd "$folder/tool"
echo '{ "name": "some-tool", "version": "1.0.0", "bin": "tool.js" }' >package.json
printf '#!/usr/bin/env node\nconsole.log("the tool runs");\n' >tool.js
npm pack --silent --pack-destination "$folder/empty" >/dev/null
npm install --silent --no-fund --no-audit --prefix "$folder/npm" npm@11.19.1
npx=("$(command -v node)" "$folder/npm/node_modules/npm/bin/npx-cli.js" --yes)
cd "$folder/empty"
relative=$("${npx[@]}" ./some-tool-1.0.0.tgz)
option=$("${npx[@]}" "--package=$PWD/some-tool-1.0.0.tgz" some-tool)
code=0
absolute=$("${npx[@]}" "$PWD/some-tool-1.0.0.tgz" 2>&1) || code=$?
printf 'relative: %s\n--package: %s\nabsolute: exit code %s, %s\n' "$relative" "$option" "$code" "${absolute##*: }"
# Output on 2026-11-30:
#   relative: the tool runs
#   --package: the tool runs
#   absolute: exit code 126, Permission denied
[[ $relative == 'the tool runs' && $option == 'the tool runs' && $code == 126 ]] || { echo 'it behaves differently' >&2; exit 1; }
