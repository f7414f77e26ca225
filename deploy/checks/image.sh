#!/usr/bin/env bash
# The image: built, measured, and run as the Deployment runs it: read-only, without rights, half a processor, 512 MiB.
# shellcheck source=deploy/checks/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/checks/containers.sh
source "$deploy/checks/containers.sh"

# The engine's version, which names the extension's, too.
readonly engine=1.5.5

# below WHAT FOUND LIMIT UNIT
below() {
  if awk -v found="$2" -v limit="$3" 'BEGIN {exit !(found != "" && found < limit)}'; then
    ok "$1: $2 $4, less than $3"
  else
    failed "$1: ${2:-not said} $4, not less than $3"
  fi
}

# timed WHAT SECONDS GOAL: how long something takes says as much about the machine, and what else it does, as about the
# image. So it has to be measured, and a goal that is missed is said, but is no failure.
timed() {
  if [[ ! "$2" =~ ^[0-9.]+$ ]]; then
    failed "$1: how long it took is not said"
  elif awk -v found="$2" -v goal="$3" 'BEGIN {exit !(found < goal)}'; then
    ok "$1: $2 s, goal less than $3"
  else
    ok "$1: $2 s, goal less than $3 MISSED, beside a load of $(cut -d ' ' -f 1 /proc/loadavg) on $(nproc) processors"
  fi
}

seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f", b - a}'; }

build() {
  NO_COLOR=1 "$deploy/build.sh" --test >"$work/build.log" 2>&1 || {
    tail -n 60 "$work/build.log"
    fail "build.sh --test"
  }
  grep '^ok ' "$work/build.log"
  below "unpacked" "$(sed -n 's/.*: \([0-9]*\) MB unpacked.*/\1/p' "$work/build.log")" 320 MB
  below "compressed" "$(sed -n 's/.*, \([0-9]*\) MB compressed.*/\1/p' "$work/build.log")" 110 MB
  timed "ready with a lake in files" "$(sed -n 's/.*ready after \(.*\) s$/\1/p' "$work/build.log")" 6
  below "resident memory when idle" "$(sed -n 's/^resident .*: \(.*\) MiB$/\1/p' "$work/build.log")" 180 MiB
}

# What a developer waits for: one changed source, everything else as before.
rebuild() {
  local began took step anew="" copy="$work/copy"
  mkdir "$copy"
  tar --create --directory "$root" --exclude target --exclude .git . | tar --extract --directory "$copy"
  echo "// $EPOCHREALTIME" >>"$copy/ducklake-launcher/src/main/java/org/datlake/ducklake/launcher/Main.java"
  began=$EPOCHREALTIME
  NO_COLOR=1 "$copy/deploy/build.sh" v0.0.0-rebuild >"$work/build.log" 2>&1 || {
    tail -n 40 "$work/build.log"
    fail "the image is not built again"
  }
  took="$(seconds_since "$began")"
  docker image rm ducklake-backend:v0.0.0-rebuild >/dev/null
  timed "built again after a change of one source" "$took" 40
  for step in 'dependencies' 'libraries' 'runtime' 'root'; do
    # BuildKit names each step [STAGE N/M], and its fate under the same number.
    awk -v stage="[$step " 'index($0, stage) {last = $1} $2 == "CACHED" {cached[$1] = 1} END {exit !(last && cached[last])}' \
      "$work/build.log" || anew+=" $step"
  done
  if [[ -z "$anew" ]]; then
    ok "a change of one source leaves dependencies, libraries and runtime alone"
  else
    failed "a change of one source makes anew:$anew"
  fi
}

