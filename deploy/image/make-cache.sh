#!/usr/bin/env bash
# Makes the image's archive of loaded and linked classes (JEP 514): runs the backend on a lake in files, asks it what it
# will be asked, and ends it. Must run in the image's own layout, because the archive knows the paths.
#
#   make-cache.sh FILE
set -euo pipefail

readonly archive="$1" url=http://127.0.0.1:8000
work="$(mktemp -d)"
readonly work
export DB_DUCKLAKE_PATH="$work/lake" DUCKDB_EXTENSION_DIRECTORY=/opt/ducklake/extensions PATH="/opt/jre/bin:$PATH"

cd /opt/ducklake
grep -v AOTCache ducklake >"$work/options"
# Without a record of what was compiled: it is larger, and compiling by it costs a small container more than it gains.
java -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput="$archive" -Xlog:disable -Xlog:all=error:stderr "@$work/options" serve --sample >"$work/log" 2>&1 &
readonly server=$!

for ((i = 0; i < 300; i++)); do
  if curl -fs "$url/api/v1/tables" 2>/dev/null | grep -q wildlife_strikes; then
    break
  fi
  kill -0 "$server" 2>/dev/null || break
  sleep 0.2
done
if ! java "@$work/options" health; then
  cat "$work/log" >&2
  exit 1
fi
for path in /health /health/live /health/started /config/summary /config/ducklake /metrics /metrics/memory \
  /metrics/performance /api/v1/tables /api/v1/tables/main/airports /api/v1/snapshots; do
  curl -fsS "$url$path" >/dev/null
done
curl -fsS -H 'Content-Type: application/x-ndjson' --data '{"iata": "ZZZ", "name": "Nowhere"}' \
  "$url/api/v1/tables/main/airports/rows" >/dev/null

kill -TERM "$server"
# A JVM that ends in good order on SIGTERM says 143.
status=0
wait "$server" || status=$?
if [[ "$status" != 143 || ! -s "$archive" ]]; then
  cat "$work/log" >&2
  echo "make-cache.sh: no archive; the backend ended with $status" >&2
  exit 1
fi
touch --date=@0 "$archive"
chmod 644 "$archive"
rm -rf "$work"
