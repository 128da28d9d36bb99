"""Kubernetes manifests: each object as it is written, and each container of a pod in one form. Pure."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.iac.containers import configures, container, listed, published, runs, version_of
from pentascope.collectors.iac.data import MAX_SETTINGS, Unknown
from pentascope.collectors.iac.document import Node, flat
from pentascope.model.infrastructure import UNTOLD, Configured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SILENT = frozenset({"CustomResourceDefinition", "APIService", "PriorityClass", "CSIDriver"})
_HOLE = re.compile(r"\$\{\w[^{}]*\}|\$\{\{[^{}]*\}\}")
_INTERNAL = re.compile(r".*(?:load-?balancer-(?:internal|type|scheme)|internal-load-balancer)$")
_SERVICES = frozenset({"Service"})
_ROUTES = frozenset({"Ingress", "HTTPRoute", "VirtualService", "Route"})
_SCALERS = frozenset({"HorizontalPodAutoscaler", "ScaledObject"})
_FIRST = ("apiVersion", "kind", "metadata", "spec")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_MADE = Unknown("the context is made at run time")
_DOCUMENTS = re.compile(rb"(?m)(^---[^\n]*\n)")
_DEFINITION = re.compile(rb"(?m)^kind: CustomResourceDefinition")
MAX_SEARCH = 10
MORE = UNTOLD
"""The key that stands in a mapping, or the item in a list, for entries that are made at run time."""


class Manifest(msgspec.Struct):
    """One object with the file that it stands in, and what it is deployed together with (a folder or a chart)."""

    root: Node
    path: str
    group: str


class _Pod(msgspec.Struct):
    """The specification of a pod, and the labels that services find it by."""

    spec: Node
    labels: dict[str, Node]


class _Around(msgspec.Struct):
    """What stands beside a pod in its folder or chart."""

    services: list[Node]
    routes: list[Node]
    scalers: list[Node]


def without_definitions(data: bytes) -> bytes:
    """The text with its definitions of custom resources blanked: they are long, and declare nothing."""
    if b"kind: CustomResourceDefinition" not in data:
        return data
    parts = _DOCUMENTS.split(data)
    return b"".join(b"\n" * part.count(b"\n") if _DEFINITION.search(part) else part for part in parts)


def is_manifest(root: Node) -> bool:
    """Whether a document is an object of Kubernetes."""
    return root.get("apiVersion") is not None and root.text("kind") is not None


def in_order(root: Node) -> Node:
    """The same with what names it first, so that it is told whatever the rest comes to."""
    entries = root.entries()
    return Node({**{key: entries[key] for key in _FIRST if key in entries}, **entries}, root.line, root.tag, root.key_line)


def objects(root: Node) -> Iterator[Node]:
    """The object, or those that it lists."""
    if (root.text("kind") or "").endswith("List") and root.items("items"):
        yield from (each for each in root.items("items") if is_manifest(each))
    else:
        yield root


def unfilled(text: str) -> str | Unknown:
    """Blanks that are filled before a manifest is applied, and what a template does not tell, are unknown."""
    shape = _HOLE.sub(UNTOLD, text) if "${" in text else text
    if UNTOLD not in shape:
        return text
    why = f"it is {text[:80]}" if text != shape else "the values of the chart do not tell it"
    return Unknown(why, is_given=shape != UNTOLD, shape="" if shape == UNTOLD else shape)


def resources_of(manifests: Iterable[Manifest]) -> Iterator[Configured]:
    """Every object, and the containers of every pod with the services that lead to it."""
    manifests = [one for one in manifests if one.root.text("kind") not in _SILENT]
    around: dict[str, _Around] = {}
    for one in manifests:
        beside = around.setdefault(one.group, _Around([], [], []))
        for kinds, place in ((_SERVICES, beside.services), (_ROUTES, beside.routes), (_SCALERS, beside.scalers)):
            if one.root.text("kind") in kinds:
                place.append(one.root)
    for one in manifests:
        yield _object(one)
        for pod in _pods(one.root, one.root, 0):
            yield from _containers(one, pod, around[one.group])
        yield from _served(one)


def _object(one: Manifest) -> Configured:
    kind, group = one.root.text("kind") or "", (one.root.text("apiVersion") or "").rpartition("/")[0]
    is_own = "." not in group or group.endswith(".k8s.io")
    root = _decoded(one.root) if kind == "Secret" else one.root
    settings = [each for each in flat("", root) if each.path not in {"apiVersion", "kind"}]
    return Configured(
        type=f"Kubernetes/{kind}" if is_own else f"{group}/{kind}", address=f"{kind}/{_name(one.root)}", path=one.path,
        line=_line(one.root), settings=tuple(settings[:MAX_SETTINGS]),
    )  # fmt: skip


def _name(root: Node) -> str:
    name = root.get("metadata", "name")
    if name is None:
        return UNTOLD
    return name.value if isinstance(name.value, str) else (name.value.shape or UNTOLD) if isinstance(name.value, Unknown) else UNTOLD


def _line(root: Node) -> int:
    kind = root.get("kind")
    return kind.line if kind is not None else root.line


def _decoded(root: Node) -> Node:
    """A secret with its `data` as the text that it holds."""
    data = {key: Node(_text_of(each), each.line) for key, each in root.entries("data").items()}
    return Node({**root.entries(), **({"data": Node(data, root.line)} if data else {})}, root.line)


def _text_of(node: Node) -> str | Unknown:
    if not isinstance(node.value, str):
        return node.value if isinstance(node.value, Unknown) else Unknown("it is no text")
    try:
        return base64.b64decode(node.value, validate=True).decode()
    except ValueError:
        return Unknown("it is no text in base64", is_given=True)


def _pods(node: Node, around: Node, depth: int) -> Iterator[_Pod]:
    """Every specification of a pod inside an object, whichever kind of controller holds it."""
    if any(each.get("image") is not None for each in node.items("containers")):
        yield _Pod(node, around.entries("metadata", "labels"))
    elif depth < MAX_SEARCH:
        for each in node.entries().values():
            yield from _pods(each, node, depth + 1)


def _containers(one: Manifest, pod: _Pod, around: _Around) -> Iterator[Configured]:
    leading = [service for service in around.services if _selects(service, pod.labels)]
    for each in pod.spec.items("containers"):
        name = each.text("name") or UNTOLD
        address = f"{one.root.text('kind')}/{_name(one.root)}/{name}"
        parts = _parts(each, pod.spec)
        opened = _published(each, pod.spec, leading, around.routes)
        parts["published"] = Node(Unknown("no Service beside it leads to it"), each.line) if opened is None else listed(opened, each.line)
        parts["replicas"] = _replicas(one.root, around.scalers, each.line)
        yield container(one.path, address, each.line, parts)


def _replicas(root: Node, scalers: list[Node], line: int) -> Node | None:
    """How many there are at least: what a scaler says of the object goes before its own number."""
    for scaler in scalers:
        target = scaler.get("spec", "scaleTargetRef", "name")
        if target is not None and _said(target) == _name(root):
            least = scaler.get("spec", "minReplicas") or scaler.get("spec", "minReplicaCount")
            return least or Node("0" if scaler.text("kind") == "ScaledObject" else "1", target.line)
    return root.get("spec", "replicas") or (Node("1", line) if root.text("kind") in {"Deployment", "StatefulSet", "ReplicaSet"} else None)


def _parts(each: Node, spec: Node) -> dict[str, Node | None]:
    line = each.line
    environment, more = _environment(each)
    more = more or next((why for mount in each.items("volumeMounts") if (why := configures(mount.text("mountPath") or ""))), "")
    arguments = [*each.items("command"), *each.items("args")]
    if any(isinstance(node.value, Unknown) for name in ("command", "args") if (node := each.get(name)) is not None):
        more = more or "its arguments are made at run time"
    security, of_pod = each.get("securityContext") or Node({}, line), spec.get("securityContext") or Node({}, line)
    limits = each.get("resources", "limits")
    resources = each.get("resources")
    parts_of = [node for node in (resources, limits) if node is not None]
    is_open = any(isinstance(node.value, Unknown) or MORE in node.entries() for node in parts_of)
    undecided = Node(Unknown("its resources are made at run time"), line) if is_open else None
    image = each.get("image")
    return {
        "image": image,
        "image_version": version_of(image),
        "env": Node(environment, line),
        "command": runs({}, arguments, line),
        "runs": runs(environment, arguments, line, more),
        "privileged": security.get("privileged") or Node(_MADE if MORE in security.entries() else False, line),
        "runs_as_root": _root(security, of_pod, line),
        "limits.memory": (limits.get("memory") if limits is not None else None) or undecided,
        "limits.cpu": (limits.get("cpu") if limits is not None else None) or undecided,
        "health_check": _health(each),
        "host_network": spec.get("hostNetwork") or Node(value=False, line=line),
        "mounts": Node([node for volume in spec.items("volumes") if (node := volume.get("hostPath", "path")) is not None], line),
        "read_only": security.get("readOnlyRootFilesystem"),
        "capabilities": security.get("capabilities", "add"),
    }  # fmt: skip


def _root(security: Node, of_pod: Node, line: int) -> Node:
    """The container's word goes before the pod's."""
    for context in (security, of_pod):
        user, never = context.get("runAsUser"), context.get("runAsNonRoot")
        if never is not None and never.value is True:
            return Node(value=False, line=never.line)
        if user is not None and isinstance(user.value, str):
            return Node(user.value == "0", user.line)
        if MORE in context.entries():
            return Node(_MADE, line)
    return Node(Unknown("the image decides who runs it"), line)


def _health(each: Node) -> Node:
    found = next((probe for name in _PROBES if (probe := each.get(name)) is not None), None)
    if found is not None:
        return Node(Unknown("its probe is made at run time") if isinstance(found.value, Unknown) else True, found.line)
    return Node(Unknown("part of it is made at run time") if MORE in each.entries() else False, each.line)


def _environment(each: Node) -> tuple[dict[str, Node], str]:
    """The variables of a container, and why there may be more; one taken from a secret is told as `secret:NAME/KEY`."""
    found: dict[str, Node] = {}
    env = each.get("env")
    more = "its variables are made at run time" if env is not None and not isinstance(env.value, list) else ""
    for node in each.items("env"):
        name = node.text("name")
        if name is None:
            more = more or "some of its variables are made at run time"
            continue
        value = node.get("value")
        secret = node.get("valueFrom", "secretKeyRef")
        if secret is not None:
            said = f"secret:{_said(secret.get('name'))}/{_said(secret.get('key'))}".replace(UNTOLD, "x")
            found[name] = Node(said, node.line)
        elif node.get("valueFrom") is not None:
            found[name] = Node(Unknown("it is taken from another object", is_given=True), node.line)
        else:
            found[name] = value if value is not None else Node("", node.line)
    for source in each.items("envFrom"):
        what = _said(source.get("secretRef", "name") or source.get("configMapRef", "name"))
        more = more or f"it takes in all variables of {what}"
    return found, more


def _said(node: Node | None) -> str:
    if node is None or not isinstance(node.value, str | Unknown):
        return UNTOLD
    return (node.value.shape or UNTOLD) if isinstance(node.value, Unknown) else node.value


def _selects(service: Node, labels: dict[str, Node]) -> bool:
    selector = service.entries("spec", "selector")
    return bool(selector) and all(key in labels and labels[key].value == each.value for key, each in selector.items())


def _published(each: Node, spec: Node, leading: list[Node], routes: list[Node]) -> list[Node] | None:
    """How far the ports of a container are open; None where no Service is beside it."""
    found: list[Node] = []
    network = spec.get("hostNetwork")
    if network is not None and network.value is True:
        found.append(Node(published("", "every port"), network.line))
    for port in each.items("ports"):
        if port.text("hostPort") is not None:
            found.append(Node(published(port.text("hostIP") or "", port.text("hostPort") or ""), port.line))
    for service in leading:
        kind = service.get("spec", "type")
        if kind is not None and isinstance(kind.value, Unknown):
            found.append(Node(Unknown("the type of its Service is not told"), kind.line))
        elif kind is not None and kind.value in {"LoadBalancer", "NodePort"}:
            is_internal = kind.value == "LoadBalancer" and any(
                _INTERNAL.fullmatch(key) and str(value.value).lower() in {"true", "internal", "nlb-ip-internal"}
                for key, value in service.entries("metadata", "annotations").items()
            )
            found.append(Node("internal" if is_internal else published("", kind.value), kind.line))
        if any(_name(service) in _words(route) for route in routes):
            found.append(Node(Unknown("a route leads to it, and whom it admits is not told"), service.line))
    return found if found or leading else None


def _words(node: Node) -> set[str]:
    return {setting.value or setting.shape for setting in flat("", node)}


def _served(one: Manifest) -> Iterator[Configured]:
    """The predictor of a KServe InferenceService, which names a format in place of an image."""
    if one.root.text("kind") != "InferenceService":
        return
    model = one.root.get("spec", "predictor", "model")
    if model is None or not isinstance(model.value, dict):
        return
    parts = _parts(model, one.root.get("spec", "predictor") or model)
    parts["replicas"] = one.root.get("spec", "predictor", "minReplicas") or Node("1", model.line)
    parts["health_check"] = Node(Unknown("the serving runtime brings its own check"), model.line)
    parts["published"] = Node(Unknown("how the predictor is reached is a setting of the cluster"), model.line)
    parts["model_format"] = model.get("modelFormat", "name")
    parts["storage_uri"] = model.get("storageUri")
    yield container(one.path, f"InferenceService/{_name(one.root)}/model", model.line, parts)
