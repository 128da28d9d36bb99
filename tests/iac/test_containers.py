from __future__ import annotations

from pathlib import Path

import pytest

from pentascope.collectors.iac.collector import read_infrastructure
from pentascope.collectors.iac.interpolation import interpolated
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.model.evidence import Gap
from pentascope.model.infrastructure import UNTOLD, Configured, Setting


def read(folder: Path, **files: str) -> tuple[list[Configured], list[Gap]]:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found, gaps = read_infrastructure(DirectoryTree(folder))
    return list(found), list(gaps)


def containers(folder: Path, **files: str) -> dict[str, dict[str, Setting]]:
    found, _ = read(folder, **files)
    return {one.address: {setting.path: setting for setting in one.settings} for one in found if one.type == "container"}


def service(folder: Path, body: str, **files: str) -> dict[str, Setting]:
    text = "services:\n  a:\n    image: x/y\n" + "".join(f"    {row}\n" for row in body.split("\n"))
    return containers(folder, compose_dot_yaml=text, **files)["services.a (container)"]


@pytest.mark.parametrize(
    ("text", "told", "shape"),
    [
        ("a${A}b", "a1b", ""),
        ("$A$$A", "1$A", ""),
        ("${B:-d}", "d", ""),
        ("${E:-d}${E-d}", "d", ""),
        ("${B:-${A}}", "1", ""),
        ("${A:+x}", "x", ""),
        ("x-${B}", None, f"x-{UNTOLD}"),
        ("${B:?must}", None, ""),
        ("${", None, ""),
    ],
)
def test_what_variables_come_to(text: str, told: str | None, shape: str) -> None:
    found = interpolated(text, {"A": "1", "E": ""})

    assert (found if isinstance(found, str) else None, "" if isinstance(found, str) else found.shape) == (told, shape)


@pytest.mark.parametrize(
    ("ports", "published"),
    [
        ('["8000:8000"]', "0.0.0.0:8000"),
        ("[8000]", "0.0.0.0:8000"),
        ('["127.0.0.1:8000:8000"]', "127.0.0.1:8000"),
        ('["[::1]:8000:8000"]', "127.0.0.1:8000"),
        ('["10.0.0.5:8000:8000"]', "10.0.0.5:8000"),
        ('["${PORT:-9000}:8000"]', "0.0.0.0:9000"),
        ('["${PORT}:8000"]', None),
        ("[{target: 80, published: 8080}]", "0.0.0.0:8080"),
        ("[{target: 80, published: 8080, host_ip: 127.0.0.1}]", "127.0.0.1:8080"),
    ],
)
def test_how_far_a_port_of_compose_is_open(tmp_path: Path, ports: str, published: str | None) -> None:
    assert service(tmp_path, f"ports: {ports}")["published.0"].value == published


def test_service_of_compose_in_the_common_form(tmp_path: Path) -> None:
    body = "command: [serve, --api-key, $KEY]\nenvironment: {A: 1, B: null}\nuser: '0:0'\nprivileged: true\nmem_limit: 1g\nhealthcheck: {test: x}\nread_only: true\nvolumes: ['/var/run/docker.sock:/s']"

    found = service(tmp_path, body)

    assert {name: found[name].value for name in ("image_version", "published", "privileged", "runs_as_root", "limits.memory", "health_check", "replicas", "read_only", "mounts.0", "env.A")} == {
        "image_version": "latest", "published": "none", "privileged": "true", "runs_as_root": "true", "limits.memory": "1g", "health_check": "true",
        "replicas": "1", "read_only": "true", "mounts.0": "/var/run/docker.sock", "env.A": "1",
    }  # fmt: skip
    assert found["runs"].shape == f"A=1 B={UNTOLD} serve --api-key {UNTOLD}"
    assert (found["env.B"].value, found["env.B"].is_given) == (None, False)


def test_variables_come_from_the_file_beside_and_files_that_are_named(tmp_path: Path) -> None:
    found = service(tmp_path, "environment: ['A=${V}']\nenv_file: one.env", _dot_env="V='2'  # x\n", one_dot_env="export B=3 # c\n")

    assert (found["env.A"].value, found["env.B"].value) == ("2", "3")
    assert found["runs"].value == "B=3 A=2"


def test_file_of_variables_that_is_not_there_leaves_the_line_open(tmp_path: Path) -> None:
    assert service(tmp_path, "env_file: [gone.env]")["runs"].why == "the file of variables gone.env is not in the tree"


def test_mounted_configuration_leaves_the_line_open(tmp_path: Path) -> None:
    assert service(tmp_path, "volumes: ['./q.yaml:/qdrant/config/production.yaml']")["runs"].why.startswith("its configuration is mounted")


def test_extended_anchored_and_overridden_services_are_one(tmp_path: Path) -> None:
    base = "x-all: &all\n  restart: always\nservices:\n  a:\n    <<: *all\n    extends: {file: common.yaml, service: base}\n    ports: ['1:1']\n"
    files = {"compose_dot_yaml": base, "common_dot_yaml": "services:\n  base:\n    image: x/y:2\n    user: '5'\n", "compose_dot_override_dot_yaml": "services:\n  a:\n    ports: ['127.0.0.1:2:2']\n    privileged: true\n"}

    found = containers(tmp_path, **files)

    one = found["services.a (container)"]
    assert {name: one[name].value for name in ("image", "runs_as_root", "published.0", "published.1", "privileged")} == {
        "image": "x/y:2", "runs_as_root": "false", "published.0": "0.0.0.0:1", "published.1": "127.0.0.1:2", "privileged": "true",
    }  # fmt: skip
    assert [address for address in found if address.startswith("services.a")] == ["services.a (container)"]


