#!/usr/bin/env bash
# The manifests against a real API server, scheduler and controllers; the nodes are simulated by kwok, so no container
# runs. Prints one line per check; fails when any failed.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
readonly here root
readonly label=app=ducklake-backend deployment=deployment/ducklake-backend replicas=3

# shellcheck source=deploy/checks/report.sh
source "$here/report.sh"
# shellcheck source=deploy/checks/control-plane.sh
source "$here/control-plane.sh"

clean_up() {
  stop_processes
  rm -rf "$work"
}
trap clean_up EXIT

# The commands of the README's section, as printed; those that need a container are left to node.sh.
commands_of_readme() {
  # shellcheck disable=SC2016 # backquotes of Markdown
  sed -n '/^## Kubernetes/,/^## [^K]/p' "$root/deploy/README.md" | sed -n '/^```sh/,/^```/p' | grep '^kubectl' |
    grep -vE '^kubectl (logs|port-forward)' | sed 's/ *#.*//'
}

# Prints the nodes of the pods that stay, one a line; fails while there are more or fewer pods than wanted.
placement() {
  local found
  found="$(kubectl get pods -l "$label" -o json |
    jq -r '.items[] | select(.metadata.deletionTimestamp == null) | .spec.nodeName')"
  [[ "$(wc -l <<<"$found")" == "$replicas" ]] || because "not $replicas pods: $found"
  echo "$found"
}

complete() {
  kubectl rollout status "$deployment" --timeout=120s
  within 30 all_ready
  within 30 placement
}

spread() {
  local used
  complete
  used="$(placement)"
  [[ "$(sort -u <<<"$used" | wc -l)" == "$replicas" ]] || because "two replicas share a node: ${used//$'\n'/ }"
}

