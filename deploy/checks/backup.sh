#!/usr/bin/env bash
# The drill of deploy/backup/README.md on a small lake: dump with the CronJob's own scripts, lose the catalog, restore,
# same answers.
# shellcheck source=deploy/checks/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/checks/containers.sh
source "$deploy/checks/containers.sh"

readonly scripts="$deploy/k8s/components/backup"

# step IMAGE SCRIPT OPTION...: one container of the CronJob, with the rights that it has there.
step() {
  docker run --rm --network "$network" --read-only --user 1000:1000 --cap-drop ALL --security-opt no-new-privileges \
    --memory 256m --volume "$scripts:/scripts:ro" --volume "$work/dump:/work" --volume "$work/secrets:/run/secrets:ro" \
    "${@:3}" --entrypoint sh "$1" "/scripts/$2"
}

mc() { docker exec --env MC_HOST_lake="http://check-key:check-secret@127.0.0.1:9000" --env MC_CONFIG_DIR=/tmp/mc "$prefix-minio" mc --quiet "$@"; }

# What the lake answers, now and in its past.
answers() {
  sql "$1" "SELECT count(*) AS n, sum(id) AS s, sum(hash(payload)::HUGEINT) AS h FROM events"
  sql "$1" "SELECT count(*) AS n, min(payload) AS p FROM events AT (VERSION => $before)"
  sql "$1" "SELECT id, payload FROM small ORDER BY id"
}

write() {
  curl --fail --silent --show-error --header "Authorization: Bearer $writer_token" \
    --header "Content-Type: $3" --data-binary "$4" "http://$(address "$1"):8000/api/v1/tables/main/$2/rows" >/dev/null
}

need_image
start_servers
start_replica one
await_ready one

sql one "CREATE TABLE events (id BIGINT, payload VARCHAR)" >/dev/null
sql one "CREATE TABLE small (id BIGINT, payload VARCHAR)" >/dev/null
awk 'BEGIN {print "id,payload"; for (i = 0; i < 50000; i++) print i ",row number " i}' >"$work/rows.csv"
write one events text/csv "@$work/rows.csv"
before="$(sql one "SELECT max(snapshot_id) AS n FROM ducklake_snapshots('lake')" | tail -n 1)"
sql one "DELETE FROM events WHERE id % 7 = 0" >/dev/null
# Rows that are in the catalog alone.
write one small application/x-ndjson '{"id": 1, "payload": "in the catalog"}'
answers one >"$work/expected"

mkdir -p "$work/dump" "$work/secrets/postgres" "$work/secrets/backup"
chmod 755 "$work" && chmod 777 "$work/dump"
printf check-password >"$work/secrets/postgres/password"
printf backup-write >"$work/secrets/backup/access-key"
printf 'check/backup+secret' >"$work/secrets/backup/secret-key"
docker cp "$deploy/backup/backup-write.json" "$prefix-minio:/tmp/backup-write.json" >/dev/null
mc mb --with-lock lake/ducklake-backup >/dev/null
mc retention set --default GOVERNANCE 30d lake/ducklake-backup >/dev/null
mc admin policy create lake backup-write /tmp/backup-write.json >/dev/null
mc admin user add lake backup-write check/backup+secret >/dev/null
mc admin policy attach lake backup-write --user backup-write >/dev/null
check "the CronJob's dump" step postgres:15 dump.sh --env PGHOST=postgres --env PGDATABASE=ducklakedb \
  --env PGUSER=ducklake --env PGSSLMODE=disable
check "the CronJob's upload, by a key that may only write" step minio/minio:latest upload.sh \
  --env BACKUP_ENDPOINT=http://minio:9000 --env BACKUP_BUCKET=ducklake-backup
rm -f "$work"/dump/*.dump
# Fails unless mc is refused, as the CronJob's identity.
denied() {
  local answer
  ! answer="$(docker exec --env MC_CONFIG_DIR=/tmp/mc "$prefix-minio" mc --quiet "$@" 2>&1)" || return 1
  echo "$answer"
  grep -qiE 'access denied|insufficient permissions' <<<"$answer"
}
object="$(mc ls lake/ducklake-backup | awk '{print $NF}' | tail -n 1)"
mc alias set cronjob http://127.0.0.1:9000 backup-write check/backup+secret >/dev/null
check "that key cannot read the dump" denied cat "cronjob/ducklake-backup/$object"
check "nor delete it" denied rm "cronjob/ducklake-backup/$object"
keys="$(docker exec "$prefix-postgres" psql --username ducklake --dbname ducklakedb --no-align --tuples-only \
  --command "SELECT count(encryption_key) FROM ducklake.ducklake_data_file")"
if ((keys > 0)); then ok "the catalog holds the keys of $keys files"; else failed "the catalog holds no keys"; fi

# What is written after the dump is not in it.
write one small application/x-ndjson '{"id": 2, "payload": "too late"}'

docker stop --time 30 "$prefix-one" >/dev/null
docker rm --force --volumes "$prefix-postgres" >/dev/null
run postgres --network "$network" --network-alias postgres --env POSTGRES_USER=ducklake \
  --env POSTGRES_PASSWORD=check-password --env POSTGRES_DB=ducklakedb postgres:15
await 60 docker exec "$prefix-postgres" pg_isready --quiet --host 127.0.0.1 --username ducklake --dbname ducklakedb ||
  fail "the new PostgreSQL does not answer"

mc cat "lake/ducklake-backup/$object" >"$work/$object"
check "pg_restore of $object" docker exec --interactive "$prefix-postgres" pg_restore --exit-on-error --no-owner \
  --username ducklake --dbname ducklakedb <"$work/$object"
start_replica two
await_ready two
answers two >"$work/found"
check "the same answers as before the loss, now and in the past" diff "$work/expected" "$work/found"
check "verify: no file is missing" docker exec "$prefix-two" java -Xmx48m @ducklake verify
write two small application/x-ndjson '{"id": 3, "payload": "goes on"}'
check "writing goes on" test "$(sql two 'SELECT count(*) AS n FROM small')" = $'n\n2'
finish
