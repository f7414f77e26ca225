#!/usr/bin/env bash
# Builds the MinIO server from its Go module, once per version, and prints the path of the binary.
#
#   build-minio.sh [--force]        the server
#   build-minio.sh mc [--force]     its command line client
#
# MinIO publishes neither binaries nor images of its community server any more; the Go module is what is left. The
# binary is static, so that the same file serves as a native test server and inside an image.
# ducklake-testing looks for it in the same place and builds it in the same way when this script was not run.
set -euo pipefail

# ducklake-testing's MinioBinary names the same version; a unit test compares the two.
readonly MINIO_VERSION=v0.0.0-20260212201848-7aac2a2c5b7c

# The client that this server's console is built with.
readonly MC_VERSION=v0.0.0-20250313080218-cf909e1063a9

name=minio version="$MINIO_VERSION"
if [[ "${1:-}" == mc ]]; then
  name=mc version="$MC_VERSION"
  shift
fi
readonly name version

readonly tools="${XDG_CACHE_HOME:-$HOME/.cache}/datlake/tools"
readonly directory="$tools/$name-$version"
readonly binary="$directory/$name"

if [[ -x "$binary" && "${1:-}" != --force ]]; then
  echo "$binary"
  exit 0
fi

if ! command -v go >/dev/null; then
  echo "build-minio.sh: Go is missing. Install Go 1.24 or newer (https://go.dev/dl), or put a $name binary on the PATH." >&2
  exit 1
fi

mkdir -p "$directory"
staging="$(mktemp -d "$directory/.build.XXXXXX")"
trap 'rm -rf "$staging"' EXIT

echo "build-minio.sh: building $name $version with $(go version | cut -d' ' -f3); this takes minutes, once" >&2
# The module is named with its version, so the working directory must not be a Go module of someone else.
(cd "$staging" && CGO_ENABLED=0 GOBIN="$staging" \
  go install -trimpath -ldflags '-s -w' "github.com/minio/$name@$version") >&2

# A rename is atomic: nobody ever starts half a binary, and a second builder does no harm.
mv -f "$staging/$name" "$binary"
echo "$binary"
