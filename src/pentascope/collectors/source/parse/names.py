"""The names of one file: what is imported, what is bound, and the dotted path that an expression stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

    from pentascope.collectors.source.parse.dialect import Dialect, Steps

MAX_STEPS = 64
MAX_PATH = 300
MAX_PLAIN_BYTES = 200
MAX_BOUND = 8

PLAIN_TYPES = frozenset(
    """String Integer Int Long Boolean Bool Double Float Object List Map Set Void Unit Any Char Character Byte Number
    Array Exception Result Option Vec HashMap Dictionary IEnumerable Task DateTime Guid Str Self Box Arc Rc Mutex RwLock
    Optional Mono Flux Future Lazy Nullable Ref Cell Path File Uri URI URL Math System Console Regex Date""".split()
)
_CONSTANTS = frozenset({"true", "false", "null", "nil", "None", "self", "this", "super", "NULL", "nullptr"})

PLAIN = re.compile(rb"[@$\\]{0,2}[A-Za-z_]\w*(?:(?:\.|::|->|\?\.|\\)\$?[A-Za-z_]\w*)*[?!]?")
_GENERIC = re.compile(r"<[^<>()]{0,120}>|\[[^\[\]()]{0,80}\]$")
_SEPARATOR = re.compile(r"::|->|\?\.|!!\.|!\.|\\")
_TYPE_HEAD = re.compile(
    r"(?:\[[^\[\]]{0,20}\]|map\[[^\[\]]{0,40}\]|[*&?\s(]|(?:const|mut|dyn|impl|ref|some|any|in|out|params|final|lateinit|new|struct)\s)*"
)
_INSIDE = re.compile(r"([\w.]+)[<\[](.+)[>\]]\??")
_BUILT = re.compile(r"\.(?:builder|newBuilder|new_builder|default)(?:\.\w+)*?\.[bB]uild(?=\.|$)")
_NEW = re.compile(r"\.new(?=\.)")
_FLAT_NAME = re.compile(rb"[A-Za-z_$]\w*(?:[?!]?\.\w+)*")
_BEFORE = re.compile(rb"(?:\s*[?!]?\.)?[A-Za-z_$][\w$]*(?:[?!]?\.\w+)*(?=\Z)")
_NOISE = re.compile(r"\s+")


def clean(text: str) -> str:
    """A name or dotted path as the catalogue writes it: joined by ".", without generics, sigils and blanks."""
    if text.isidentifier():
        return text
    text = _GENERIC.sub("", _GENERIC.sub("", text[:MAX_PATH]))
    return _NOISE.sub("", _SEPARATOR.sub(".", text)).strip(".$@*&?!:")


def settle(path: str, *, is_value: bool = False) -> str:
    """A path without the scaffolding of construction: `X.builder.a.build.chat` and `X.new.chat` are `X.chat`."""
    if "uild" in path:
        path = _BUILT.sub("", path)
    if ".new" in path:
        path = _NEW.sub("", path)
        if is_value and path.endswith(".new"):
            path = path[:-4]
    return path


def part(node: Node | None, steps: Steps) -> Node | None:
    """The part of a node at the end of `steps`; None where a step leads nowhere."""
    for step in steps:
        if node is None:
            return None
        if isinstance(step, str):
            node = node.child_by_field_name(step)
        else:
            count = node.named_child_count
            index = step if step >= 0 else count + step
            node = node.named_child(index) if 0 <= index < count else None
    return node


class Names:
    """Imports and local bindings of one file."""

    def __init__(self, dialect: Dialect, source: bytes) -> None:
        """Empty tables; the reader fills them before it asks."""
        self.dialect = dialect
        self.source = source
        self.imported: dict[str, str] = {}
        self.bindings: dict[str, list[str]] = {}
        self._sure: set[str] = set()
        self.values: dict[str, list[Node]] = {}
        self._calls: dict[int, tuple[str, bool]] = {}
        self.flat_ends: dict[int, tuple[str, bool]] = {}
        self.flat_starts: dict[int, Node] = {}

    def remember(self, name: str, value: Node) -> None:
        """`name = value` was seen."""
        known = self.values.setdefault(name, [])
        if len(known) < MAX_BOUND:
            known.append(value)

    def bind(self, name: str, path: str, *, is_resolved: bool, is_value: bool) -> None:
        """`name` may hold what `path` gives. A value says more than a declared type."""
        known = self.bindings.setdefault(name, [])
        if len(path) > MAX_PATH or len(known) >= MAX_BOUND or any(path.startswith(other) for other in known):
            return
        if is_resolved:
            self._sure.add(path)
        known.insert(0 if is_value else len(known), path)

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def short(self, node: Node) -> bytes:
        """The source of a node that may be a plain name; empty when it is too long for one."""
        start, end = node.start_byte, node.end_byte
        if self.dialect.flat_calls and node.type == "identifier":
            match = _FLAT_NAME.match(self.source, start, start + MAX_PLAIN_BYTES)
            return match[0] if match else b""
        return self.source[start:end] if end - start < MAX_PLAIN_BYTES else b""

    def name(self, node: Node) -> str:
        """The bare name that a binding gives a value: `this.client`, `@client`, `s.client` are `client`."""
        steps = self.dialect.indices.get(node.type)
        key = part(node, steps[1]) if steps else None
        if key is not None:
            return self.key_text(key)
        text = self.source[node.start_byte : min(node.end_byte, node.start_byte + MAX_PLAIN_BYTES)]
        return clean(text.decode("utf-8", "replace")).rpartition(".")[2]

    def look_up(self, path: str) -> tuple[str, bool]:
        """A dotted path with its head replaced by what it is bound to, and whether an import stands behind it."""
        head, _, rest = path.partition(".")
        while head in self.dialect.own_names and rest:
            head, _, rest = rest.partition(".")
        tail = "." + rest if rest else ""
        imported = self.imported.get(head)
        if imported is not None:
            return imported + tail, True
        bound = self.bindings.get(head)
        if bound and self._is_sure(bound):
            return self._best(bound, tail)
        if rest and not head[:1].isupper():
            field, _, last = rest.partition(".")
            fields = self.bindings.get(field)
            if fields and last and (self._is_sure(fields) or not bound):
                return self._best(fields, "." + last)
        if bound:
            return self._best(bound, tail)
        return ("" if not tail and head in _CONSTANTS else head + tail), False

    def _is_sure(self, bound: list[str]) -> bool:
        return any(path in self._sure for path in bound)

    def _best(self, bound: list[str], tail: str) -> tuple[str, bool]:
        best = next((path for path in bound if path in self._sure), bound[0])
        return best + tail, best in self._sure

    def resolve(self, node: Node | None) -> tuple[str, bool]:
        """The dotted path that an expression stands for, and whether its head was found in the import table."""
        tail: list[str] = []
        dialect = self.dialect
        for _ in range(MAX_STEPS):
            if node is None:
                break
            known = self._calls.get(node.id)
            if known is not None:
                return self._join(known, tail)
            kind = node.type
            if kind in dialect.flat_calls:
                return self._join(self._before(node), tail)
            raw = self.short(node)
            if (raw and PLAIN.fullmatch(raw)) or kind in dialect.names:
                head = clean(raw.decode("utf-8", "replace")) if raw else ""
                return self.look_up(".".join([head, *reversed(tail)])) if head else ("", False)
            node = self._inward(node, kind, tail)
        return ".".join(reversed(tail)), False

    def _before(self, node: Node) -> tuple[str, bool]:
        """What stands before an argument list: a plain name, or the end of another call and a property."""
        start = node.start_byte
        window = max(0, start - MAX_PLAIN_BYTES)
        match = _BEFORE.search(self.source, window, start)
        text = match[0].decode("utf-8", "replace") if match else ""
        begin = match.start() if match else start
        known = self.flat_ends.get(begin) if text.startswith((".", "?.", "!.")) else None
        self.flat_starts.setdefault(begin, node)
        if known is None:
            return self.look_up(clean(text)) if text else ("", False)
        return self._join(known, [clean(text)])

    def _inward(self, node: Node, kind: str, tail: list[str]) -> Node | None:
        """One step towards the head; the property that was left behind goes on `tail`."""
        dialect = self.dialect
        shape = dialect.calls.get(kind)
        if shape is not None:
            if shape.function:
                return part(node, shape.function)
            receiver, name = part(node, shape.receiver) if shape.receiver else None, part(node, shape.name)
            if receiver is None:
                return name
            if name is not None:
                tail.append(clean(self.text(name)))
            return receiver
        member = dialect.members.get(kind)
        if member is not None:
            name = part(node, member[1])
            if name is not None and name.end_byte - name.start_byte < MAX_PLAIN_BYTES:
                tail.append(clean(self.text(name)))
            return part(node, member[0])
        if kind in dialect.transparent:
            return part(node, dialect.transparent[kind])
        if kind in dialect.indices:
            return part(node, dialect.indices[kind][0])
        return None

    @staticmethod
    def _join(known: tuple[str, bool], tail: list[str]) -> tuple[str, bool]:
        path, is_resolved = known
        if len(path) > MAX_PATH:
            return path, is_resolved
        return ".".join([path, *reversed(tail)]) if path else ".".join(reversed(tail)), is_resolved

    def resolve_call(self, node: Node) -> tuple[str, bool]:
        """The path of what a call calls; remembered, so that a long chain costs one step a link."""
        known = self._calls.get(node.id)
        if known is None:
            known = self.resolve(node)
            self._calls[node.id] = known
            if node.type in self.dialect.flat_calls:
                self.flat_ends[node.end_byte] = known
        return known

    def resolve_type(self, node: Node) -> tuple[str, bool]:
        """The path of a declared type; `Arc<Client>` and the like give what is inside."""
        raw = self.source[node.start_byte : min(node.end_byte, node.start_byte + MAX_PLAIN_BYTES)]
        text = raw.decode("utf-8", "replace")
        if not text.isidentifier():
            for _ in range(3):
                text = text[_TYPE_HEAD.match(text).end() :]  # type: ignore[union-attr]  # matches the empty string too
                inside = _INSIDE.fullmatch(text)
                if inside is None or inside[1].rpartition(".")[2].rpartition("::")[2] not in PLAIN_TYPES:
                    break
                text = inside[2]
            text = clean(text)
        head, dot, rest = text.partition(".")
        imported = self.imported.get(head)
        if imported is not None:
            return imported + dot + rest, True
        return text, False

    def key_text(self, node: Node) -> str:
        """A key without quotes, colons and brackets."""
        raw = self.source[node.start_byte : min(node.end_byte, node.start_byte + MAX_PLAIN_BYTES)]
        return raw.decode("utf-8", "replace").strip("\"'`:[]()=@$. \n")