# The Service has them all, too: its controller comes a little later than the Deployment's.
all_ready() {
  [[ "$(kubectl get endpointslices -l kubernetes.io/service-name=ducklake-backend-service -o json |
    jq '[.items[].endpoints[]? | select(.conditions.ready)] | length')" == "$replicas" ]]
}

# Every state of the Service's endpoints from now on.
watch_endpoints() {
  run endpoints kubectl get endpointslices -l kubernetes.io/service-name=ducklake-backend-service --watch -o json
}

# Fails when the watch saw fewer ready endpoints than replicas, or fewer states than the rollouts must have made.
never_below() {
  local states
  states="$(jq '[.endpoints[]? | select(.conditions.ready)] | length' "$work/endpoints.log")"
  (($(wc -l <<<"$states") >= $1)) || because "only $(wc -l <<<"$states") states were seen: the watch does not work"
  (($(sort -n <<<"$states" | head -n 1) >= replicas)) || because "ready endpoints over time: ${states//$'\n'/ }"
}

owners_commands() {
  local line
  mkdir "$work/site"
  ln -s "$root/deploy" "$work/site/deploy"
  # Copies that are filled in, as the README asks for.
  for line in postgres-credentials minio-credentials api-tokens; do
    sed 's/REPLACE-ME[a-z-]*/filled-in/' "$root/deploy/k8s/$line.yaml" >"$work/site/$line.yaml"
  done
  cd "$work/site"
  commands_of_readme >commands
  for line in 'apply -k deploy/k8s/base' 'apply -f deploy/k8s/base/backend-deployment.yaml' "get pods -l $label" \
    'get deployment ducklake-backend' 'get service ducklake-backend-service'; do
    grep -q "^kubectl $line" commands || because "the README does not say: kubectl $line"
  done
  while read -r line; do
    echo "+ $line"
    bash -c "$line" </dev/null
  done <commands
}

no_warning() {
  ! grep -i '^warning' "$work/applied" || because "the server warns: $(grep -i -m 1 '^warning' "$work/applied")"
}

# A pod as the Deployment makes it, with a change: loosened JSON-PATCH.
loosened() {
  kubectl patch --local --filename "$work/pod.json" --type=json --patch "[$1]" -o json |
    kubectl create --dry-run=server --filename -
}

admission() {
  local change
  kubectl get "$deployment" -o json |
    jq '.spec.template + {apiVersion: "v1", kind: "Pod"} | .metadata.name = "loosened"' >"$work/pod.json"
  kubectl create --dry-run=server --filename "$work/pod.json" || because "an unchanged pod is refused"
  while read -r change; do
    if loosened "$change" >"$work/answer" 2>&1; then because "accepted: $change"; fi
    grep -q 'violates PodSecurity "restricted:latest"' "$work/answer" || because "$change: $(<"$work/answer")"
  done <<'END'
{"op": "replace", "path": "/spec/containers/0/securityContext/allowPrivilegeEscalation", "value": true}
{"op": "add", "path": "/spec/containers/0/securityContext/capabilities/add", "value": ["NET_ADMIN"]}
{"op": "remove", "path": "/spec/containers/0/securityContext/capabilities/drop"}
{"op": "replace", "path": "/spec/securityContext/runAsNonRoot", "value": false}
{"op": "replace", "path": "/spec/securityContext/runAsUser", "value": 0}
{"op": "remove", "path": "/spec/securityContext/seccompProfile"}
{"op": "add", "path": "/spec/hostNetwork", "value": true}
{"op": "add", "path": "/spec/volumes/-", "value": {"name": "host", "hostPath": {"path": "/"}}}
END
}

# The Deployment itself, loosened: kubectl warns, and no pod comes up.
admission_of_deployment() {
  kubectl get "$deployment" -o json |
    jq '.metadata = {name: "loosened"} | .spec.selector.matchLabels = {app: "loosened"} |
      .spec.template.metadata.labels = {app: "loosened"} | del(.status) |
      .spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation = true' |
    kubectl create --filename - 2>&1 | tee "$work/answer"
  grep -q 'Warning: would violate PodSecurity' "$work/answer" || because "no warning about a loosened Deployment"
  kubectl wait --for=condition=ReplicaFailure --timeout=30s deployment/loosened
  kubectl get deployment loosened -o json |
    jq -e '.status.conditions[] | select(.type == "ReplicaFailure").message | contains("violates PodSecurity")'
  kubectl delete deployment loosened
}

strictness() {
  if sed 's/imagePullPolicy/imagePulPolicy/' "$root/deploy/k8s/base/backend-deployment.yaml" |
    kubectl apply --dry-run=server --filename - >"$work/answer" 2>&1; then
    because "a misspelt field is accepted: what was applied is no evidence"
  fi
  grep -q imagePulPolicy "$work/answer"
}

rollouts() {
  local round
  for round in 1 2 3 4 5; do
    kubectl rollout restart "$deployment"
    spread || because "rollout $round of 5"
  done
}

evict() {
  kubectl create --raw "/api/v1/namespaces/ducklake/pods/$1/eviction" --filename - <<<"
{\"apiVersion\": \"policy/v1\", \"kind\": \"Eviction\", \"metadata\": {\"name\": \"$1\", \"namespace\": \"ducklake\"}}"
}

disruptions() {
  local pods
  # Not those that are on their way out: nothing protects them.
  mapfile -t pods < <(kubectl get pods -l "$label" -o json |
    jq -r '.items[] | select(.metadata.deletionTimestamp == null) | .metadata.name')
  # The replacement must not come up in between, however slow this machine is.
  kubectl cordon "${nodes[@]}"
  trap 'kubectl uncordon "${nodes[@]}" >"$work/last"' EXIT
  evict "${pods[0]}" || because "the first eviction is refused"
  if evict "${pods[1]}" >"$work/answer" 2>&1; then because "the second eviction is allowed"; fi
  grep -q "violate the pod's disruption budget" "$work/answer" || because "$(<"$work/answer")"
  # One node comes back before the others, and takes the pod that waits: so no look at where pods are.
  kubectl uncordon "${nodes[@]}"
  complete
  within 30 evict "${pods[1]}"
  complete
}

wanted() { kubectl get "$deployment" -o 'jsonpath={.spec.replicas}'; }

planned() {
  kubectl apply -k "$root/deploy/k8s/overlays/production" --dry-run=server -o json |
    jq '.items[] | select(.kind == "Deployment").spec.replicas'
}

# "Scaling" in the README: without the hand-over the number of replicas would fall, with it nothing happens.
hand_over() {
  local command count
  count="$(planned)"
  [[ "$count" == 1 ]] || because "$count replicas are planned without a hand-over: take it out of the README"
  command="$(sed -n '/^## Kubernetes/,/^## [^K]/p' "$root/deploy/README.md" | grep -m 1 '^ *KUBE_EDITOR=')"
  bash -c "$command"
  count="$(planned)"
  [[ "$count" == "$replicas" ]] || because "after the hand-over, $count replicas are planned"
}

production() {
  kubectl apply -k "$root/deploy/k8s/overlays/production" 2>&1 | tee "$work/applied"
  no_warning
  [[ "$(wanted)" == "$replicas" ]] || because "$(wanted) replicas"
  spread
  # The autoscaler has looked at the Deployment, and left it alone.
  kubectl wait --for=condition=AbleToScale --timeout=60s horizontalpodautoscaler/ducklake-backend
  [[ "$(wanted)" == "$replicas" ]] || because "the autoscaler made it $(wanted)"
  kubectl get networkpolicy/ducklake-backend ingress/ducklake-backend servicemonitor/ducklake-backend \
    poddisruptionbudget/ducklake-backend service/ducklake-backend-service
  # What the autoscaler has scaled up stays so when the manifests are applied again.
  kubectl scale "$deployment" --replicas=5
  kubectl apply -k "$root/deploy/k8s/overlays/production"
  [[ "$(wanted)" == 5 ]] || because "applying again makes 5 replicas $(wanted)"
}

# Those too that no overlay uses.
components() {
  local component
  cp -r "$root/deploy/k8s" "$work/k8s"
  for component in "$work"/k8s/components/*/; do
    component="$(basename "$component")"
    mkdir "$work/k8s/overlays/$component"
    cat >"$work/k8s/overlays/$component/kustomization.yaml" <<END
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ducklake
resources: [../../base]
components: [../../components/$component]
END
    kubectl apply -k "$work/k8s/overlays/$component" --dry-run=server >"$work/applied" 2>&1 ||
      because "$component: $(<"$work/applied")"
    no_warning
  done
}

# On a cluster that has nothing yet. Ends with as many ready replicas as wanted.
from_nothing() {
  # Nothing runs in these pods: there is no grace to wait for.
  kubectl delete deployment --all
  kubectl delete pods --all --force
  kubectl delete namespace ducklake --timeout=120s
  kubectl apply -k "$root/deploy/k8s/overlays/$1" 2>&1 | tee "$work/applied"
  no_warning
  within 60 kubectl wait --for="jsonpath={.status.readyReplicas}=$2" --timeout=5s "$deployment"
}

need jq openssl
mapfile -t tools < <("$here/build-kubernetes-tools.sh" kube-apiserver kube-controller-manager kube-scheduler kubectl etcd \
  kwok servicemonitor-crd)
((${#tools[@]} == 7)) || exit 1
PATH="$(printf '%s:' "${tools[@]%/*}")$PATH"
readonly nodes=(node-1 node-2 node-3)
start_control_plane
start_nodes "${nodes[@]}"
kubectl create --filename "${tools[6]}" >/dev/null
kubectl wait --for=condition=Established --timeout=30s crd/servicemonitors.monitoring.coreos.com >/dev/null

check "kubectl's commands work as the README prints them" owners_commands
cp "$work/output" "$work/applied"
check "restricted admission accepts the pods without a warning" no_warning
check "3 replicas on 3 nodes" spread
check "restricted admission refuses loosened pods" admission
check "restricted admission keeps a loosened Deployment without pods" admission_of_deployment
check "the server knows every field of the manifests" strictness
watch_endpoints
check "3 replicas on 3 nodes after each of 5 rollouts" rollouts
check "never fewer than 3 ready endpoints during 5 rollouts" never_below 20
stop endpoints
check "the disruption budget stops the second eviction" disruptions
watch_endpoints
check "the autoscaler takes over the number of replicas" hand_over
check "the production overlay is applied to a running base" production
check "never fewer than 3 ready endpoints while the autoscaler takes over" never_below 5
stop endpoints
check "every component is accepted by itself" components
check "the local overlay comes up on an empty cluster" from_nothing local 1
check "the production overlay comes up on an empty cluster" from_nothing production 3

((failures == 0))
