"""What strings an expression can be, as far as the constants of its own file tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_TEXTS = 12
MAX_STEPS = 200
MAX_TEXT_BYTES = 4000

_INTERESTING = re.compile(rb"[0-9/:.@<]|_[A-Z]|[a-z]-[a-z]")
_PROMPT_BYTES = 60


def is_worth_keeping(raw: bytes) -> bool:
    """Whether a string literal (with its quotes) could be a URL, a host, a model id, a key, a variable or a prompt."""
    size = len(raw)
    if size < 6:
        return False
    if size > _PROMPT_BYTES:
        return True
    return _INTERESTING.search(raw) is not None


class Source(Protocol):
    """What Literals needs of the file being read."""

    source: bytes

    def text(self, node: Node) -> str: ...

    def resolve(self, node: Node | None) -> tuple[str, bool]: ...


class Literals:
    """The constants of one Python file: names, attributes, dictionary entries, environment defaults."""

    def __init__(self, reader: Source) -> None:
        """Nothing is evaluated before it is asked for."""
        self._reader = reader
        self._values: dict[str, list[Node]] = {}

    def remember(self, name: str, value: Node) -> None:
        """`name = value` was seen; `self.x`, `Config.x` are found again by their last word too."""
        for key in {name, name.rpartition(".")[2]}:
            known = self._values.setdefault(key, [])
            if len(known) < 8:
                known.append(value)

    def assigned(self, name: str) -> list[Node]:
        """Everything that a name is bound to."""
        return self._values.get(name, [])

    def value_node(self, name: str) -> Node | None:
        """The expression last assigned to a name."""
        known = self._values.get(name) or self._values.get(name.rpartition(".")[2])
        return known[-1] if known else None

    def entries(self, table: Node) -> list[tuple[str, Node]]:
        """Key and value of the pairs of a dictionary literal whose keys are strings."""
        found = []
        for pair in table.named_children[:200]:
            if pair.type == "pair":
                key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
                if key is not None and value is not None:
                    found.append((self._reader.text(key).strip("\"'"), value))
        return found

    def alternatives(self, node: Node) -> list[Node]:
        """The branches of a conditional or an `or`, innermost first come first; else the node itself."""
        pending, found = [node], []
        for _ in range(MAX_STEPS):
            if not pending:
                break
            current = pending.pop(0)
            if current.type == "conditional_expression":
                parts = current.named_children
                pending += [parts[0], parts[-1]] if len(parts) >= 2 else []
            elif current.type == "boolean_operator":
                pending += current.named_children
            elif current.type in {"await", "parenthesized_expression"} and current.named_child_count:
                pending.append(current.named_children[-1])
            else:
                found.append(current)
        return found

    def texts(self, node: Node) -> tuple[str, ...]:
        """Every string that `node` may evaluate to; empty when none can be told."""
        found: dict[str, None] = {}
        pending, seen = [node], set()
        for _ in range(MAX_STEPS):
            if not pending or len(found) >= MAX_TEXTS:
                break
            current = pending.pop(0)
            if current.id in seen:
                continue
            seen.add(current.id)
            text = self._literal(current)
            if text is not None:
                found.setdefault(text)
            else:
                pending += self._followed(current)
        return tuple(found)

    def _literal(self, node: Node) -> str | None:
        if node.type == "string":
            return self._string(node)
        if node.type == "concatenated_string":
            return "".join(self._string(part) for part in node.named_children[:200] if part.type == "string")
        if node.type == "binary_operator":
            return self._concatenation(node)
        return None

    def _concatenation(self, node: Node) -> str | None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or b"+" not in self._reader.source[left.end_byte : right.start_byte]:
            return None
        parts = [
            self._string(part) if part.type == "string" else "{}" for part in (left, right)
        ]
        return "".join(parts) if parts != ["{}", "{}"] else None

    def _string(self, node: Node) -> str:
        if node.named_child_count <= 3 and node.end_byte - node.start_byte < MAX_TEXT_BYTES:
            contents = [child for child in node.named_children if child.type == "string_content"]
            if len(contents) == 1 and node.named_child_count == 3:
                return _unescape(self._reader.text(contents[0]))
        parts = []
        for child in node.named_children[:100]:
            if child.type == "string_content":
                parts.append(_unescape(self._reader.text(child)[:MAX_TEXT_BYTES]))
            elif child.type == "interpolation":
                parts.append("{}")
        return "".join(parts)[:MAX_TEXT_BYTES]

    def _followed(self, node: Node) -> list[Node]:
        kind = node.type
        if kind in {"identifier", "attribute"}:
            name = self._reader.text(node)
            return list(self._values.get(name) or self._values.get(name.rpartition(".")[2]) or ())
        if kind in {"conditional_expression", "boolean_operator", "await", "parenthesized_expression"}:
            return [part for part in self.alternatives(node) if part.id != node.id]
        if kind == "call":
            return self._call_default(node)
        if kind == "subscript":
            return self._subscript(node)
        if kind in {"list", "tuple", "set", "expression_list"}:
            return list(node.named_children[:MAX_TEXTS])
        return []

    def _call_default(self, node: Node) -> list[Node]:
        """The default of `os.getenv("X", "d")`, `os.environ.get`, `config("X", default="d")`, `Field(default=…)`."""
        path, _ = self._reader.resolve(node.child_by_field_name("function"))
        tail = path.rpartition(".")[2].lower()
        arguments = node.child_by_field_name("arguments")
        if arguments is None:
            return []
        children = arguments.named_children[:30]
        keyworded = {
            self._reader.text(name): value
            for child in children
            if child.type == "keyword_argument"
            and (name := child.child_by_field_name("name")) is not None
            and (value := child.child_by_field_name("value")) is not None
        }
        if tail in {"getenv", "get", "env", "config", "field", "str", "option", "argument", "add_argument", "pop", "getattr"}:
            positional = [child for child in children if child.type != "keyword_argument"]
            index = 2 if tail == "getattr" else 0 if tail in {"str", "field"} else 1
            return [keyworded["default"]] if "default" in keyworded else positional[index : index + 1]
        return []

    def _subscript(self, node: Node) -> list[Node]:
        value, key = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        table = self.value_node(self._reader.text(value)) if value is not None else None
        if table is None:
            return []
        if table.type == "dictionary":
            entries = self.entries(table)
            wanted = self._reader.text(key).strip("\"'") if key is not None else ""
            exact = [entry for name, entry in entries if name == wanted]
            return exact or [entry for _, entry in entries[:MAX_TEXTS]]
        return [table] if table.type in {"list", "tuple"} else []


_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\'": "'", "\\\\": "\\"}


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    for escape, plain in _ESCAPES.items():
        text = text.replace(escape, plain)
    return text
