"""One pass over the nodes that a dialect's queries capture: calls, annotations, definitions and strings of a file."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse.names import PLAIN_TYPES, clean, settle
from pentascope.model.unit import Argument, Call, ClassDef, Named, Text

if TYPE_CHECKING:
    from tree_sitter import Node

    from pentascope.collectors.source.parse.expressions import Expressions
    from pentascope.model.unit import Unit

    Captures = dict[str, list[Node]]
    Event = tuple[int, int, int, str, Node, str]  # start, -end, rank, kind, node, label
    Open = tuple[int, int, str, Node, str]  # start, end, kind, node, label

MAX_CALLS = 3000
MAX_TEXTS = 2000
MAX_ARGUMENTS = 40
MAX_ENTRIES = 60
MAX_CLIMB = 12

IDLE_ANNOTATIONS = frozenset("derive cfg allow inline test Override Test SuppressWarnings override".split())
CALL_TAILS = frozenset(
    """generate stream create invoke run complete chat ask prompt query retrieve embed post Post send Send SendAsync
    PostAsync PostAsJsonAsync request Request POST put get Get do Do exec Command newCall uri fetch NewRequest
    NewRequestWithContext""".split()
)


class Sweep:
    """One pass over the captured nodes in source order with a stack of what is open, so that nobody climbs trees."""

    def __init__(self, expressions: Expressions, unit: Unit, wanted: frozenset[str] | None) -> None:
        """Nothing is read yet."""
        self.dialect = expressions.dialect
        self.source = expressions.source
        self.expressions = expressions
        self.unit = unit
        self.wanted = _dotted(wanted) if wanted is not None else None
        self.is_wanted_here = wanted is None or any(self._is_wanted(entry.path) for entry in unit.imports)
        self.ordinary = re.compile(self.dialect.ordinary)
        self.is_open = not self.dialect.needs_import or any(entry.name == "*" for entry in unit.imports)
        self.owners: dict[int, str] = {}  # function -> the type that it is declared for outside of its body
        self.open: list[Open] = []
        self.folded: set[int] = set()
        self.class_methods: dict[str, list[str]] = {}

    def _collect(self, captured: Captures, shapes: list[Captures]) -> list[Event]:
        imported = {node.id for node in captured.get("import", ())}
        events = [
            (node.start_byte, -node.end_byte, 0 if kind == "skip" else 1, kind, node, "")
            for kind, nodes in captured.items()
            for node in nodes
            if kind != "call" or node.id not in imported
        ]
        for found in shapes:
            for kind in ("bind", "class", "function"):
                if kind in found:
                    node = found[kind][0]
                    label = self._label(found)
                    events.append((node.start_byte, -node.end_byte, 0, kind, node, label))
                    if kind == "class":
                        self._read_class(found, label)
        events.sort(key=_event_order)
        return events

    def _label(self, found: Captures) -> str:
        name = found["name"][0]
        if name.type in self.dialect.name_lists and name.named_child_count:
            name = name.named_children[0]
        if "owner" in found:
            self.owners[found["function"][0].id] = self.expressions.resolve_type(found["owner"][0])[0]
        return self.expressions.name(name)

    def run(self, captured: Captures, shapes: list[Captures]) -> None:
        """Fill the unit."""
        events = self._collect(captured, shapes)
        self._resolve_inner_first(events)
        for start, negative_end, _, kind, node, label in events:
            while self.open and self.open[-1][1] <= start:
                self.open.pop()
            if kind == "call":
                self._read_call(node)
            elif kind == "string":
                self._read_text(node)
            elif kind == "function":
                self._read_function(node, label)
            elif kind == "annotation":
                self._read_annotation(node)
            elif kind == "index":
                self._read_index(node)
            if kind != "join" or not self.open or self.open[-1][2] != "join":
                self.open.append((start, -negative_end, kind, node, label))
        for entry in self.unit.classes:
            entry.methods = tuple(self.class_methods.get(entry.name, ()))

    def _resolve_inner_first(self, events: list[Event]) -> None:
        """Long call chains cost one step a link when the inner links are known first."""
        for event in reversed(events):
            if event[3] == "call":
                self.expressions.resolve_call(event[4])

    def _read_class(self, found: Captures, label: str) -> None:
        name = found["name"][0]
        bases = tuple(
            path for base in found.get("base", ())[:20] if (path := self.expressions.resolve_type(base)[0])
        )
        known = next((entry for entry in self.unit.classes[-4:] if entry.line == name.start_point.row + 1), None)
        if known is not None and known.name == label:
            known.bases += tuple(base for base in bases if base not in known.bases)
            return
        self.unit.classes.append(
            ClassDef(name=label, bases=bases, line=name.start_point.row + 1, column=name.start_point.column + 1)
        )

    def _read_function(self, node: Node, label: str) -> None:
        owner = self.owners.get(node.id) or next(
            (entry[4] for entry in reversed(self.open[-40:]) if entry[2] == "class"), None
        )
        self.unit.functions.append(
            Named(
                value=label,
                line=node.start_point.row + 1,
                column=node.start_point.column + 1,
                key=owner,
            )
        )
        if owner:
            self.class_methods.setdefault(owner, []).append(label)

    def _function(self) -> str | None:
        return next((entry[4] for entry in reversed(self.open[-40:]) if entry[2] == "function"), None)

    def _read_call(self, node: Node) -> None:
        if node.id in self.folded or len(self.unit.calls) >= MAX_CALLS:
            return
        path, is_resolved = self.expressions.resolve_call(node)
        if not path:
            path, is_resolved = self.expressions.look_up(self._target(node.start_byte) or "")
        if not path:
            return
        if self.expressions.is_curried(node):
            return
        chain = self.expressions.builder_chain(node)
        if chain is not None:
            self.folded.update(link.id for link in chain)
            path, is_resolved = self.expressions.resolve_call(chain[-1])
        if self.dialect.env_calls and self._is_env(path, self.dialect.env_calls):
            self._read_env(node)
        if not self._is_kept(path, node, is_resolved=is_resolved):
            return
        arguments = self._arguments(chain[-1] if chain else node)
        if chain:
            arguments += self._links(chain)
        self.unit.calls.append(
            Call(
                callee=settle(path),
                line=node.start_point.row + 1 if chain else self._line(node),
                column=node.start_point.column + 1,
                arguments=tuple(arguments),
                target=self._target(node.start_byte),
                function=self._function(),
                is_resolved=is_resolved,
            )
        )

    def _line(self, node: Node) -> int:
        """The line of the called name: in a chain over many lines each link has its own."""
        name = self.expressions.called_name(node)
        return (name or node).start_point.row + 1

    def _is_kept(self, path: str, node: Node, *, is_resolved: bool) -> bool:
        if len(path) > 300:
            return False
        if self.dialect.keeps_every_call and (self.is_wanted_here or self.wanted is None):
            return True
        if self._is_wanted(path) and (is_resolved or self.wanted is not None) and not self.ordinary.match(path):
            return True
        if path.rpartition(".")[2] in CALL_TAILS:
            return True
        is_bare = self.is_wanted_here and not is_resolved
        if is_bare and self.is_open and path[0].isupper() and path.partition(".")[0] not in PLAIN_TYPES:
            return True
        arguments = self.expressions.arguments_node(node)
        if arguments is None:
            return False
        called = self.source[node.start_byte : arguments.start_byte][:80]
        if is_bare and not self.dialect.needs_import and b"::" in called:
            return True
        return b"odel" in self.source[arguments.start_byte : min(arguments.end_byte, arguments.start_byte + 300)]

    def _is_wanted(self, path: str) -> bool:
        """Whether a path lies under one of the wanted roots; every path does when none are named."""
        if self.wanted is None or path in self.wanted:
            return True
        return any(path[: cut.start()] in self.wanted for cut in _BOUNDARY.finditer(path))

    def _target(self, start: int) -> str | None:
        """The name that receives the result: of the whole chain, when the call is a link of one."""
        for entry in reversed(self.open[-MAX_CLIMB:]):
            if entry[2] == "bind":
                return entry[4][:120] or None
            if entry[2] != "call" or entry[0] != start:
                return None
        return None

    def _read_annotation(self, node: Node) -> None:
        name, items = self.expressions.annotation_parts(node)
        if name is None or len(self.unit.calls) >= MAX_CALLS:
            return
        path, is_resolved = self.expressions.resolve_type(name)
        if path in IDLE_ANNOTATIONS:
            return
        owner = next((entry for entry in reversed(self.open[-40:]) if entry[2] in _DECORATED), None)
        self.unit.calls.append(
            Call(
                callee=path,
                line=node.start_point.row + 1,
                column=node.start_point.column + 1,
                arguments=tuple(self._read_items(items)),
                function=owner[4] if owner else None,
                is_resolved=is_resolved,
                is_decorator=True,
            )
        )

    def _links(self, chain: list[Node]) -> list[Argument]:
        """The builder methods of a chain as named arguments, in the order written."""
        found = []
        for link in list(reversed(chain))[1:]:
            name = self.expressions.called_name(link)
            for _, value in self.expressions.items(link)[:1]:
                found.append(self._argument(clean(self.expressions.text(name)) if name else None, 0, value))
                found += self._entries(value)
        return found[:MAX_ENTRIES]

    def _arguments(self, node: Node) -> list[Argument]:
        found = self._read_items(self.expressions.items(node))
        return found + self._entries(node) if self.dialect.calls[node.type].table else found

    def _read_items(self, items: list[tuple[str | None, Node]]) -> list[Argument]:
        found: list[Argument] = []
        for position, (name, value) in enumerate(items[:MAX_ARGUMENTS]):
            if not (name is None and value.type in self.dialect.tables):
                found.append(self._argument(name, position, value))
            found += self._entries(value)
        return found

    def _entries(self, value: Node) -> list[Argument]:
        """The keys of a literal, builder or request object that stands there (or is named there)."""
        found: list[Argument] = []
        pending, seen = [(value, 0)], {value.id}
        while pending and len(found) < MAX_ENTRIES:
            current, depth = pending.pop(0)
            for key, inner in self.expressions.entries(current):
                if key is not None:
                    found.append(self._argument(key, 0, inner))
                if depth < 2 and inner.id not in seen:
                    seen.add(inner.id)
                    pending.append((inner, depth + 1))
        return found

    def _argument(self, name: str | None, position: int, value: Node) -> Argument:
        path, _ = self.expressions.resolve(value)
        end = min(value.end_byte, value.start_byte + 160)
        return Argument(
            name=name,
            position=position,
            texts=self.expressions.texts(value),
            symbol=settle(path) or None,
            source=self.source[value.start_byte : end].decode("utf-8", "replace"),
            line=value.start_point.row + 1,
            column=value.start_point.column + 1,
        )

    @staticmethod
    def _is_env(path: str, known: frozenset[str]) -> bool:
        parts = path.rsplit(".", 2)
        return not known.isdisjoint((path, ".".join(parts[-2:]), parts[-1]))

    def _read_env(self, node: Node) -> None:
        items = [value for _, value in self.expressions.items(node)[:2]]
        self._add_env(node, items[0] if items else None, items[1] if len(items) > 1 else None)

    def _read_index(self, node: Node) -> None:
        table, key = self.expressions.index_parts(node)
        if table is not None and self._is_env(self.expressions.resolve(table)[0], self.dialect.env_tables):
            self._add_env(node, key, None)

    def _add_env(self, node: Node, key: Node | None, default: Node | None) -> None:
        names = self.expressions.texts(key) if key is not None else ()
        values = self.expressions.texts(default) if default is not None else ()
        for name in names[:4]:
            self.unit.env.append(
                Named(
                    value=name,
                    line=node.start_point.row + 1,
                    column=node.start_point.column + 1,
                    key=values[0] if values else None,
                )
            )

    def _read_text(self, node: Node) -> None:
        if len(self.unit.texts) >= MAX_TEXTS:
            return
        whole = self.open[-1] if self.open and self.open[-1][2] == "join" else None
        if whole is None:
            if is_interesting(self.source[node.start_byte : node.end_byte]):
                value = self.expressions.string(node)
                if value:
                    self._add_text(node, value)
        elif whole[3].id not in self.folded:
            self.folded.add(whole[3].id)
            value = self.expressions.joined(whole[3]) or self.expressions.string(node)
            if is_interesting(b'"%b"' % value.encode("utf-8", "replace")):
                self._add_text(node, value)

    def _add_text(self, node: Node, value: str) -> None:
        key, callee, siblings = None, None, 0
        for entry in reversed(self.open[-MAX_CLIMB:]):
            kind, inner = entry[2], entry[3]
            if kind in {"import", "skip"}:
                return
            if kind == "list":
                siblings = max(siblings, inner.named_child_count)
            elif kind in {"call", "annotation"} and self.expressions.is_in_arguments(inner, node):
                callee, key = self._callee(inner), key or self._keyword(inner, node)
                break
            elif kind in {"bind", "pair"}:
                key = key or self._key(entry, node)
            elif kind in {"function", "class", "scope"}:
                break
        if key is None and self.dialect.reads_key_before:
            match = _KEY_BEFORE.search(self.source, max(0, node.start_byte - 100), node.start_byte)
            key = match[1].decode("utf-8", "replace") if match else None
        self.unit.texts.append(
            Text(
                value=value,
                line=node.start_point.row + 1,
                column=node.start_point.column + 1,
                key=key,
                callee=callee,
                siblings=siblings,
            )
        )

    def _keyword(self, call: Node, node: Node) -> str | None:
        keyword = self.expressions.keyword_of(call, node)
        return self.expressions.method(call) if keyword is None and call.id in self.folded else keyword

    def _callee(self, node: Node) -> str | None:
        if node.type in self.dialect.calls:
            return settle(self.expressions.resolve_call(node)[0]) or None
        name, _ = self.expressions.annotation_parts(node)
        return self.expressions.resolve_type(name)[0] if name is not None else None

    def _key(self, entry: Open, node: Node) -> str | None:
        if entry[2] == "bind":
            return entry[4][:120] or None
        key = self.expressions.pair_key(entry[3])
        if key is None or key.end_byte > node.start_byte:
            return None
        return self.expressions.key_text(key)[:120]


_BOUNDARY = re.compile(r"[./:]")
_DECORATED = frozenset({"function", "class", "bind"})
_PROMPT_BYTES = 60
_SIGNS = re.compile(rb"[0-9/.-]|[A-Z]_[A-Z]")
_SIGNS_IN_WORDS = re.compile(rb"://|/v[0-9]|<->|<=>|<#>|ou are ")
_KEY_BEFORE = re.compile(rb"""["']?\b([\w.-]+)["']?\s*(?:=>?|:)\s*\Z""")
_SPACE = re.compile(rb"\s")


def is_interesting(raw: bytes) -> bool:
    """Whether a literal (with its quotes) may be a URL, host, path, model id, variable name, prompt or vector SQL."""
    if len(raw) < 4:
        return False
    if _SPACE.search(raw) is None:
        return len(raw) <= 400 and _SIGNS.search(raw) is not None
    return len(raw) >= _PROMPT_BYTES or _SIGNS_IN_WORDS.search(raw) is not None


def _event_order(event: Event) -> tuple[int, int, int]:
    return event[:3]


@cache
def _dotted(roots: frozenset[str]) -> frozenset[str]:
    """Import roots without their symbols, joined as paths are."""
    plain = (root.replace("::", ".").replace("\\", ".") for root in roots)
    return frozenset(root if root.startswith("package:") else root.partition(":")[0] for root in plain)
