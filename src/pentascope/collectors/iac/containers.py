"""One form for a container, whether Compose or Kubernetes runs it, so that a check is said once. Pure.

Settings of a `container`: `image`, `image_version` (`latest` where none is said), `env.NAME`, `command` (with its
arguments, in one line), `runs` (the same after the assignments of the environment), `published` (`none`, `127.0.0.1:PORT`, `0.0.0.0:PORT`),
`privileged`, `runs_as_root`, `limits.memory`, `limits.cpu`, `health_check`, `replicas`, `host_network`, `mounts.N`,
`read_only`, `capabilities.N`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.iac.data import MAX_SETTINGS, Unknown, words
from pentascope.collectors.iac.document import Node, flat
from pentascope.model.infrastructure import UNTOLD, Configured

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TAG = re.compile(r":([\w][\w.-]*|[^/:@]*\N{HORIZONTAL ELLIPSIS}[^/:@]*)$")
_ANYWHERE = ("", "0.0.0.0", "::", "*")  # noqa: S104 - what is looked for
_LOOPBACK = ("127.", "localhost", "::1", "[::1]")
_CONFIGURATION = re.compile(r"\.(?:ya?ml|json|toml|conf|cfg|ini|properties|xml)$|^/etc/|/[\w.-]*conf(?:ig)?(?:uration)?s?(?:/|$)")
MAX_LINE = 20_000


def container(path: str, address: str, line: int, parts: Mapping[str, Node | None]) -> Configured:
    """A container of its parts; what is None is not set."""
    found = [setting for name, node in parts.items() if node is not None for setting in flat(name, node)]
    return Configured(type="container", address=address, path=path, line=line, settings=tuple(found[:MAX_SETTINGS]))


def version_of(image: Node | None) -> Node | None:
    """The digest or tag of an image; `latest` where none is said, as registries take it."""
    if image is None:
        return None
    text = image.value.shape if isinstance(image.value, Unknown) else image.value
    if not isinstance(text, str) or not text or (isinstance(image.value, Unknown) and text.endswith(UNTOLD) and ":" not in text):
        return Node(image.value if isinstance(image.value, Unknown) else Unknown("its image is not told"), image.line)
    name, at, digest = text.partition("@")
    if at:
        return Node(digest, image.line)
    tag = _TAG.search(name)
    if tag is None:
        return Node("latest", image.line)
    if UNTOLD in tag[1]:
        why = image.value.why if isinstance(image.value, Unknown) else "its tag is not told"
        return Node(Unknown(why, is_given=True, shape=tag[1] if tag[1] != UNTOLD else ""), image.line)
    return Node(tag[1], image.line)


def runs(environment: Mapping[str, Node], arguments: Iterable[Node], line: int, more: str = "") -> Node:
    """What is run, in one line; `more` says why there may be more of the environment than is told."""
    words_of = [f"{name}={_word(node)}" for name, node in environment.items()]
    words_of += [_word(node) for node in arguments]
    text = " ".join([*words_of, *([UNTOLD] if more else [])])[:MAX_LINE]
    if UNTOLD not in text:
        return Node(text or "nothing", line)
    parts = (node.value for node in (*environment.values(), *arguments))
    why = more or next((value.why for value in parts if isinstance(value, Unknown)), "part of it is not told")
    return Node(Unknown(why, is_given=True, shape=text), line)


def configures(target: str) -> str:
    """Why a file that is mounted there may set more than is told; empty where it is no configuration."""
    return f"its configuration is mounted at {target[:120]}" if _CONFIGURATION.search(target) else ""


def _word(node: Node) -> str:
    """One word of the line; a value that is surely given and not told is never empty."""
    if isinstance(node.value, Unknown):
        return node.value.shape or (f"${UNTOLD}" if node.value.is_given else UNTOLD)
    return UNTOLD if isinstance(node.value, list | dict) else "" if node.value is None else words(node.value)


def published(host: str, port: str) -> str:
    """How far a port is open: on every interface, or where."""
    if host.strip("[]") in _ANYWHERE:
        return f"0.0.0.0:{port}"
    return f"127.0.0.1:{port}" if host.startswith(_LOOPBACK) else f"{host}:{port}"


def listed(nodes: list[Node], line: int) -> Node:
    """A list, or the word `none`, so that a check can ask for it."""
    return Node(nodes, line) if nodes else Node("none", line)


def as_root(user: Node | None, line: int) -> Node | None:
    """Whether a user is root; without one the image decides."""
    if user is None or user.value is None:
        return Node(Unknown("the image decides who runs it"), line)
    if isinstance(user.value, Unknown):
        return Node(Unknown(user.value.why), user.line)
    if not isinstance(user.value, str):
        return None
    return Node(user.value.partition(":")[0] in {"0", "root"}, user.line)
