#!/usr/bin/env bash
# Entrypoint of the locally made `postgres` image. It does what the official image's entrypoint does as far as tests and
# compose files rely on it: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB (each also as *_FILE), POSTGRES_INITDB_ARGS,
# POSTGRES_HOST_AUTH_METHOD, scripts in /docker-entrypoint-initdb.d, `postgres -c name=value` as the command.
#
# Like the official one it starts the server twice on an empty data directory: first without TCP to create the database,
# then for real. Testcontainers waits for "database system is ready to accept connections" to be logged twice.
set -euo pipefail

# Reads NAME or the file that NAME_FILE names into NAME.
from_file() {
  local name="$1" file_name="${1}_FILE"
  if [[ -n "${!name:-}" && -n "${!file_name:-}" ]]; then
    echo "error: both $name and $file_name are set: leave one out" >&2
    exit 1
  fi
  if [[ -n "${!file_name:-}" ]]; then
    export "$name"="$(<"${!file_name}")"
    unset "$file_name"
  fi
}

initialise() {
  from_file POSTGRES_USER
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_DB
  local user="${POSTGRES_USER:-postgres}" database="${POSTGRES_DB:-${POSTGRES_USER:-postgres}}"
  local method="${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}"
  if [[ -z "${POSTGRES_PASSWORD:-}" && "$method" != trust ]]; then
    echo 'error: POSTGRES_PASSWORD must be set to a non-empty value' >&2
    exit 1
  fi
  local arguments
  read -r -a arguments <<<"${POSTGRES_INITDB_ARGS:-}"
  # The local socket trusts whoever is in the container, as in the official image; TCP asks for the password.
  initdb --pgdata="$PGDATA" --username="$user" --encoding=UTF8 --auth-local=trust --auth-host="$method" \
    --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-}") "${arguments[@]}"
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"

  PGUSER="$user" pg_ctl --pgdata="$PGDATA" --wait --options="-c listen_addresses='' -p 5432" start
  if [[ "$database" != postgres ]]; then
    psql -v ON_ERROR_STOP=1 --username "$user" --no-password --no-psqlrc --dbname postgres \
      --set database="$database" <<<'CREATE DATABASE :"database";'
  fi
  run_scripts "$user" "$database"
  PGUSER="$user" pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
  echo 'PostgreSQL init process complete; ready for start up.'
}

run_scripts() {
  local file psql_command=(psql -v ON_ERROR_STOP=1 --username "$1" --no-password --no-psqlrc --dbname "$2")
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) if [[ -x "$file" ]]; then "$file"; else . "$file"; fi ;;
      *.sql) "${psql_command[@]}" -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | "${psql_command[@]}" ;;
      *) ;;
    esac
  done
}

if [[ "${1:0:1}" == - ]]; then
  set -- postgres "$@"
fi

if [[ "$1" == postgres ]]; then
  if [[ "$(id -u)" == 0 ]]; then
    # PostgreSQL refuses to run as root.
    mkdir -p "$PGDATA" /var/run/postgresql
    chmod 700 "$PGDATA"
    chown -R postgres:postgres "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
  fi
  if [[ ! -s "$PGDATA/PG_VERSION" ]]; then
    initialise
  fi
fi

exec "$@"
