#!/usr/bin/env bash
# Validates compose.yaml with the library of `docker compose` (compose-go), and the Kubernetes example with its schemas
# (kubernetes-validate). Needs Go, Python with pip, and their registries; takes about a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
ROOT=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/manifests.XXXXXX")
trap 'rm -rf "$work"' EXIT

mkdir "$work/compose"
cat >"$work/compose/main.go" <<'GO'
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithProfiles([]string{"*"}))
	if err == nil {
		project, loading := options.LoadProject(context.Background())
		if err = loading; err == nil {
			fmt.Println("ok: compose.yaml has", strings.Join(project.ServiceNames(), ", "))
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAILED:", err)
		os.Exit(1)
	}
}
GO
(
  cd "$work/compose"
  { go mod init check && go get github.com/compose-spec/compose-go/v2@v2.16.2 && go mod tidy; } >go.log 2>&1 ||
    { cat go.log >&2; exit 1; }
  go run . "$ROOT/compose.yaml"
)

python3 -m pip install --quiet --root-user-action ignore --target "$work/python" kubernetes-validate==1.37.0
for version in 1.31 1.37; do
  PYTHONPATH=$work/python python3 -m kubernetes_validate --quiet --strict -k "$version.0" ops/kubernetes/*.yaml
done
echo 'ok: the Kubernetes example'
