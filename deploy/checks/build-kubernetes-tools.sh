#!/usr/bin/env bash
# Builds the tools of the Kubernetes checks from their Go modules, once per version, and prints the path of each binary.
#
#   build-kubernetes-tools.sh NAME...
#
# NAME: kube-apiserver kube-controller-manager kube-scheduler kubectl kubelet etcd kwok servicemonitor-crd kustomize
# kube-score actionlint. Go modules, so that the checks need neither a registry of images nor downloads from project sites.
set -euo pipefail

readonly KUBERNETES_VERSION=v1.37.2
readonly ETCD_VERSION=v3.7.3
readonly KWOK_VERSION=v0.8.0
readonly KUSTOMIZE_VERSION=v5.8.1
readonly KUBE_SCORE_VERSION=v1.20.0
readonly ACTIONLINT_VERSION=v1.7.12
readonly PROMETHEUS_OPERATOR_VERSION=v0.95.2
readonly CONTROLLER_TOOLS_VERSION=v0.23.0

# Programs of Kubernetes, built together: what one costs is mostly what all of them share.
readonly KUBERNETES_PROGRAMS=(kube-apiserver kube-controller-manager kube-scheduler kubectl kubelet)

readonly tools="${XDG_CACHE_HOME:-$HOME/.cache}/datlake/tools"

# Two compilers at a time: these programs are large, and the machine may have other work.
export CGO_ENABLED=0 GOFLAGS='-p=2 -buildvcs=false -trimpath' GOWORK=off

fail() {
  echo "build-kubernetes-tools.sh: $*" >&2
  exit 1
}

# Prints where the binary of a tool is, or will be.
path_of() {
  case "$1" in
    kube-apiserver | kube-controller-manager | kube-scheduler | kubectl | kubelet)
      echo "$tools/kubernetes-$KUBERNETES_VERSION/$1" ;;
    etcd) echo "$tools/etcd-$ETCD_VERSION/etcd" ;;
    kwok) echo "$tools/kwok-$KWOK_VERSION/kwok" ;;
    kustomize) echo "$tools/kustomize-$KUSTOMIZE_VERSION/kustomize" ;;
    kube-score) echo "$tools/kube-score-$KUBE_SCORE_VERSION/kube-score" ;;
    servicemonitor-crd) echo "$tools/prometheus-operator-$PROMETHEUS_OPERATOR_VERSION/servicemonitor-crd" ;;
    actionlint) echo "$tools/actionlint-$ACTIONLINT_VERSION/actionlint" ;;
    *) fail "unknown tool: $1" ;;
  esac
}

# A rename is atomic: nobody ever starts half a binary, and a second builder does no harm.
place() {
  local file
  for file in "$@"; do
    mkdir -p "$(dirname "$(path_of "$(basename "$file")")")"
    mv -f "$file" "$(path_of "$(basename "$file")")"
  done
}

# The main module's `replace` lines forbid `go install`; a module of our own that repeats them may build its programs.
# Its parts are published with the same version, v0 instead of v1.
build_kubernetes() {
  local module program symbols=k8s.io/component-base/version version="${KUBERNETES_VERSION#v}"
  mkdir "$staging/kubernetes"
  cd "$staging/kubernetes"
  module="$(go mod download -json "k8s.io/kubernetes@$KUBERNETES_VERSION" | sed -n 's/.*"GoMod": "\(.*\)",/\1/p')"
  {
    printf 'module tools\n\n'
    grep -E '^(go|godebug) ' "$module"
    sed -n '/^godebug (/,/^)/p' "$module"
    printf 'require k8s.io/kubernetes %s\n\nreplace (\n' "$KUBERNETES_VERSION"
    sed -n '/^replace (/,/^)/p' "$module" |
      awk -v version="v0.${version#*.}" '/=>/ {print "\t" $1 " => " $1 " " version}'
    echo ')'
  } >go.mod
  {
    printf '//go:build tools\n\npackage tools\n\nimport (\n'
    printf '\t_ "k8s.io/kubernetes/cmd/%s"\n' "${KUBERNETES_PROGRAMS[@]}"
    echo ')'
  } >tools.go
  mkdir bin
  GOFLAGS="$GOFLAGS -mod=mod" go mod tidy
  # The version is a matter of linking; without it the server calls itself v0.0.0-master.
  nice go build -o bin/ -ldflags "-s -w -X $symbols.gitVersion=$KUBERNETES_VERSION -X $symbols.gitMajor=${version%%.*} \
    -X $symbols.gitMinor=$(cut -d. -f2 <<<"$version")" "${KUBERNETES_PROGRAMS[@]/#/k8s.io/kubernetes/cmd/}"
  for program in "${KUBERNETES_PROGRAMS[@]}"; do place "bin/$program"; done
}

