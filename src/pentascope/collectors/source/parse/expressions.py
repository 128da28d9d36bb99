"""The strings that an expression can be, as far as the constants of its own file tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse.invocations import Invocations
from pentascope.collectors.source.parse.names import MAX_PLAIN_BYTES, MAX_STEPS, PLAIN, clean, part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

MAX_TEXTS = 12
MAX_TEXT_CHARS = 4000
MAX_PARTS = 200

WRAPS = frozenset(
    """String str from F Ptr ptr into to_owned to_string as_str as_ref clone trim strip Some Ok Raw fromString valueOf
    of StringPtr StringValue freeze to_s presence toString some string text Trim TrimSpace TrimEnd trimIndent trimMargin
    stripMargin stripIndent rawValue init lit""".split()
)
DEFAULTS = frozenset(
    """unwrap_or unwrap_or_else orElse orElseGet getOrElse GetValueOrDefault getOrDefault DefaultIfEmpty default
    getenv getProperty env fetch GetEnv getEnv Env config or_else ifEmpty ifBlank get Coalesce""".split()
)
READERS = frozenset({"getenv", "getProperty", "env", "fetch", "GetEnv", "getEnv", "Env", "config", "get"})
FORMATS = frozenset({"Sprintf", "format", "Format", "formatted", "sprintf", "format!"})

_SIGIL = re.compile(r"\$\{[^{}]{0,200}\}|\$\w+")
_SEAM = re.compile(r"""(["'])\s+\1""")
_QUOTED = re.compile(r"""[@$rbuULRsf8]{0,3}[#]{0,3}(["'`]{1,3})(.*?)\1?[#]{0,3}""", re.DOTALL)


class Expressions(Invocations):
    """Names, calls and constants of one file."""

    def alternatives(self, node: Node) -> list[Node]:
        """The branches of a conditional or of `a ?? b`; else the expression itself."""
        pending, found = [node], []
        for _ in range(MAX_STEPS):
            if not pending:
                break
            current = self.unwrapped(pending.pop(0))
            branches = self._branches(current)
            pending += branches
            if not branches:
                found.append(current)
        return found

    def _branches(self, node: Node) -> list[Node]:
        kind, dialect = node.type, self.dialect
        if kind in dialect.conditionals:
            return [found for steps in dialect.conditionals[kind] if (found := part(node, steps)) is not None]
        if kind in dialect.binaries and self._operator(node) in dialect.choices:
            return [found for steps in dialect.binaries[kind] if (found := part(node, steps)) is not None]
        return []

    def _operator(self, node: Node) -> str:
        left, right = (part(node, steps) for steps in self.dialect.binaries[node.type])
        if left is None or right is None or right.start_byte - left.end_byte > MAX_PLAIN_BYTES:
            return ""
        return self.source[left.end_byte : right.start_byte].decode("utf-8", "replace").strip()

    def texts(self, node: Node) -> tuple[str, ...]:
        """Every string that `node` may be as far as this file's constants tell."""
        found: dict[str, None] = {}
        pending, seen = [node], set()
        for _ in range(MAX_STEPS):
            if not pending or len(found) >= MAX_TEXTS:
                break
            current = self.unwrapped(pending.pop(0))
            if current.id in seen:
                continue
            seen.add(current.id)
            text = self.literal(current)
            if text is not None:
                if text:
                    found.setdefault(text)
            elif current.type in self.dialect.binaries and self._operator(current) in self.dialect.joins:
                joined = self.joined(current)
                if joined is not None:
                    found.setdefault(joined)
            else:
                pending += self._followed(current)
        return tuple(found)

    def _followed(self, node: Node) -> Iterable[Node]:
        kind, dialect = node.type, self.dialect
        branches = self._branches(node)
        if branches:
            return branches
        if kind in dialect.calls:
            return self._followed_call(node)
        if kind in dialect.lists:
            return node.named_children[:MAX_TEXTS]
        if kind in dialect.indices:
            return self._entry(node)
        return self._named(node)

    def _named(self, node: Node) -> list[Node]:
        if node.end_byte - node.start_byte >= MAX_PLAIN_BYTES:
            return []
        raw = self.source[node.start_byte : node.end_byte]
        if not PLAIN.fullmatch(raw):
            return []
        path = clean(raw.decode("utf-8", "replace"))
        if path.partition(".")[0] in self.imported:
            return []
        return self.values.get(path.rpartition(".")[2], [])

    def _entry(self, node: Node) -> list[Node]:
        """`MODELS["fast"]` where the table is a literal of this file."""
        table, key = self.index_parts(node)
        if table is None or key is None:
            return []
        wanted = self.key_text(key)
        entries = [item for known in self._named(table)[-1:] for item in self.entries(known)]
        return [value for name, value in entries if name == wanted] or [value for _, value in entries[:MAX_TEXTS]]

    def _followed_call(self, node: Node) -> list[Node]:
        method = self.method(node)
        values = [value for _, value in self.items(node)[:4]]
        receiver = self._receiver_value(node)
        if method in DEFAULTS:
            if len(values) > 1 or method in READERS or receiver is None:
                return values[1:2]
            return [receiver, *values]
        if method in FORMATS:
            return values[:1] or ([receiver] if receiver is not None else [])
        if len(values) == 1 and (method in WRAPS or method.endswith(("Model", "ModelId", "ModelName", "Ptr", "Id"))):
            return values
        if not values and method in WRAPS and receiver is not None:
            return [receiver]
        return []

    def _receiver_value(self, node: Node) -> Node | None:
        shape = self.dialect.calls[node.type]
        if not shape.function:
            return part(node, shape.receiver) if shape.receiver else None
        function = part(node, shape.function)
        member = self.dialect.members.get(function.type) if function is not None else None
        return part(function, member[0]) if member is not None else None

    def joined(self, node: Node) -> str | None:
        """A concatenation with its unknown parts as "{}"; None where no part is a literal."""
        parts: list[Node] = []
        dialect = self.dialect
        current: Node | None = node
        while current is not None and len(parts) < MAX_PARTS:
            steps = dialect.binaries.get(current.type)
            if steps is None or self._operator(current) not in dialect.joins:
                parts.append(current)
                break
            right = part(current, steps[1])
            if right is not None:
                parts.append(right)
            current = part(current, steps[0])
        pieces = [self._piece(piece) for piece in reversed(parts)]
        if all(piece is None for piece in pieces):
            return None
        return "".join("{}" if piece is None else piece for piece in pieces)[:MAX_TEXT_CHARS]

    def _piece(self, node: Node) -> str | None:
        node = self.unwrapped(node)
        text = self.literal(node)
        if text is not None:
            return text
        known = self._named(node)
        return self.literal(self.unwrapped(known[-1])) if known else None

    def literal(self, node: Node) -> str | None:
        """The value of a literal or of adjacent ones; None for anything else."""
        if node.type in self.dialect.strings:
            return self.string(node)
        if node.type in self.dialect.string_runs:
            parts = [self.string(child) for child in node.named_children[:MAX_PARTS] if child.type in self.dialect.strings]
            return "".join(parts)[:MAX_TEXT_CHARS]
        return None

    def string(self, node: Node) -> str:
        """The value of a literal, its interpolations as "{}"."""
        dialect = self.dialect
        found: list[str] = []
        for child in node.named_children[:MAX_PARTS] if node.named_child_count else ():
            if child.type in dialect.pieces:
                found.append(self.text(child)[:MAX_TEXT_CHARS])
            elif child.type in dialect.holes:
                found.append("{}")
        if not found:
            raw = self.source[node.start_byte : min(node.end_byte, node.start_byte + MAX_TEXT_CHARS)]
            match = _QUOTED.fullmatch(raw.decode("utf-8", "replace"))
            text = match[2] if match else ""
            found = [_SIGIL.sub("{}", _SEAM.sub("", text)) if dialect.sigil_holes else text]
        text = "".join(found)[:MAX_TEXT_CHARS]
        return _unescaped(text) if "\\" in text else text


_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\'": "'", "\\/": "/", "\\\\": "\\"}


def _unescaped(text: str) -> str:
    for escape, plain in _ESCAPES.items():
        text = text.replace(escape, plain)
    return text
