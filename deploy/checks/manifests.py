#!/usr/bin/env python3
"""Checks what the schemas cannot: usage `manifests.py RENDERED-BASE RENDERED-PRODUCTION EXAMPLES-DIRECTORY`.

First the values that the owner's document fixes, then that the parts of the manifests fit each other. Prints one line
per check, like the tiers; fails when any failed.
"""

import pathlib
import sys

import yaml

failures = 0


def check(name, problems):
    """One line: `ok NAME`, or `FAILED NAME: the first problem`."""
    global failures
    if not problems:
        print(f"ok {name}")
        return
    failures += 1
    print(f"FAILED {name}: {'; '.join(problems)}")


def differences(found, fixed, path=""):
    """Where `found` does not hold what `fixed` says; `found` may hold more."""
    if not isinstance(fixed, dict):
        return [] if found == fixed else [f"{path} is {found!r}, not {fixed!r}"]
    if not isinstance(found, dict):
        return [f"{path} is missing"]
    return [problem for key, value in fixed.items() for problem in differences(found.get(key), value, f"{path}.{key}")]


def seconds_of(probe):
    return probe["periodSeconds"] * probe["failureThreshold"]


def objects_in(path):
    return [each for each in yaml.safe_load_all(pathlib.Path(path).read_text()) if each]


objects = objects_in(sys.argv[1])
production = objects_in(sys.argv[2])
examples = {
    each["metadata"]["name"]: each
    for path in pathlib.Path(sys.argv[3]).glob("*.yaml")
    for each in yaml.safe_load_all(path.read_text())
    if each["kind"] == "Secret"
}


def the(kind, name, among=objects):
    return next((each for each in among if (each["kind"], each["metadata"]["name"]) == (kind, name)), {})


deployment = the("Deployment", "ducklake-backend")
service = the("Service", "ducklake-backend-service")
template = deployment["spec"]["template"]
pod = template["spec"]
container = pod["containers"][0]
environment = {each["name"]: each for each in container["env"]}
labels = template["metadata"]["labels"]

check(
    "replicas, labels, update and rights as the owner's document says",
    differences(
        deployment,
        {
            "metadata": {"labels": {"app": "ducklake-backend"}},
            "spec": {
                "replicas": 3,
                "selector": {"matchLabels": {"app": "ducklake-backend"}},
                "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}},
                "template": {
                    "metadata": {"labels": {"app": "ducklake-backend"}},
                    "spec": {"securityContext": {"runAsNonRoot": True, "runAsUser": 1000}},
                },
            },
        },
    )
    + differences(
        container,
        {
            "image": "ducklake-backend:v1.0.2",
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            },
        },
        "container",
    )
    + ([] if pod.get("affinity", {}).get("podAntiAffinity") else ["no anti-affinity"]),
)
check(
    "requests and limits as the owner's document says",
    differences(
        container["resources"],
        {
            "requests": {"memory": "256Mi", "cpu": "200m", "ephemeral-storage": "1Gi"},
            "limits": {"memory": "512Mi", "cpu": "500m", "ephemeral-storage": "2Gi"},
        },
    ),
)
check(
    "probes as the owner's document says",
    differences(
        container,
        {
            "startupProbe": {"periodSeconds": 10, "failureThreshold": 30},
            "livenessProbe": {"periodSeconds": 10, "failureThreshold": 3},
            "readinessProbe": {"periodSeconds": 5, "failureThreshold": 3},
        },
    ),
)
check(
    "the Service as the owner's document says",
    differences(service.get("spec"), {"type": "ClusterIP", "selector": {"app": "ducklake-backend"}})
    + differences(service.get("spec", {}).get("ports", [{}])[0], {"port": 80})
    + ([] if container["ports"][0]["containerPort"] == 8000 else ["the container's port is not 8000"]),
)
check(
    "the environment as the owner's document says",
    [
        f"{name} is {environment.get(name, {}).get('value')!r}, not {value!r}"
        for name, value in {
            "ENVIRONMENT": "production",
            "DEBUG": "false",
            "LOG_LEVEL": "INFO",
            "DB_POSTGRES_HOST": "postgres-service.database.svc.cluster.local",
            "DB_POSTGRES_PORT": "5432",
            "DB_POSTGRES_DB": "ducklakedb",
            "DB_DUCKLAKE_ENCRYPTED": "true",
            "DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT": "1000",
            "DB_DUCKLAKE_CONNECTION_RETRIES": "3",
            "DB_DUCKLAKE_CONNECTION_TIMEOUT": "30.0",
            "STORAGE_MINIO_ENDPOINT": "minio-service.storage.svc.cluster.local:9000",
            "STORAGE_MINIO_SECURE": "false",
            "STORAGE_DEFAULT_BUCKET": "ducklake-data",
            "FEATURE_ENABLE_MEMORY_MONITORING": "true",
            "FEATURE_ENABLE_PERFORMANCE_TRACKING": "true",
            "FEATURE_ENABLE_PROMETHEUS_METRICS": "true",
            "FEATURE_ENABLE_S3_ENCRYPTION": "true",
        }.items()
        if environment.get(name, {}).get("value") != value
    ],
)

