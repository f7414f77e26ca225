#!/usr/bin/env bash
# The local stack, brought up by a real compose: what deploy/README.md says about it. Where an older docker-compose is
# installed as well, the second start is its, on the data of the first.
# shellcheck source=deploy/checks/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

project="${DATLAKE_CHECK_PREFIX:-datlake-check}-$$"
readonly project
# Ports of its own, so that a stack that runs here already is left alone.
export BACKEND_PORT="${DATLAKE_CHECK_PORT:-18080}" MINIO_CONSOLE_PORT=$((${DATLAKE_CHECK_PORT:-18080} + 1)) VERSION=dev
export COMPOSE_PROJECT_NAME="$project"
readonly url="http://localhost:$BACKEND_PORT"
work="$(mktemp -d)"
readonly work

current="$("$deploy/airgap/build-compose.sh")"
older="$(command -v docker-compose || echo "$current")"
readonly current older
compose="$current"

clean_up() {
  (cd "$deploy" && "$compose" down --volumes --timeout 10 >/dev/null 2>&1) || true
  rm -rf "$work"
}
trap clean_up EXIT

# With version 1 of compose, names of containers differ; only compose itself is asked for them.
stack() { (cd "$deploy" && "$compose" "$@"); }

up() {
  stack up --detach --no-build >"$work/up.log" 2>&1 || {
    cat "$work/up.log"
    stack logs --tail 20 2>&1 || true
    fail "$1: up"
  }
  local until=$((SECONDS + 90))
  until curl --fail --silent --max-time 5 --output "$work/answer" "$url/health"; do
    ((SECONDS < until)) || {
      stack logs --tail 20 backend
      fail "$1: the backend does not become healthy"
    }
    sleep 0.3
  done
}

rows() { stack exec -T backend java -Xmx48m @ducklake sql --format CSV "SELECT count(*) AS n FROM events"; }

# mc as one of the two users of the store, on the stack's own network.
as_user() {
  docker run --rm --network "${project}_data" --volume "${project}_backend-secrets:/keys:ro" --entrypoint sh \
    minio/minio:latest -ec "export MC_CONFIG_DIR=/tmp/mc
      export MC_HOST_lake=\"http://\$(cat /keys/$1-access-key):\$(cat /keys/$1-secret-key)@minio:9000\"; $2"
}

need_image
for binary in "$current" "$older"; do
  compose="$binary"
  check "the file is valid for $("$binary" version --short 2>/dev/null)" stack config --quiet
done
compose="$current"
check "the profile monitoring is valid" stack --profile monitoring config --quiet

began=$SECONDS
up "the first start"
ok "up with compose $("$current" version --short) in $((SECONDS - began)) s, images built before"
for path in /health /config/summary /config/ducklake /metrics/memory /metrics/performance; do
  check "curl $path" curl --fail --silent --show-error --max-time 20 "$url$path"
done
check "a table by the command line" stack exec -T backend java -Xmx48m @ducklake sql \
  "CREATE TABLE events (id BIGINT, payload VARCHAR)"
# More rows than the catalog takes in: they must come from files in the bucket later.
awk 'BEGIN {for (i = 0; i < 2000; i++) printf "{\"id\": %d, \"payload\": \"row\"}\n", i}' >"$work/rows"
check "rows over HTTP" curl --fail --silent --show-error --header 'Content-Type: application/x-ndjson' \
  --data-binary "@$work/rows" "$url/api/v1/tables/main/events/rows"

check "the writer's key reads the bucket" as_user write "mc ls --recursive lake/ducklake-data | grep -q parquet"
for denied in 'mc rm --recursive --force lake/ducklake-data/' 'mc mb lake/another'; do
  if as_user write "$denied" >"$work/answer" 2>&1; then
    failed "the writer's key may: $denied"
  elif grep -qi 'access denied' "$work/answer"; then
    ok "the writer's key may not: $denied"
  else
    failed "the writer's key and '$denied': $(<"$work/answer")"
  fi
done
check "the maintenance key may delete" as_user maintenance \
  'echo x | mc pipe lake/ducklake-data/check && mc rm lake/ducklake-data/check'
listening="$(stack ps --quiet | xargs docker inspect --format '{{range .NetworkSettings.Ports}}{{range .}}{{.HostIp}} {{end}}{{end}}' |
  tr ' ' '\n' | sort -u | paste -sd ' ' | xargs)"
if [[ "$listening" == 127.0.0.1 ]]; then ok "ports are open on loopback only"; else failed "ports are open on $listening"; fi

stack down --timeout 30 >/dev/null 2>&1
compose="$older"
up "the second start"
found="$(rows)"
if [[ "$found" == $'n\n2000' ]]; then
  ok "down, and up with compose $("$older" version --short): the rows are there"
else
  failed "down and up: $found"
fi
finish