# etcd's command is the folder `server`; a module around it gives the binary its name.
build_etcd() {
  mkdir "$staging/etcd"
  cd "$staging/etcd"
  printf 'module tools\n\ngo 1.26\n\nrequire go.etcd.io/etcd/server/v3 %s\n' "$ETCD_VERSION" >go.mod
  printf '//go:build tools\n\npackage tools\n\nimport _ "go.etcd.io/etcd/server/v3"\n' >tools.go
  GOFLAGS="$GOFLAGS -mod=mod" go mod tidy
  nice go build -ldflags '-s -w' -o etcd go.etcd.io/etcd/server/v3
  place etcd
}

# What a ServiceMonitor may say, generated from the types of the Prometheus operator as its own definition is.
build_crd() {
  local operator=github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring
  mkdir "$staging/crd"
  cd "$staging/crd"
  printf 'module tools\n\ngo 1.26\n\nrequire (\n\t%s %s\n\tsigs.k8s.io/controller-tools %s\n)\n' \
    "$operator" "$PROMETHEUS_OPERATOR_VERSION" "$CONTROLLER_TOOLS_VERSION" >go.mod
  printf '//go:build tools\n\npackage tools\n\nimport (\n\t_ "%s/v1"\n\t_ "%s"\n)\n' \
    "$operator" sigs.k8s.io/controller-tools/cmd/controller-gen >tools.go
  export GOFLAGS="$GOFLAGS -mod=mod"
  go mod tidy
  nice go run sigs.k8s.io/controller-tools/cmd/controller-gen crd:crdVersions=v1 "paths=$operator/v1" output:crd:dir=out
  mv out/monitoring.coreos.com_servicemonitors.yaml servicemonitor-crd
  place servicemonitor-crd
}

install_module() {
  mkdir -p "$staging/bin"
  # The module is named with its version, so the working directory must not be a Go module of someone else.
  (cd "$staging" && GOBIN="$staging/bin" nice go install -ldflags '-s -w' "$1")
  place "$staging/bin/$2"
}

# What kwok does to nodes and pods is written down in its module: nodes become ready, pods run, deleted pods go.
build_kwok() {
  local stages file
  install_module "sigs.k8s.io/kwok/cmd/kwok@$KWOK_VERSION" kwok
  stages="$(go env GOMODCACHE)/sigs.k8s.io/kwok@$KWOK_VERSION/kustomize/stage"
  for file in "$stages"/node/fast/node-initialize.yaml \
    "$stages"/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml "$stages"/pod/general/pod-*.yaml; do
    echo ---
    cat "$file"
  done >"$staging/stages.yaml"
  mv -f "$staging/stages.yaml" "$(dirname "$(path_of kwok)")/stages.yaml"
}

build() {
  case "$1" in
    etcd) build_etcd ;;
    kwok) build_kwok ;;
    servicemonitor-crd) build_crd ;;
    kustomize) install_module "sigs.k8s.io/kustomize/kustomize/v5@$KUSTOMIZE_VERSION" kustomize ;;
    kube-score) install_module "github.com/zegl/kube-score/cmd/kube-score@$KUBE_SCORE_VERSION" kube-score ;;
    actionlint) install_module "github.com/rhysd/actionlint/cmd/actionlint@$ACTIONLINT_VERSION" actionlint ;;
  esac
}

(($# > 0)) || fail "which tools? See the head of this script."
kubernetes=false
missing=()
for name in "$@"; do
  path="$(path_of "$name")"
  [[ -e "$path" ]] && continue
  missing+=("$name")
  [[ "$path" != */kubernetes-* ]] || kubernetes=true
done

if ((${#missing[@]} > 0)); then
  command -v go >/dev/null || fail "Go is missing. Install Go 1.26 or newer (https://go.dev/dl)."
  mkdir -p "$tools"
  staging="$(mktemp -d "$tools/.build.XXXXXX")"
  readonly staging
  trap 'rm -rf "$staging"' EXIT
  # Gigabytes that nobody needs again.
  export GOCACHE="$staging/cache"
  echo "build-kubernetes-tools.sh: building ${missing[*]}; this takes minutes, once" >&2
  # In subshells: each changes the working directory.
  for name in "${missing[@]}"; do (build "$name") >&2; done
  if [[ "$kubernetes" == true ]]; then (build_kubernetes) >&2; fi
  echo "build-kubernetes-tools.sh: built in $SECONDS s" >&2
fi

for name in "$@"; do path_of "$name"; done
