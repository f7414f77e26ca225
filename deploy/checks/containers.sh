# shellcheck shell=bash
# For tiers that run containers: a folder, a network and containers that end with the tier, servers, and the backend as
# the Deployment runs it. Sourced after lib.sh.

# shellcheck disable=SC2034
readonly image=ducklake-backend:dev
readonly prefix="${DATLAKE_CHECK_PREFIX:-datlake-check}-$$"
readonly network="$prefix"
readonly writer_token=check-writer operator_token=check-operator
work="$(mktemp -d)"
readonly work
containers=()

clean_up() {
  local status=$?
  if ((status != 0 && ${failures:-0} == 0)); then
    echo "FAILED the tier ended with $status"
  fi
  if ((${#containers[@]})); then
    docker rm --force --volumes "${containers[@]}" >/dev/null 2>&1 || true
  fi
  docker network rm "$network" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT

# run NAME OPTION...: starts a container of that name in the background.
run() {
  local name="$prefix-$1"
  shift
  containers+=("$name")
  docker run --detach --name "$name" "$@" >/dev/null
}

# start NAME OPTION...: one with the rights and limits of the Deployment.
start() {
  run "$1" --read-only --user 1000:1000 --cap-drop ALL --security-opt no-new-privileges --memory 512m \
    --memory-swap 512m --cpus 0.5 "${@:2}"
}

# address NAME: prints the address of a container in the tier's network.
address() { docker inspect --format "{{(index .NetworkSettings.Networks \"$network\").IPAddress}}" "$prefix-$1"; }

state() { docker inspect --format "{{.State.$2}}" "$prefix-$1"; }

# await SECONDS COMMAND...: fails if the command does not succeed in time.
await() {
  local until=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < until)) || return 1
    sleep 0.1
  done
}

# Waits until a backend is ready; says why it is not.
await_ready() {
  if [[ "$(docker inspect --format '{{.HostConfig.NetworkMode}}' "$prefix-$1")" == none ]]; then
    await 60 docker exec "$prefix-$1" java -Xmx24m @ducklake health && return
  else
    await 60 curl --fail --silent --max-time 5 "http://$(address "$1"):8000/health/ready" && return
  fi
  docker logs "$prefix-$1" 2>&1 | grep -v '"message":"request"' | tail -n 20
  fail "$1 does not become ready"
}

# sql NAME STATEMENT: runs a statement in a backend's container.
sql() { docker exec "$prefix-$1" java -Xmx48m @ducklake sql --format CSV --timeout 300 "$2"; }

# PostgreSQL and MinIO on a network of their own; their names are `postgres` and `minio`.
start_servers() {
  docker network create "$network" >/dev/null
  run postgres --network "$network" --network-alias postgres --env POSTGRES_USER=ducklake \
    --env POSTGRES_PASSWORD=check-password --env POSTGRES_DB=ducklakedb postgres:15
  run minio --network "$network" --network-alias minio --env MINIO_ROOT_USER=check-key \
    --env MINIO_ROOT_PASSWORD=check-secret minio/minio:latest server /data
  await 60 docker exec "$prefix-postgres" pg_isready --quiet --host 127.0.0.1 --username ducklake --dbname ducklakedb ||
    fail "PostgreSQL does not answer"
  await 60 curl --fail --silent "http://$(address minio):9000/minio/health/ready" || fail "MinIO does not answer"
}

# start_replica NAME OPTION...: a backend on those servers, configured as the Deployment configures it.
start_replica() {
  start "$1" --network "$network" --env ENVIRONMENT=production --env DB_POSTGRES_HOST=postgres \
    --env DB_POSTGRES_USER=ducklake --env DB_POSTGRES_PASSWORD=check-password --env DB_POSTGRES_SSLMODE=disable \
    --env DB_DUCKLAKE_WRITE_FENCE=true --env STORAGE_MINIO_ENDPOINT=minio:9000 \
    --env STORAGE_MINIO_ACCESS_KEY=check-key --env STORAGE_MINIO_SECRET_KEY=check-secret \
    --env STORAGE_MINIO_SECURE=false --env FEATURE_ENABLE_S3_ENCRYPTION=false \
    --env AUTH_WRITER_TOKENS="$writer_token" --env AUTH_OPERATOR_TOKENS="$operator_token" "${@:2}" "$image"
}

# The most memory that a container had, in MiB, from the control group (version 1 or 2).
peak_memory() {
  local id file
  id="$(docker inspect --format '{{.Id}}' "$prefix-$1")"
  for file in "/sys/fs/cgroup/memory/docker/$id/memory.max_usage_in_bytes" \
    "/sys/fs/cgroup/system.slice/docker-$id.scope/memory.peak" "/sys/fs/cgroup/docker/$id/memory.peak"; do
    if [[ -r "$file" ]]; then
      echo "$(($(<"$file") / 1048576)) MiB"
      return
    fi
  done
  echo unknown
}

# Fails if a container was killed for its memory, or has ended.
alive() { [[ "$(state "$1" Running)" == true && "$(state "$1" OOMKilled)" == false ]]; }