def test_services_that_extend_each_other_end(tmp_path: Path) -> None:
    found = containers(tmp_path, compose_dot_yaml="services:\n  a: {image: x, extends: b}\n  b: {image: y, extends: a}\n")

    assert {one["image"].value for one in found.values()} == {"x", "y"}


POD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: m}
spec:
  template:
    metadata: {labels: {app: m}}
    spec:
      securityContext: {runAsUser: 0}
      containers:
      - name: s
        image: r/s:1
        args: [--a]
        env:
        - {name: K, valueFrom: {secretKeyRef: {name: n, key: k}}}
        securityContext: {runAsNonRoot: true}
        livenessProbe: {}
        resources: {limits: {memory: 1Gi}}
"""


def exposed(kind: str, more: str = "") -> str:
    return f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: m{more}}}\nspec: {{type: '{kind}', selector: {{app: m}}}}\n"


def test_pod_in_the_common_form(tmp_path: Path) -> None:
    found = containers(tmp_path, k__a_dot_yaml=POD + exposed("ClusterIP"))["Deployment/m/s"]

    assert {name: setting.value for name, setting in found.items()} == {
        "image": "r/s:1", "image_version": "1", "env.K": "secret:n/k", "command": "--a", "runs": "K=secret:n/k --a", "privileged": "false", "runs_as_root": "false",
        "limits.memory": "1Gi", "health_check": "true", "host_network": "false", "published": "none", "replicas": "1",
    }  # fmt: skip
    assert found["image"].line == 11


@pytest.mark.parametrize(
    ("beside", "published"),
    [
        (exposed("LoadBalancer"), "0.0.0.0:LoadBalancer"),
        (exposed("NodePort"), "0.0.0.0:NodePort"),
        (exposed("LoadBalancer", ", annotations: {service.beta.kubernetes.io/aws-load-balancer-scheme: internal}"), "internal"),
        (exposed("${KIND}"), None),
        (exposed("ClusterIP") + "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {defaultBackend: {service: {name: m}}}\n", None),
    ],
)
def test_how_far_a_pod_is_reached_is_told_by_what_stands_beside_it(tmp_path: Path, beside: str, published: str | None) -> None:
    assert containers(tmp_path, k__a_dot_yaml=POD, k__b_dot_yaml=beside)["Deployment/m/s"]["published.0"].value == published


def test_without_a_service_beside_it_the_reach_of_a_pod_is_unknown(tmp_path: Path) -> None:
    one = containers(tmp_path, k__a_dot_yaml=POD, other__b_dot_yaml=exposed("LoadBalancer"))["Deployment/m/s"]["published"]

    assert (one.value, one.is_given) == (None, False)


def test_scaler_tells_how_many_there_are(tmp_path: Path) -> None:
    scaler = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {minReplicas: 3, scaleTargetRef: {kind: Deployment, name: m}}\n"

    assert containers(tmp_path, k__a_dot_yaml=POD + scaler)["Deployment/m/s"]["replicas"].value == "3"


@pytest.mark.parametrize(
    ("kind", "path"),
    [("CronJob", "jobTemplate: {spec: {template: {spec: %s}}}"), ("Job", "template: {spec: %s}"), ("LeaderWorkerSet", "leaderWorkerTemplate: {workerTemplate: {spec: %s}}")],
)  # fmt: skip
def test_pods_are_found_in_whatever_holds_them(tmp_path: Path, kind: str, path: str) -> None:
    spec = path % "{containers: [{name: c, image: i}]}"

    assert list(containers(tmp_path, a_dot_yaml=f"apiVersion: x/v1\nkind: {kind}\nmetadata: {{name: n}}\nspec: {{{spec}}}\n")) == [f"{kind}/n/c"]


def test_secrets_are_read_as_text_and_inference_services_as_containers(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {K: c2stYWJj}\n---\napiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: l}\nspec: {predictor: {minReplicas: 2, model: {modelFormat: {name: huggingface}, storageUri: 'hf://m'}}}\n"

    found, _ = read(tmp_path, a_dot_yaml=text)

    by_type = {one.type: {setting.path: setting.value for setting in one.settings} for one in found}
    assert by_type["Kubernetes/Secret"]["data.K"] == "sk-abc"
    assert by_type["container"] | {"replicas": "2", "model_format": "huggingface", "storage_uri": "hf://m"} == by_type["container"]
    assert "serving.kserve.io/InferenceService" in by_type


def test_bomb_of_aliases_ends_and_is_told(tmp_path: Path) -> None:
    layers = "".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    bomb = f"x-l:\n  l0: &l0 [a]\n{layers}services:\n  a: {{image: x, labels: *l11}}\n"

    found, gaps = read(tmp_path, compose_dot_yaml=bomb, k_dot_yaml=bomb.replace("services:\n  a: {image: x, labels", "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: x}], z").replace("l11}", "l11}"))

    assert {one.type for one in found} >= {"Compose/service", "Kubernetes/Pod"}
    assert [gap.subject for gap in gaps] == ["large-infrastructure-file"] * 2


def test_broken_manifest_is_a_gap_with_its_line(tmp_path: Path) -> None:
    found, gaps = read(tmp_path, a_dot_yaml=POD + "---\napiVersion: v1\nkind: Pod\n  x: [\n", b_dot_yaml=POD)

    assert [one.path for one in found if one.type == "container"] == ["a.yaml", "b.yaml"]
    assert [gap.reason for gap in gaps] == ["a.yaml:21 is not valid YAML; what stands before it was read."]