# A password in the environment is seen by whoever may describe the pod's processes: those come as files.
mounts = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}
keys = [
    (each["valueFrom"]["secretKeyRef"]["name"], each["valueFrom"]["secretKeyRef"]["key"])
    for each in environment.values()
    if "valueFrom" in each
]
files = {}
for volume in pod["volumes"]:
    for item in volume.get("secret", {}).get("items", []):
        keys.append((volume["secret"]["secretName"], item["key"]))
        files[f"{mounts[volume['name']]}/{item['path']}"] = volume["secret"]["secretName"]
check(
    "user, password and keys come from the example Secrets",
    [f"no key {key} in the example of {name}" for name, key in keys if key not in examples.get(name, {}).get("stringData", {})]
    + [
        f"{name} does not come from {secret}"
        for name, secret in {
            "DB_POSTGRES_USER": "postgres-credentials",
            "STORAGE_MINIO_ACCESS_KEY": "minio-credentials",
        }.items()
        if environment.get(name, {}).get("valueFrom", {}).get("secretKeyRef", {}).get("name") != secret
    ]
    + [
        f"{name} names no file of {secret}"
        for name, secret in {
            "DB_POSTGRES_PASSWORD_FILE": "postgres-credentials",
            "STORAGE_MINIO_SECRET_KEY_FILE": "minio-credentials",
        }.items()
        if files.get(environment.get(name, {}).get("value")) != secret
    ],
)
check(
    "no Secret is shipped, and the examples hold placeholders only",
    [f"{each['metadata']['name']} is part of the base" for each in objects if each["kind"] == "Secret"]
    + [
        f"{name}: {key} is no placeholder"
        for name, each in examples.items()
        for key, value in each.get("stringData", {}).items()
        if not value.startswith("REPLACE-ME")
    ],
)

names = {each["name"] for each in container["ports"]}
probes = {kind: container[kind]["httpGet"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}
check(
    "probes and Service name ports that exist, and liveness is not readiness",
    [f"{kind} asks the port {get['port']}" for kind, get in probes.items() if get["port"] not in names]
    + [f"the Service targets {each['targetPort']}" for each in service["spec"]["ports"] if each["targetPort"] not in names]
    + (["liveness asks what readiness asks"] if probes["livenessProbe"]["path"] == probes["readinessProbe"]["path"] else []),
)

# The program itself takes up to 25 s: ducklake-launcher's time for requests and for the lake.
pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
grace = pod["terminationGracePeriodSeconds"]
check(
    "there is time to start and to stop",
    ([] if grace >= pause + 25 + 10 else [f"{grace} s of grace for a pause of {pause} s, 25 s and a margin"])
    + (
        []
        if deployment["spec"]["progressDeadlineSeconds"] > seconds_of(container["startupProbe"])
        else ["the rollout is given up before the startup probe is"]
    ),
)
check(
    "selectors find the pods",
    [
        f"{each['kind']} {each['metadata']['name']} selects {selector}"
        for each in objects + production
        if each["kind"] != "ServiceMonitor"
        for chosen in [each.get("spec", {}).get("selector") or each.get("spec", {}).get("podSelector") or {}]
        for selector in [chosen.get("matchLabels", chosen)]
        if selector and not selector.items() <= labels.items()
    ],
)

monitor = the("ServiceMonitor", "ducklake-backend", production)["spec"]
credentials = [each["authorization"]["credentials"] for each in monitor["endpoints"]]
check(
    "the ServiceMonitor finds the Service, its port and a token",
    differences(service["metadata"]["labels"], monitor["selector"]["matchLabels"], "the Service's label")
    + [
        f"the Service has no port {each['port']}"
        for each in monitor["endpoints"]
        if each["port"] not in {port["name"] for port in service["spec"]["ports"]}
    ]
    + [
        f"no key {each['key']} in the example of {each['name']}"
        for each in credentials
        if each["key"] not in examples.get(each["name"], {}).get("stringData", {})
    ],
)

sys.exit(1 if failures else 0)
