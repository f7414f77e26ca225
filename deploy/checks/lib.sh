# shellcheck shell=bash
# What the tiers of deploy/check.sh share; each sources it first.
set -euo pipefail

deploy="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
root="$(dirname "$deploy")"
# shellcheck disable=SC2034
readonly deploy root
# Tools that are built or fetched are kept outside the checkout, one folder per version.
# shellcheck disable=SC2034
readonly tools="${XDG_CACHE_HOME:-$HOME/.cache}/datlake/tools"
failures=0

ok() { echo "ok     $*"; }

# Says what does not hold and goes on.
failed() {
  echo "FAILED $*"
  failures=$((failures + 1))
}

# Says what does not hold and ends the tier.
fail() {
  failed "$@"
  exit 1
}

# check WHAT COMMAND...: ok if the command succeeds; otherwise its output and a failure.
check() {
  local what="$1" output
  shift
  if output="$("$@" 2>&1)"; then
    ok "$what"
  else
    echo "$output"
    failed "$what"
  fi
}

# Builds the image if there is none. The tier `image` builds it anew; the others take what they find.
need_image() {
  local output
  docker image inspect ducklake-backend:dev >/dev/null 2>&1 && return
  output="$("$deploy/build.sh" 2>&1)" || {
    tail -n 40 <<<"$output"
    fail "build.sh"
  }
}

# Each tier's last line: fails if anything failed.
finish() { ((failures == 0)); }
