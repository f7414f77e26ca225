#!/usr/bin/env bash
# Builds Loki and a small OpenTelemetry Collector from their Go modules, each once per version, and prints their paths.
# Loki takes several minutes. The versions are those of the images in docker-compose.yml.
set -euo pipefail

readonly LOKI=v3.7.8 COLLECTOR=v0.165.0
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly here
readonly tools="${XDG_CACHE_HOME:-$HOME/.cache}/datlake/tools"
readonly loki="$tools/loki-$LOKI/loki" collector="$tools/collector-$COLLECTOR/collector"
export CGO_ENABLED=0 GOFLAGS=-mod=mod
staging="$(mktemp -d)"
readonly staging
trap 'chmod -R u+w "$staging"; rm -rf "$staging"' EXIT

build() {
  echo "build-log-tools.sh: building $(basename "$1"), once" >&2
  mkdir -p "$(dirname "$1")"
  go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$1.part" "$2" >&2
  mv -f "$1.part" "$1"
}

if [[ ! -x "$loki" ]]; then
  # It replaces modules by forks, which counts in the main module only: so in a copy of its own source. What it replaces
  # by a folder of its repository is a published module as well.
  cp -r "$(go mod download -json "github.com/grafana/loki/v3@$LOKI" | sed -n 's/^\s*"Dir": "\(.*\)",$/\1/p')" "$staging/loki"
  chmod -R u+w "$staging/loki"
  cd "$staging/loki"
  sed -i '/^replace .* => \.\/pkg\/push$/d' go.mod
  build "$loki" ./cmd/loki
fi
if [[ ! -x "$collector" ]]; then
  mkdir "$staging/collector"
  cp "$here/collector/main.go" "$staging/collector/"
  cd "$staging/collector"
  printf 'module build\n\ngo 1.26.0\n' >go.mod
  go get "github.com/open-telemetry/opentelemetry-collector-contrib/receiver/filelogreceiver@$COLLECTOR" \
    "go.opentelemetry.io/collector/exporter/otlphttpexporter@$COLLECTOR" \
    "go.opentelemetry.io/collector/otelcol@$COLLECTOR" >&2
  go mod tidy >&2
  build "$collector" .
fi
echo "$loki"
echo "$collector"
