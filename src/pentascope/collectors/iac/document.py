"""YAML and JSON as trees whose every part knows its line. Nothing is expanded: an alias is the part that it names. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import yaml

from pentascope.collectors.iac.data import MAX_DEPTH, Data, Unknown, settings
from pentascope.collectors.source.parse.decoding import decode
from pentascope.collectors.source.parse.flow import JSON_TOKENS, unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pentascope.model.infrastructure import Setting

MAX_NODES = 400_000  # of one file
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
_PLAIN_JSON: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class Node(msgspec.Struct):
    """One part of a document. `tag` is a local tag (`!Ref`) without its mark, `key_line` the line of the key that names it."""

    value: str | bool | int | Unknown | list[Node] | dict[str, Node] | None
    line: int
    tag: str = ""
    key_line: int = 0

    def get(self, *names: str) -> Node | None:
        """The part under a path of keys; None where there is none."""
        node: Node | None = self
        for name in names:
            node = node.value.get(name) if node is not None and isinstance(node.value, dict) else None
        return node

    def text(self, *names: str) -> str | None:
        """The text under a path of keys; None where there is none that is told."""
        node = self.get(*names)
        return node.value if node is not None and isinstance(node.value, str) else None

    def items(self, *names: str) -> list[Node]:
        """The list under a path of keys; empty where there is none."""
        node = self.get(*names)
        return node.value if node is not None and isinstance(node.value, list) else []

    def entries(self, *names: str) -> dict[str, Node]:
        """The mapping under a path of keys; empty where there is none."""
        node = self.get(*names)
        return node.value if node is not None and isinstance(node.value, dict) else {}


class Document(msgspec.Struct):
    """The documents of one file, and the line and kind of what could not be read."""

    roots: list[Node]
    fault: tuple[int, str] | None = None


class _Open:
    """A collection that is being read."""

    __slots__ = ("anchor", "key", "key_line", "merged", "node")

    def __init__(self, node: Node, anchor: str | None) -> None:
        self.node, self.anchor = node, anchor
        self.key: str | None = None
        self.key_line = 0
        self.merged: list[Node] = []


class _Builder:
    """Parts into trees, without recursion."""

    def __init__(self) -> None:
        self.roots: list[Node] = []
        self.stack: list[_Open] = []
        self.count = 0
        self.fault: tuple[int, str] | None = None

    def add(self, node: Node, text: str = "") -> None:
        """A finished or opened part takes its place; `text` is how it is written, should it be a key."""
        self.count += 1
        if not self.stack:
            self.roots.append(node)
            return
        top = self.stack[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif top.key is None:
            top.key = node.value if isinstance(node.value, str) else text
            top.key_line = node.line
        elif isinstance(top.node.value, dict):
            if top.key == "<<":
                top.merged.append(node)
            else:
                top.node.value[top.key] = node
                node.key_line = node.key_line or top.key_line
            top.key = None

    def open(self, node: Node, anchor: str | None = None) -> None:
        """A collection begins."""
        self.add(node)
        self.stack.append(_Open(node, anchor))
        self.refuse(node.line)

    def close(self) -> None:
        """A collection ends; what it merges in ranks behind its own keys."""
        top = self.stack.pop()
        for one in top.merged:
            for source in one.value if isinstance(one.value, list) else [one]:
                if isinstance(top.node.value, dict) and isinstance(source.value, dict):
                    top.node.value = {**source.value, **top.node.value}
                    self.count += len(source.value)

    def refuse(self, line: int) -> bool:
        """Whether the document passes a bound."""
        if len(self.stack) > MAX_DEPTH:
            self.fault = (line, f"is nested deeper than {MAX_DEPTH}")
        elif self.count > MAX_NODES:
            self.fault = (line, f"has more than {MAX_NODES:,} parts")
        return self.fault is not None


def read_document(source: bytes, path: str) -> Document:
    """A file in the syntax of its name or, failing that, of its first character."""
    text = decode(source)
    is_json = path.lower().endswith(".json") or (path.lower().endswith(".template") and text.lstrip()[:1] == "{")
    return read_json(text) if is_json else read_yaml(text)


def read_yaml(text: str, *, has_numbers: bool = False) -> Document:
    """Documents of a YAML text; what stands before a fault is kept. Numbers stay text unless they are asked for."""
    builder, anchors = _Builder(), dict[str, Node]()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark is not None else 1
            if isinstance(event, yaml.DocumentStartEvent):
                anchors.clear()
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in anchors or any(one.anchor == event.anchor for one in builder.stack):
                    builder.fault = (line, f"names *{event.anchor}, which is not whole there")
                    break
                builder.add(anchors[event.anchor])
            elif isinstance(event, yaml.ScalarEvent):
                builder.add(_keep(anchors, event.anchor, _scalar(event, line, has_numbers=has_numbers)), event.value)
            elif isinstance(event, yaml.CollectionStartEvent):
                tag = _local(event.tag)
                node = Node({}, line, tag) if isinstance(event, yaml.MappingStartEvent) else Node([], line, tag)
                builder.open(_keep(anchors, event.anchor, node), event.anchor)
            elif isinstance(event, yaml.CollectionEndEvent):
                builder.close()
            if builder.refuse(line):
                break
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        builder.fault = ((mark.line + 1 if mark is not None else 1), "is not valid YAML")
    return Document(builder.roots, builder.fault)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _keep(anchors: dict[str, Node], anchor: str | None, node: Node) -> Node:
    if anchor is not None:
        anchors[anchor] = node
    return node


def _local(tag: str | None) -> str:
    return tag[1:] if tag is not None and tag.startswith("!") and len(tag) > 1 else ""


def _scalar(event: yaml.ScalarEvent, line: int, *, has_numbers: bool) -> Node:
    tag = _local(event.tag)
    if has_numbers and event.implicit[0] and _WHOLE.fullmatch(event.value):
        return Node(int(event.value), line)
    if event.implicit[0] and event.value in _WORDS:
        return Node(_WORDS[event.value], line)
    return Node(event.value, line, tag)


def read_json(text: str) -> Document:
    """The document of a JSON text, comments allowed; what stands around a fault is kept."""
    builder = _Builder()
    line, at = 1, 0
    for match in JSON_TOKENS.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        _json_token(builder, match, line)
        if builder.refuse(line):
            break
    if builder.stack and builder.fault is None:
        builder.fault = (line, "ends before its brackets close")
    return Document(builder.roots[:1], builder.fault)


def _json_token(builder: _Builder, match: re.Match[str], line: int) -> None:
    kind, found = match.lastindex, match[0]
    if kind == 3:
        builder.open(Node({} if found == "{" else [], line))
    elif kind == 4:
        if not builder.stack or isinstance(builder.stack[-1].node.value, dict) is not (found == "}"):
            builder.fault = builder.fault or (line, f"has a `{found}` that closes nothing")
        else:
            builder.close()
    elif kind in {1, 2}:
        builder.add(Node(unescape(match[kind] or ""), line))
    elif kind == 7 and not builder.stack:
        builder.fault = builder.fault or (line, "is not valid JSON")
    elif kind == 7:
        builder.add(Node(_PLAIN_JSON.get(found, found), line))


def plain(node: Node) -> Data:
    """A part as data, without its lines."""
    if isinstance(node.value, list):
        return [plain(each) for each in node.value]
    if isinstance(node.value, dict):
        return {key: plain(each) for key, each in node.value.items()}
    return node.value


def flat(path: str, node: Node) -> Iterator[Setting]:
    """Every scalar below a part, each with its own line."""
    if isinstance(node.value, list):
        for index, each in enumerate(node.value):
            yield from flat(f"{path}.{index}" if path else str(index), each)
    elif isinstance(node.value, dict):
        for key, each in node.value.items():
            yield from flat(f"{path}.{key}" if path else key, each)
    else:
        yield from settings(path, node.value, node.line)


class Fuel:
    """How many parts of one file may still be worked out; aliases of aliases end here.

    `depth` is how many are being worked out inside each other, whatever names lead from one to the next.
    """

    def __init__(self, steps: int = MAX_NODES) -> None:
        self.steps = steps
        self.depth = 0

    def burn(self) -> bool:
        """False when nothing is left."""
        self.steps -= 1
        return self.steps >= 0


def told(node: Node, change: Callable[[str], str | Unknown], fuel: Fuel, lines: Sequence[int] = ()) -> Node:
    """A copy in which every text is what `change` makes of it; what is beyond the fuel is unknown.

    `lines` are the lines of the file that those of a rendered text come from.
    """
    line, key_line = (lines[min(at, len(lines)) - 1] if at and lines else at for at in (node.line, node.key_line))
    if not fuel.burn():
        return Node(Unknown("more than is worked out"), line)
    value: str | bool | int | Unknown | list[Node] | dict[str, Node] | None = node.value
    if isinstance(value, str):
        value = change(value)
    elif isinstance(value, list):
        value = [told(each, change, fuel, lines) for each in value]
    elif isinstance(value, dict):
        value = {key: told(each, change, fuel, lines) for key, each in value.items()}
    return Node(value, line, node.tag, key_line)
