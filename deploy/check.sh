#!/usr/bin/env bash
# Runs the checks of what lies under deploy/, tier by tier, and ends with one line of counts.
#
#   deploy/check.sh TIER...      each tier is a script in deploy/checks
#
# A tier prints a line beginning with "ok" for each thing that holds and one beginning with "FAILED" for each that does
# not; whatever else it says is for the reader. A tier without a single "ok", and one that ends with an error without
# having said what failed, counts as one failure.
set -euo pipefail

deploy="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly deploy
work="$(mktemp -d)"
readonly work
trap 'rm -rf "$work"' EXIT

# What the tiers share is not executable, or builds a tool for them.
tiers() {
  find "$deploy/checks" -name '*.sh' -perm -u+x ! -name 'build-*' ! -name report.sh ! -name control-plane.sh -printf '%f\n' | sed 's/\.sh$//' | sort | paste -sd ' '
}

# Prints how many lines of the last tier begin with a word.
lines() { awk -v word="$1" '$1 == word {n++} END {print n + 0}' "$work/output"; }

if (($# == 0)) || [[ "$1" == -h || "$1" == --help ]]; then
  echo "usage: deploy/check.sh TIER...   tiers: $(tiers)"
  exit 0
fi
for tier in "$@"; do
  if [[ " $(tiers) " != *" $tier "* ]]; then
    echo "check.sh: no tier '$tier'; there are: $(tiers)" >&2
    exit 2
  fi
done

passed=0
failed=0
for tier in "$@"; do
  echo "--- $tier"
  status=0
  began=$SECONDS
  bash "$deploy/checks/$tier.sh" 2>&1 | tee "$work/output" || status=$?
  tier_passed="$(lines ok)"
  tier_failed="$(lines FAILED)"
  if ((tier_failed == 0)) && { ((status != 0)) || ((tier_passed == 0)); }; then
    echo "FAILED $tier: ended with $status after $tier_passed checks"
    tier_failed=1
  fi
  passed=$((passed + tier_passed))
  failed=$((failed + tier_failed))
  echo "--- $tier: $((SECONDS - began)) s"
done
echo "deploy/check.sh: $passed passed, $failed failed"
((failed == 0))
