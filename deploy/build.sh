#!/usr/bin/env bash
# Builds the image of the backend.
set -euo pipefail

readonly IMAGE=ducklake-backend
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly root

version=
registry=
platform=
test=false
build_options=()
docker=()
containers=()
work=

usage() {
  cat <<'USAGE'
usage: deploy/build.sh [VERSION] [--push REGISTRY] [--platform PLATFORM] [--no-cache] [--test]

  VERSION              v1.0.2 or v1.0.2-rc.1; without one the image is tagged `dev`
  --push REGISTRY      also tags and pushes REGISTRY/ducklake-backend:VERSION
  --platform PLATFORM  linux/amd64 or linux/arm64; needs a builder of that kind
  --no-cache           builds all layers again
  --test               runs the image read-only, without rights and network, and checks it

Environment: BUILD_IMAGE and LIBRARY_IMAGE name other base images (a mirror, a digest), EXTENSION_REPOSITORY a mirror of
DuckDB's extensions; NO_COLOR switches colours off.
USAGE
}

if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
  bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' green='' red='' plain=''
fi

say() { printf '%s%s%s\n' "$bold" "$*" "$plain"; }
passed() { printf '%sok%s    %s\n' "$green" "$plain" "$*"; }

fail() {
  printf '%sbuild.sh: %s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}

clean_up() {
  if ((${#containers[@]})); then
    docker rm --force --volumes "${containers[@]}" >/dev/null 2>&1 || true
  fi
  if [[ -n "$work" ]]; then
    rm -rf "$work"
  fi
}
trap clean_up EXIT

parse() {
  while (($#)); do
    case "$1" in
      --push | --platform)
        [[ -n "${2:-}" && "$2" != -* ]] || fail "$1 needs a value; see --help"
        if [[ "$1" == --push ]]; then registry="${2%/}"; else platform="$2"; fi
        shift
        ;;
      --no-cache) build_options+=(--no-cache) ;;
      --test) test=true ;;
      -h | --help)
        usage
        exit 0
        ;;
      -*) fail "unknown option '$1'; see --help" ;;
      *)
        [[ -z "$version" ]] || fail "two versions given: '$version' and '$1'"
        [[ "$1" =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] ||
          fail "'$1' is no version: write it like v1.0.2 or v1.0.2-rc.1"
        version="$1"
        ;;
    esac
    shift
  done
  [[ -z "$registry" || -n "$version" ]] || fail "--push needs a version"
  case "$platform" in
    '' | linux/amd64 | linux/arm64) ;;
    *) fail "no image for the platform '$platform': linux/amd64 or linux/arm64" ;;
  esac
}

# BuildKit comes as the plugin buildx, or inside older clients.
find_builder() {
  local client
  command -v docker >/dev/null || fail "Docker is missing"
  docker version >/dev/null 2>&1 || fail "no Docker engine answers"
  for client in $(type -ap docker); do
    if "$client" buildx version >/dev/null 2>&1; then
      docker=("$client" buildx build --load)
      return
    fi
    if [[ "$("$client" version --format '{{.Client.Version}}' | cut -d. -f1)" -lt 23 ]]; then
      docker=("$client" build)
      export DOCKER_BUILDKIT=1
      return
    fi
  done
  fail "this Docker client cannot build with BuildKit: install its plugin buildx"
}

build() {
  local tag="$1" revision argument
  revision="$(git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown)"
  if [[ "$revision" != unknown && -n "$(git -C "$root" status --porcelain 2>/dev/null)" ]]; then
    revision+=-modified
  fi
  for argument in BUILD_IMAGE LIBRARY_IMAGE EXTENSION_REPOSITORY; do
    if [[ -n "${!argument:-}" ]]; then
      build_options+=(--build-arg "$argument=${!argument}")
    fi
  done
  if [[ -n "$platform" ]]; then
    build_options+=(--platform "$platform")
  fi
  say "building $tag"
  "${docker[@]}" --file "$root/deploy/Dockerfile" --tag "$tag" --build-arg "VERSION=${version:-development}" \
    --build-arg "REVISION=$revision" "${build_options[@]}" "$root" || fail "the build of $tag failed"
}

report_size() {
  local unpacked packed
  unpacked="$(docker image inspect --format '{{.Size}}' "$1")"
  packed="$(docker save "$1" | gzip -6 | wc -c)"
  say "$1: $((unpacked / 1000000)) MB unpacked, $((packed / 1000000)) MB compressed"
}

# Starts a container as a platform that trusts nobody does it; prints its id.
start() {
  docker run --detach --read-only --user 1000:1000 --cap-drop ALL --security-opt no-new-privileges --memory 512m \
    --memory-swap 512m --cpus 0.5 "$@"
}

await_ready() {
  local until=$((SECONDS + 60))
  until docker exec "$1" java -Xmx24m @ducklake health >/dev/null 2>&1; do
    if ((SECONDS > until)) || [[ "$(docker inspect --format '{{.State.Running}}' "$1")" != true ]]; then
      docker logs --tail 20 "$1" >&2
      fail "the container does not become ready"
    fi
  done
}

