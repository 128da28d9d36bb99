"""Compose files: each service as a container. Pure."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pentascope.collectors.iac.containers import as_root, configures, container, listed, published, runs, version_of
from pentascope.collectors.iac.data import MAX_SETTINGS, Unknown
from pentascope.collectors.iac.document import Document, Fuel, Node, flat, read_yaml, told
from pentascope.collectors.iac.interpolation import assignments, interpolated
from pentascope.model.infrastructure import UNTOLD, Configured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_EXTENDS = 10
_OVERRIDES = {
    f"{stem}.{suffix}": tuple(f"{stem}.override.{each}" for each in ("yml", "yaml"))
    for stem in ("docker-compose", "compose") for suffix in ("yml", "yaml")
}  # fmt: skip
_JOINED = frozenset({"ports", "expose", "volumes", "cap_add", "security_opt", "env_file", "devices", "tmpfs", "secrets", "configs"})


def is_compose(root: Node, path: str) -> bool:
    """Whether a document lists services that are images or are built."""
    services = root.entries("services").values()
    return root.get("apiVersion") is None and any(
        isinstance(one.value, dict) and ({"image", "build", "extends"} & one.value.keys() or "compose" in posixpath.basename(path))
        for one in services
    )


def is_override(path: str, text: Callable[[str], str | None]) -> bool:
    """Whether a file is only read on top of another that lies beside it."""
    folder, name = posixpath.split(path)
    return any(name in overrides and text(posixpath.join(folder, base)) is not None for base, overrides in _OVERRIDES.items())


class Compose:
    """One Compose file with the variables that lie beside it. `text` gives small files of the tree."""

    def __init__(self, root: Node, path: str, text: Callable[[str], str | None]) -> None:
        self._path, self._text = path, text
        self._folder = posixpath.dirname(path)
        self._known = assignments(self._beside(".env") or "")
        self.fuel = Fuel()
        self._services = self._told(root).entries("services")
        for name in _OVERRIDES.get(posixpath.basename(path), ()):
            over = self._beside(name)
            for one in read_yaml(over).roots[:1] if over is not None else ():
                for key, service in self._told(one).entries("services").items():
                    self._services[key] = _merged(self._services[key], service) if key in self._services else service

    def _beside(self, name: str) -> str | None:
        place = posixpath.normpath(posixpath.join(self._folder, name))
        return None if place.startswith(("..", "/")) else self._text(place)

    def _told(self, root: Node) -> Node:
        services = Node({"services": root.get("services") or Node({}, 1)}, root.line)
        return told(services, lambda text: interpolated(text, self._known), self.fuel)

    def resources(self) -> Iterator[Configured]:
        """Each service as it is written, and as a container."""
        for name, service in self._services.items():
            if not isinstance(service.value, dict):
                continue
            whole, line = self._extended(service, 0), service.key_line or service.line
            settings = tuple(flat("", whole))[:MAX_SETTINGS]
            yield Configured(type="Compose/service", address=f"services.{name}", path=self._path, line=line, settings=settings)
            yield container(self._path, f"services.{name} (container)", line, self._parts(whole))

    def _extended(self, service: Node, depth: int) -> Node:
        """A service on top of the one that it extends."""
        extends = service.get("extends")
        if extends is None or depth > MAX_EXTENDS:
            return service
        name, file = (extends.value, None) if isinstance(extends.value, str) else (extends.text("service"), extends.text("file"))
        services = self._services
        if file is not None:
            text = self._beside(file)
            read = read_yaml(text) if text is not None else Document([])
            services = self._told(read.roots[0]).entries("services") if read.roots else {}
        base = services.get(name or "")
        if base is None:
            return service
        return _merged(self._extended(base, depth + 1) if file is None else base, service)

    def _parts(self, service: Node) -> Mapping[str, Node | None]:
        image, line = service.get("image"), service.key_line or service.line
        environment, more = self._environment(service)
        arguments = [*_arguments(service.get("entrypoint")), *_arguments(service.get("command"))]
        limits = service.get("deploy", "resources", "limits") or Node({}, line)
        return {
            "image": image,
            "image_version": version_of(image),
            "env": Node(environment, line),
            "command": runs({}, arguments, line),
            "runs": runs(environment, arguments, line, more),
            "published": listed(self._published(service), line),
            "privileged": service.get("privileged") or Node(value=False, line=line),
            "runs_as_root": as_root(service.get("user"), line),
            "limits.memory": limits.get("memory") or service.get("mem_limit"),
            "limits.cpu": limits.get("cpus") or service.get("cpus"),
            "health_check": _health(service.get("healthcheck"), line),
            "replicas": service.get("deploy", "replicas") or service.get("scale") or Node("1", line),
            "host_network": Node(service.text("network_mode") == "host", line),
            "mounts": Node([Node(_source(each), each.line) for each in service.items("volumes")], line),
            "read_only": service.get("read_only"),
            "capabilities": service.get("cap_add"),
        }

    def _environment(self, service: Node) -> tuple[dict[str, Node], str]:
        """The variables that are told, and why there may be more."""
        found: dict[str, Node] = {}
        more = ""
        files = service.get("env_file")
        for each in files.value if files is not None and isinstance(files.value, list) else [files] if files is not None else []:
            name = each.value if isinstance(each.value, str) else each.text("path")
            text = self._beside(name) if name is not None else None
            if text is None:
                more = f"the file of variables {name or UNTOLD} is not in the tree"
            for key, value in assignments(text or "").items():
                found[key] = Node(interpolated(value, self._known), each.line)
        mounted = (configures(_target(each)) for each in (*service.items("volumes"), *service.items("configs")))
        more = more or next((why for why in mounted if why), "")
        own = service.get("environment")
        for key, node in own.entries().items() if own is not None else ():
            found[key] = node if node.value is not None else Node(Unknown(f"it hangs on the variable {key}"), node.line)
        for node in own.items() if own is not None else ():
            found |= dict([_assigned(node)])
        return found, more

    def _published(self, service: Node) -> list[Node]:
        found = [Node(_port(each), each.line) for each in service.items("ports")]
        if service.text("network_mode") == "host":
            found.append(Node(published("", "every port"), service.line))
        return found


def _assigned(node: Node) -> tuple[str, Node]:
    text = node.value.shape if isinstance(node.value, Unknown) else node.value if isinstance(node.value, str) else ""
    name, sign, value = text.partition("=")
    if not sign:
        return name, Node(Unknown(f"it hangs on the variable {name}"), node.line)
    if isinstance(node.value, Unknown) and UNTOLD in value:
        return name, Node(Unknown(node.value.why, is_given=value != UNTOLD, shape="" if value == UNTOLD else value), node.line)
    return name, Node(value, node.line)


def _arguments(node: Node | None) -> list[Node]:
    if node is None or node.value is None:
        return []
    return node.value if isinstance(node.value, list) else [node]


def _port(node: Node) -> str | Unknown:
    """Where one entry of `ports` opens a port."""
    if isinstance(node.value, dict):
        address, outer = node.get("host_ip"), node.get("published") or node.get("target")
        if address is not None and isinstance(address.value, Unknown):
            return Unknown(address.value.why)
        number = outer.value if outer is not None and isinstance(outer.value, str) else UNTOLD
        return published(node.text("host_ip") or "", number)
    why = node.value.why if isinstance(node.value, Unknown) else "its port is not told"
    text = node.value.shape if isinstance(node.value, Unknown) else node.value
    if not isinstance(text, str) or not text:
        return Unknown(why)
    host, _, port = text.rpartition(":")[0].rpartition(":")
    if UNTOLD in (host or port) or (not port and UNTOLD in text):
        return Unknown(why)
    return published(host, port or text.partition(":")[0])


def _health(check: Node | None, line: int) -> Node:
    if check is None:
        return Node(Unknown("the image may bring its own check"), line)
    is_off = check.get("disable")
    return Node(not (is_off is not None and is_off.value is True), check.line)


def _source(node: Node) -> str | Unknown:
    if isinstance(node.value, dict):
        source = node.get("source")
        return source.value if source is not None and isinstance(source.value, str | Unknown) else "volume"
    return node.value.partition(":")[0] if isinstance(node.value, str) else Unknown("its mount is not told")


def _target(node: Node) -> str:
    """Where a volume is mounted."""
    if isinstance(node.value, dict):
        return node.text("target") or ""
    text = node.value.shape if isinstance(node.value, Unknown) else node.value
    return text.split(":")[1] if isinstance(text, str) and ":" in text else ""


def _merged(base: Node, own: Node, key: str = "") -> Node:
    """What Compose makes of two files: mappings are joined, lists of ports and their like follow each other."""
    if isinstance(base.value, dict) and isinstance(own.value, dict):
        found = dict(base.value)
        for name, each in own.value.items():
            found[name] = _merged(found[name], each, name) if name in found else each
        return Node(found, own.line, key_line=own.key_line)
    if isinstance(base.value, list) and isinstance(own.value, list) and (key in _JOINED or key == "environment"):
        return Node([*base.value, *own.value], own.line)
    return own
