# shellcheck shell=bash
# Sourced by the tiers: runs checks, prints one line for each and remembers whether any failed.

work="$(mktemp -d)"
readonly work
failures=0

# need COMMAND...: installs Debian's packages of these names where that is possible.
need() {
  local missing=() command
  for command in "$@"; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  ((${#missing[@]} > 0)) || return 0
  if [[ "$(id -u)" != 0 ]] || ! command -v apt-get >/dev/null; then
    echo "missing: ${missing[*]}" >&2
    exit 1
  fi
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# check NAME COMMAND...: `ok NAME`, or `FAILED NAME: why`, where why is the last line that the command printed.
check() {
  local name="$1" status=0
  shift
  # Not within a condition: there, bash would not stop a function at its first failing command.
  set +e
  (
    set -e
    "$@"
  ) >"$work/output" 2>&1
  status=$?
  set -e
  if ((status == 0)); then
    echo "ok $name"
    return
  fi
  failures=$((failures + 1))
  echo "FAILED $name: $(grep -v '^[[:space:]]*$' "$work/output" | tail -n 1)"
  # All of it for whoever looks for the cause, apart from the lines that are counted.
  sed 's/^/    /' "$work/output" | tail -n 40 >&2
}

# For use within checks: ends one with its reason.
because() {
  echo "$*"
  exit 1
}

# Repeats a command until it succeeds: within SECONDS COMMAND...
within() {
  local until=$((SECONDS + $1))
  shift
  until "$@" >"$work/last" 2>&1; do
    ((SECONDS < until)) || because "in vain: $* ($(tail -n 1 "$work/last"))"
    sleep 0.3
  done
}