# Fails unless a query in the container gives the expected number.
expect_count() {
  local found
  found="$(docker exec "$1" java -Xmx48m @ducklake sql "SELECT count(*) AS n FROM $2")" || fail "no answer about $2"
  [[ "$found" == $'n\n'"$3" ]] || fail "$2 has not $3 rows: $found"
}

check_contents() {
  local image="$1" container="$2" files writable user
  user="$(docker image inspect --format '{{.Config.User}}' "$image")"
  [[ "$user" == 1000:1000 ]] || fail "the image runs as '$user', not as 1000:1000"
  docker export "$container" | tar --list --verbose --numeric-owner >"$work/files"
  files="$(awk '{print $6}' "$work/files")"
  if grep -qE '(^|/)(sh|bash|dash|busybox|apt|dpkg)$' <<<"$files"; then
    fail "there is a shell or a package manager in the image"
  fi
  # Docker itself adds the mount points at the top; all else below /opt, /etc, /usr and /lib is root's alone.
  writable="$(grep -E ' (opt|etc|usr|lib|lib64)/' "$work/files" | awk '$2 != "0/0" || ($1 !~ /^l/ && substr($1, 9, 1) == "w")')"
  [[ -z "$writable" ]] || fail "the program could change its own files: $writable"
  passed "runs as 1000:1000, without a shell, on files that belong to root"
}

# Without its archive of classes the program starts all the same, only later; with AOTMode=on it would not.
check_archive() {
  docker run --rm --read-only --network none --env JDK_JAVA_OPTIONS=-XX:AOTMode=on "$1" version >"$work/answer" 2>&1 ||
    fail "the archive of classes is not used: $(<"$work/answer")"
  passed "the archive of classes is used"
}

check_embedded() {
  local container status
  container="$(start --network none "$1" serve --sample)"
  containers+=("$container")
  await_ready "$container"
  passed "runs read-only, without rights, without network, with half a processor and 512 MiB"
  check_contents "$1" "$container"
  # The sample is loaded after the first readiness.
  for ((i = 0; i < 30; i++)); do
    docker logs "$container" 2>&1 | grep -q 'the sample lake is served' && break
    sleep 0.5
  done
  expect_count "$container" wildlife_strikes 10000
  passed "the sample is loaded and queried"
  docker stop --time 45 "$container" >/dev/null
  status="$(docker inspect --format '{{.State.ExitCode}}' "$container")"
  [[ "$status" == 143 ]] || fail "SIGTERM ended the container with $status"
  passed "ends in good order on SIGTERM"
  docker start "$container" >/dev/null
  await_ready "$container"
  expect_count "$container" wildlife_strikes 10000
  passed "a second start finds the data"
}

check_http() {
  local container address path began=$EPOCHREALTIME
  container="$(start --publish 127.0.0.1::8000 "$1")"
  containers+=("$container")
  address="http://$(docker port "$container" 8000/tcp | head -n 1)"
  for ((i = 0; i < 600; i++)); do
    curl --fail --silent --output /dev/null --max-time 5 "$address/health" && break
    sleep 0.1
  done
  ((i < 600)) || fail "the container does not answer at its published port"
  passed "ready after $(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f", b - a}') s"
  for path in /health /health/live /health/started /config/summary /config/ducklake /metrics /metrics/memory \
    /metrics/performance /api/v1/tables; do
    curl --fail --silent --show-error --max-time 20 "$address$path" >"$work/answer" || fail "$path does not answer"
    [[ -s "$work/answer" ]] || fail "$path answers nothing"
  done
  curl --silent "$address/config/ducklake" | grep -q '"encrypted":true' || fail "the lake is not encrypted"
  passed "answers at /health, /config, /metrics and /api"
  for ((i = 0; i < 90; i++)); do
    [[ "$(docker inspect --format '{{.State.Health.Status}}' "$container")" == healthy ]] && break
    sleep 1
  done
  ((i < 90)) || fail "the image's own health check does not succeed"
  passed "the image's own health check succeeds"
  say "resident memory of an idle backend: $(awk '/^VmRSS/ {print int($2 / 1024)}' "/proc/$(docker inspect --format '{{.State.Pid}}' "$container")/status") MiB"
}

main() {
  parse "$@"
  find_builder
  work="$(mktemp -d)"
  local tag="$IMAGE:${version:-dev}"
  build "$tag"
  report_size "$tag"
  if [[ "$test" == true ]]; then
    say "testing $tag"
    check_archive "$tag"
    check_embedded "$tag"
    check_http "$tag"
  fi
  if [[ -n "$registry" ]]; then
    docker tag "$tag" "$registry/$tag"
    docker push "$registry/$tag" || fail "pushing $registry/$tag failed: are you logged in?"
  fi
  say "run:  docker run -p 127.0.0.1:8000:8000 $tag"
  if [[ -z "$registry" ]]; then
    say "push: deploy/build.sh ${version:-VERSION} --push REGISTRY"
  fi
}

main "$@"
