#!/usr/bin/env bash
# Builds the image with buildah, without Docker, and checks it: user, read-only root, health check, stop, data, size.
# Needs root, and from Debian: buildah podman runc debootstrap. Takes about three minutes and 3 GB below TMPDIR, removed at the end.
# The base image cannot be pulled everywhere, so it is made here: Debian with Node.js, under the name of the official one.
set -euo pipefail
cd "$(dirname "$0")/.."
ROOT=$PWD
SUITE=${SUITE:-trixie}
IMAGE=localhost/node:26-trixie-slim
PORT=${PORT:-18080}
work=$(mktemp -d "${TMPDIR:-/tmp}/container.XXXXXX")
name=is-bitcoin-lit-check-$$
store=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
buildah() { command buildah "${store[@]}" "$@"; }
# crun, podman's default, refuses machines with both versions of control groups.
podman() { command podman "${store[@]}" --runtime runc --cgroup-manager cgroupfs "$@"; }
cleanup() {
  podman rm --force --time 1 "$name" >/dev/null 2>&1 || true
  command umount --recursive "$work" 2>/dev/null || true
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
fail() { echo "FAILED: $1" >&2; exit 1; }
ok() { echo "ok: $1"; }

echo "== base image: Debian $SUITE, Node.js 26"
debootstrap --variant=minbase --include=ca-certificates,libatomic1 "$SUITE" "$work/rootfs" >"$work/debootstrap.log" || fail "debootstrap, see $(tail -3 "$work/debootstrap.log")"
npm install --silent --prefix "$work/npm" npm@11 node@26 >/dev/null
install "$(find "$work/npm" -path "*/bin/node" -type f -size +50M -print -quit)" "$work/rootfs/usr/local/bin/node"
cp -a "$work/npm/node_modules/npm" "$work/rootfs/usr/local/lib/node_modules-npm"
mkdir -p "$work/rootfs/usr/local/lib/node_modules"
mv "$work/rootfs/usr/local/lib/node_modules-npm" "$work/rootfs/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/rootfs/usr/local/bin/npm"
chroot "$work/rootfs" useradd --uid 1000 --create-home node
rm -rf "$work"/rootfs/var/cache/apt/archives/*.deb "$work"/rootfs/var/lib/apt/lists/*
base=$(buildah from scratch)
buildah add --quiet "$base" "$work/rootfs" / >/dev/null
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$base"
buildah commit --quiet "$base" "$IMAGE" >/dev/null
buildah rm "$base" >/dev/null

echo "== build"
# npm's settings and the certificates of this machine, which a registry may need; they do not get into the image.
{ grep -v '^cafile' ~/.npmrc 2>/dev/null || true; echo cafile=/etc/ssl/certs/ca-certificates.crt; } >"$work/npmrc"
buildah build --quiet --pull-never --isolation chroot --format docker --tag is-bitcoin-lit \
  --volume "$work/npmrc:/root/.npmrc:ro" \
  --volume /etc/ssl/certs/ca-certificates.crt:/etc/ssl/certs/ca-certificates.crt:ro \
  --build-arg "VERSION=$(node -p "require('./package.json').version")" \
  --build-arg "REVISION=$(git rev-parse HEAD)" "$ROOT" >/dev/null
ok built

echo "== size"
container=$(buildah from --pull-never is-bitcoin-lit)
mount=$(buildah mount "$container")
bytes=$(tar -C "$mount" -c app data usr/local/bin/is-bitcoin-lit | gzip -6 | wc -c)
buildah rm "$container" >/dev/null
echo "compressed beyond the base: $((bytes / 1000)) kB"
((bytes < 120000000)) || fail 'the image is too large'

echo "== run"
mkdir "$work/data"
chown 1000:1000 "$work/data"
start() {
  podman run --detach --name "$name" --read-only --read-only-tmpfs=false --cap-drop all --network host \
    --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --health-interval disable \
    --volume "$work/data:/data" --env HOST=127.0.0.1 --env PORT="$PORT" --env SOURCE=simulated is-bitcoin-lit >/dev/null
  for _ in $(seq 100); do
    curl --silent --fail --output "$work/answer" "http://127.0.0.1:$PORT/is-bitcoin-lit" && return
    sleep 0.1
  done
  podman logs "$name" >&2
  fail 'no answer in ten seconds'
}
stop() {
  local began=$(date +%s%N)
  podman stop --time 10 "$name" >/dev/null
  local took=$((($(date +%s%N) - began) / 1000000))
  local code
  code=$(podman inspect --format '{{.State.ExitCode}}' "$name")
  ((code == 0 && took < 5000)) || fail "stop: exit code $code after $took ms"
  ok "stops with exit code 0 after $took ms"
  podman rm "$name" >/dev/null
}
start
ok "answers: $(head -c 100 "$work/answer")…"
[[ $(podman exec "$name" id -u) == 1000 ]] || fail 'it runs as root'
ok 'runs as user 1000'
if podman exec "$name" touch /app/x 2>/dev/null; then fail 'the root is writable'; fi
podman exec "$name" awk '$2 == "/" && $4 ~ /(^|,)ro(,|$)/ { found = 1 } END { exit !found }' /proc/mounts || fail 'the root is not mounted read-only'
ok 'the root file system is read-only'
podman healthcheck run "$name" || fail 'health check'
ok 'passes its health check'
# A price of a day that the simulated source never fills by itself.
echo '2015-01-01T00:00:00Z,314.25,' | cat <(echo time,price,sentiment) - | podman exec --interactive "$name" is-bitcoin-lit import - >/dev/null
stop
start
curl --silent --fail "http://127.0.0.1:$PORT/history?from=2015-01-01&to=2015-01-02&bucket=1h" | grep -q '314\.25' ||
  fail 'an imported sample is gone after the restart'
ok 'kept an imported sample over a restart'
stop
