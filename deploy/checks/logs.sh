#!/usr/bin/env bash
# Logs: the collector reads the file that Docker writes for a backend, Loki keeps the lines and gives them back. Both are
# built from their Go modules, which takes minutes the first time; so this tier is a command of its own. Needs root, whose
# the log files are.
# shellcheck source=deploy/checks/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/checks/containers.sh
source "$deploy/checks/containers.sh"

port="${DATLAKE_CHECK_PORT:-18080}"
readonly port url="http://127.0.0.1:$((port + 2))"
servers=()

end_servers() {
  if ((${#servers[@]})); then kill "${servers[@]}" 2>/dev/null || true; fi
  clean_up
}
trap end_servers EXIT

tools_built="$("$deploy/checks/build-log-tools.sh")"
{ read -r loki && read -r collector; } <<<"$tools_built"
check "loki -verify-config" "$loki" -config.file="$deploy/monitoring/loki.yml" -verify-config
check "collector validate" "$collector" validate --config "$deploy/monitoring/collector.yml"

need_image
run other --log-opt tag=another postgres:15 sh -c 'echo "{\"level\": \"ERROR\", \"message\": \"of another container\"}"; sleep 600'
run backend --log-driver json-file --log-opt tag=ducklake-backend "$image"
await_ready_log() { docker logs "$prefix-backend" 2>&1 | grep -q '"message":"listening"'; }
await 60 await_ready_log || fail "the backend does not listen"

mkdir "$work/loki"
sed "s|/loki|$work/loki|; s|/loki|$work/loki|2; s|http_listen_port: 3100|http_listen_port: $((port + 2)), http_listen_address: 127.0.0.1, grpc_listen_port: $((port + 3)), grpc_listen_address: 127.0.0.1|" \
  "$deploy/monitoring/loki.yml" >"$work/loki.yml"
"$loki" -config.file="$work/loki.yml" >"$work/loki.log" 2>&1 &
servers+=("$!")
await 60 curl --fail --silent --max-time 5 "$url/ready" || fail "Loki is not ready: $(tail -n 5 "$work/loki.log")"
mkdir "$work/logs"
for name in backend other; do
  ln -s "$(docker inspect --format '{{.LogPath}}' "$prefix-$name")" "$work/logs/$name-json.log"
done
LOG_FILES="$work/logs/*-json.log" LOKI_ENDPOINT="$url/otlp" "$collector" --config "$deploy/monitoring/collector.yml" \
  >"$work/collector.log" 2>&1 &
servers+=("$!")

# ask QUERY: prints the lines that Loki has for it.
ask() {
  curl --fail --silent --max-time 10 --get "$url/loki/api/v1/query_range" --data-urlencode "query=$1" --data-urlencode "since=1h" |
    python3 -c 'import json, sys
for stream in json.load(sys.stdin)["data"]["result"]:
    for value in stream["values"]:
        print(value[1], json.dumps(stream["stream"], sort_keys=True))'
}
found() { ask '{service_name="ducklake-backend"} |= "listening"' | grep -q '^listening'; }
if await 60 found; then
  ok "a line of the backend is in Loki, with its message as the line"
else
  tail -n 20 "$work/collector.log" "$work/loki.log"
  failed "no line of the backend in Loki"
fi
ask '{service_name="ducklake-backend"}' >"$work/lines"
check "fields are kept" grep -q '"logger_name": "org.datlake' "$work/lines"
ask "$(sed -n 's/.*"expr": "\({service_name.*\)"$/\1/p' "$deploy/monitoring/grafana/dashboards/ducklake-backend.json" |
  sed 's/\\"/"/g')" >"$work/warnings"
if [[ -s "$work/warnings" ]] && ! grep -qv '"level": "WARN"\|"level": "ERROR"' "$work/warnings"; then
  ok "the dashboard's query finds warnings, and nothing else"
else
  failed "the dashboard's query finds: $(head -n 3 "$work/warnings")"
fi
if grep -q 'of another container' "$work/lines"; then failed "lines of another container"; else ok "no lines of other containers"; fi
finish
