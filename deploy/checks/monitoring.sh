#!/usr/bin/env bash
# Monitoring: promtool, of exactly one version, on configuration and alerts; and every metric that an alert or the
# dashboard uses is one that backends on PostgreSQL and MinIO answer at /metrics.
# shellcheck source=deploy/checks/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/checks/containers.sh
source "$deploy/checks/containers.sh"

readonly monitoring="$deploy/monitoring" module=github.com/prometheus/prometheus version=v0.316.0
promtool="$tools/prometheus-$version/promtool"
readonly promtool

# Without the discovery of targets in other people's clouds, which is most of the program.
build_promtool() {
  local staging
  mkdir -p "$(dirname "$promtool")"
  staging="$(mktemp -d "$(dirname "$promtool")/.build.XXXXXX")"
  echo "building promtool $version; this takes minutes, once"
  (cd "$staging" && CGO_ENABLED=0 GOBIN="$staging" go install -trimpath -tags remove_all_sd -ldflags '-s -w' \
    "$module/cmd/promtool@$version") >"$work/go.log" 2>&1 || {
    tail -n 20 "$work/go.log"
    fail "promtool is not built"
  }
  mv -f "$staging/promtool" "$promtool"
  rm -rf "$staging"
}

[[ -x "$promtool" ]] || build_promtool
check "promtool check config" "$promtool" check config --lint=all --lint-fatal "$monitoring/prometheus.yml"
check "promtool check rules" "$promtool" check rules --lint=all --lint-fatal "$monitoring/alerts.yml"
check "promtool test rules" "$promtool" test rules "$monitoring/alerts.test.yml"
tested="$(sed -n 's/.*alertname: \([A-Za-z]*\).*/\1/p' "$monitoring/alerts.test.yml" | sort -u)"
written="$(sed -n 's/.*- alert: //p' "$monitoring/alerts.yml" | sort -u)"
check "every alert has a test" diff <(echo "$written") <(echo "$tested")

need_image
start_servers
start_replica backend
await_ready backend
# A commit, a query and an error, so that their meters are there.
url="http://$(address backend):8000"
sql backend "CREATE TABLE events (id BIGINT, payload VARCHAR)" >/dev/null
authorised=(--header "Authorization: Bearer $writer_token" --header 'Content-Type: application/x-ndjson')
curl --fail --silent "${authorised[@]}" --data '{"id": 1, "payload": "x"}' "$url/api/v1/tables/main/events/rows" >/dev/null
scrape="$work/metrics"
for ((i = 0; i < 20; i++)); do
  curl --fail --silent --show-error --header "Authorization: Bearer $operator_token" "$url/metrics" >"$scrape"
  grep -q '^ducklake_commits_seconds_count' "$scrape" && break
  sleep 1
done
check "promtool check metrics" bash -c "'$promtool' check metrics --extended --lint=none <'$scrape'"

names() { grep -oE '\b(ducklake|jvm|process|system|http|jetty|hikaricp|logback)_[a-z0-9_]+' "$@" | sort -u; }
present="$(grep -oE '^[a-z_0-9]+' "$scrape" | sort -u)"
for file in "$monitoring/alerts.yml" "$monitoring"/grafana/dashboards/*.json; do
  used="$(names <(grep -E '"?(expr|query)"?:|^ {10}' "$file"))"
  missing="$(comm -23 <(echo "$used") <(echo "$present"))"
  if [[ -z "$used" ]]; then
    failed "no metric found in ${file#"$root/"}"
  elif [[ -n "$missing" ]]; then
    failed "${file#"$root/"} uses what no backend answers: $(paste -sd ' ' <<<"$missing")"
  else
    ok "${file#"$root/"}: all of its $(wc -l <<<"$used") metrics are in a real scrape"
  fi
done
# shellcheck disable=SC2016
expressions="$(python3 -c 'import json, sys
for panel in json.load(open(sys.argv[1]))["panels"]:
    for target in panel.get("targets", []):
        if target["datasource"]["type"] == "prometheus":
            print(target["expr"].replace("$__rate_interval", "5m"))' "$monitoring/grafana/dashboards/ducklake-backend.json")"
while read -r expression; do
  "$promtool" promql --experimental format "$expression" >"$work/promql" 2>&1 || failed "$expression: $(<"$work/promql")"
done <<<"$expressions"
ok "$(wc -l <<<"$expressions") expressions of the dashboard are parsed"
finish
