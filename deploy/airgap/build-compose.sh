#!/usr/bin/env bash
# Builds Docker's compose from its Go module, once per version, and prints the path of the binary.
set -euo pipefail

readonly VERSION=v5.6.0 MODULE=github.com/docker/compose/v5
readonly directory="${XDG_CACHE_HOME:-$HOME/.cache}/datlake/tools/compose-$VERSION"
readonly binary="$directory/docker-compose"

if [[ -x "$binary" ]]; then
  echo "$binary"
  exit 0
fi
command -v go >/dev/null || {
  echo "build-compose.sh: Go is missing. Install Go (https://go.dev/dl), or docker-compose." >&2
  exit 1
}
mkdir -p "$directory"
staging="$(mktemp -d "$directory/.build.XXXXXX")"
trap 'rm -rf "$staging"' EXIT
echo "build-compose.sh: building compose $VERSION; this takes a minute or two, once" >&2
cd "$staging"
export CGO_ENABLED=0 GOFLAGS=-mod=mod
# `go install MODULE@VERSION` refuses modules that exclude versions of others; in a module of our own the same list works.
original="$(go mod download -json "$MODULE@$VERSION" | sed -n 's/^\s*"GoMod": "\(.*\)",$/\1/p')"
{
  printf 'module build\n\ngo %s\n\nrequire %s %s\n\n' "$(awk '$1 == "go" {print $2}' "$original")" "$MODULE" "$VERSION"
  sed -n '/^exclude (/,/^)/p' "$original"
} >go.mod
printf '//go:build tools\n\npackage build\n\nimport _ "%s/cmd"\n' "$MODULE" >tools.go
go mod tidy >&2
go build -trimpath -ldflags "-s -w -X $MODULE/internal.Version=$VERSION" -o docker-compose "$MODULE/cmd" >&2
mv -f docker-compose "$binary"
echo "$binary"