make_tpch() {
  local python="$tools/duckdb-python-$engine" staging
  data="$tools/tpch-$engine"
  if [[ -f "$data/answer-22.csv" ]]; then
    return
  fi
  if ! "$python/bin/python" -c 'import duckdb' 2>/dev/null; then
    python3 -m venv "$python"
    "$python/bin/pip" install --quiet --disable-pip-version-check "duckdb==$engine"
  fi
  staging="$(mktemp -d "$tools/.tpch.XXXXXX")"
  "$python/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$staging" "duckdb-extension-tpch==$engine"
  "$python/bin/python" -m zipfile -e "$staging"/*.whl "$staging/wheel"
  "$python/bin/python" "$deploy/checks/tpch.py" make "$staging/data" \
    "$(find "$staging/wheel" -name tpch.duckdb_extension)"
  chmod -R a+rX "$staging/data"
  mv "$staging/data" "$data"
  rm -rf "$staging"
}

check_tpch() {
  local file table number wrong=0
  make_tpch
  start embedded --network none --env DUCKDB_TEMP_DIRECTORY_LIMIT=256MiB --volume "$data:/data:ro" "$image"
  await_ready embedded
  for file in "$data"/*.parquet; do
    table="$(basename "$file" .parquet)"
    docker exec "$prefix-embedded" java -Xmx48m @ducklake load "/data/$table.parquet" --table "$table" >/dev/null ||
      fail "$table is not loaded"
  done
  for file in "$data"/query-*.sql; do
    number="$(basename "$file" .sql)" number="${number#query-}"
    if ! sql embedded "$(sed 's/;\s*$//' "$file")" >"$work/found.csv" 2>"$work/error" ||
      ! python3 "$deploy/checks/tpch.py" compare "$data/answer-$number.csv" "$work/found.csv" >"$work/error" 2>&1; then
      echo "query $number: $(<"$work/error")"
      wrong=$((wrong + 1))
    fi
  done
  ((wrong == 0)) || failed "$wrong of the 22 queries of TPC-H"
  alive embedded || fail "the container did not survive TPC-H"
  ((wrong > 0)) || ok "TPC-H at scale 0.1: 22 queries with the published answers; most memory $(peak_memory embedded)"
}

# Queries without bounds are their callers' problem, not the container's.
check_unbounded() {
  local statement
  for statement in "SELECT length(string_agg(repeat('x', 1000), '')) AS n FROM range(2000000)" \
    "SELECT l.i FROM (SELECT range AS i, hash(range) AS h FROM range(100000000)) l ORDER BY h LIMIT 1 OFFSET 50000000"; do
    if sql embedded "$statement" >"$work/answer" 2>&1; then
      failed "a query without bounds came to an end: $(<"$work/answer")"
    elif ! alive embedded; then
      fail "a query without bounds killed the container: $statement"
    else
      ok "a query without bounds ends as an error: $(tail -n 1 "$work/answer" | cut -c 1-110)"
    fi
  done
  [[ "$(sql embedded 'SELECT count(*) AS n FROM region')" == $'n\n5' ]] || failed "no answer after queries without bounds"
}

check_replicas() {
  local name began url created status loader
  start_servers
  for name in one two three; do start_replica "$name"; done
  for name in one two three; do await_ready "$name"; done
  created=0
  for name in one two three; do
    docker logs "$prefix-$name" 2>&1 | grep -q 'lake created' && created=$((created + 1))
  done
  if [[ "$created" == 1 ]]; then
    ok "three replicas at once on an empty catalog: one creates the lake, all become ready"
  else
    failed "three replicas at once on an empty catalog: $created created it"
  fi

  began=$EPOCHREALTIME
  start_replica four
  await_ready four
  timed "ready with PostgreSQL and MinIO" "$(seconds_since "$began")" 8

  sql one "CREATE TABLE events (id BIGINT, payload VARCHAR)" >/dev/null
  sql one "CREATE TABLE stream (id BIGINT, payload VARCHAR)" >/dev/null
  awk 'BEGIN {for (i = 0; i < 100000; i++) printf "{\"id\": %d, \"payload\": \"row number %d\"}\n", i, i}' >"$work/rows"
  url="http://$(address one):8000/api/v1/tables/main/events/rows"
  began=$EPOCHREALTIME
  curl --fail --silent --show-error --header "Authorization: Bearer $writer_token" \
    --header 'Content-Type: application/x-ndjson' --data-binary "@$work/rows" "$url" >"$work/answer" ||
    failed "100,000 rows over HTTP: $(<"$work/answer")"
  began="$(seconds_since "$began")"
  if [[ "$(sql two 'SELECT count(*) AS n, sum(id) AS s FROM events')" == $'n,s\n100000,4999950000' ]] && alive one; then
    ok "100,000 rows over HTTP in $began s, seen by another replica; most memory $(peak_memory one)"
  else
    failed "100,000 rows over HTTP are not there, or cost the replica its life"
  fi

  python3 "$deploy/checks/load.py" "http://$(address one):8000" stream "$writer_token" "$work/acknowledged" >"$work/said" &
  loader=$!
  sleep 5
  began=$EPOCHREALTIME
  docker stop --time 45 "$prefix-one" >/dev/null
  began="$(seconds_since "$began")"
  wait "$loader"
  status="$(state one ExitCode)"
  sql two "SELECT id FROM stream ORDER BY id" >"$work/stored"
  LC_ALL=C sort "$work/stored" >"$work/a"
  LC_ALL=C sort "$work/acknowledged" >"$work/b"
  if [[ ! -s "$work/b" || -n "$(LC_ALL=C comm -13 "$work/a" "$work/b")" || -n "$(uniq -d "$work/a")" ]]; then
    failed "SIGTERM while rows come: acknowledged rows are missing or doubled ($(<"$work/said"))"
  elif [[ "$status" != 0 && "$status" != 143 ]]; then
    failed "SIGTERM while rows come: exit code $status"
  else
    ok "SIGTERM while rows come: $(<"$work/said"), all are there; exit code $status after $began s"
  fi
}

build
rebuild
check_tpch
check_unbounded
check_replicas
finish
