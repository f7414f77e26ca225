#!/usr/bin/env bash
# What can be said about the files without running them: shell scripts, JSON, the Dockerfile.
# shellcheck source=deploy/checks/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mapfile -t scripts < <(find "$deploy" -name '*.sh' | sort)
for script in "${scripts[@]}"; do
  read -r first <"$script"
  case "$first" in
    '#!/bin/sh') check "sh -n ${script#"$root/"}" sh -n "$script" ;;
    *) check "bash -n ${script#"$root/"}" bash -n "$script" ;;
  esac
done
while read -r file; do
  check "${file#"$root/"} is JSON" python3 -m json.tool "$file"
done < <(find "$deploy" -name '*.json' | sort)

finish
