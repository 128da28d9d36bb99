"""The reader of every language that is described by a Dialect: imports, bindings, resolved calls, strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.source.parse import syntax
from pentascope.collectors.source.parse.expressions import Expressions
from pentascope.collectors.source.parse.names import PLAIN_TYPES, settle
from pentascope.collectors.source.parse.sweep import Sweep
from pentascope.model.unit import Import, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tree_sitter import Node

    from pentascope.collectors.source.parse.dialect import Dialect

    ImportReader = Callable[[str, "Node"], Iterable["ImportedName"]]

MAX_IMPORTS = 2000
MAX_BINDINGS = 4000

_WORD = re.compile(rb"[A-Za-z_$]\w*")


class ImportedName(msgspec.Struct, frozen=True):
    """What an import statement binds: see `Import`."""

    path: str
    name: str


def parse(
    dialect: Dialect, source: bytes, path: str, read_import: ImportReader, wanted: frozenset[str] | None = None
) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter. Never raises on broken or hostile text."""
    return Reader(dialect, source, path, read_import).unit(wanted)


class Reader:
    """One file being read. Bindings do not follow the flow of control."""

    def __init__(self, dialect: Dialect, source: bytes, path: str, read_import: ImportReader) -> None:
        """Parse once and run the two queries."""
        self.dialect = dialect
        self.source = source
        self.path = path
        is_parsable = syntax.is_parsable(source)
        root, is_read = syntax.parse(dialect.grammar, source if is_parsable else b"")
        self.captured, is_whole = syntax.narrow_captures(dialect.grammar, dialect.nodes, root)
        self.is_complete = is_parsable and is_read and is_whole
        self.shapes = [found for _, found in syntax.matches(dialect.grammar, dialect.shapes, root)]
        self.expressions = Expressions(dialect, source)
        self.imports: list[Import] = []
        self._read_import = read_import

    def unit(self, wanted: frozenset[str] | None) -> Unit:
        """Read in the order in which later steps need earlier ones."""
        self._read_imports()
        self._read_bindings()
        unit = Unit(path=self.path, language=self.dialect.family, imports=self.imports)
        Sweep(self.expressions, unit, wanted).run(self.captured, self.shapes)
        unit.is_complete = self.is_complete
        unit.bindings = {
            name: tuple(paths) for name, paths in self.expressions.bindings.items()
        }
        return unit

    # -- imports ------------------------------------------------------------------------------------------------------

    def _read_imports(self) -> None:
        spans = sorted(self.captured.get("import", ()), key=_start)
        for node in spans[:MAX_IMPORTS]:
            text = self.expressions.text(node)
            for bound in self._read_import(text, node):
                self.imports.append(
                    Import(
                        path=bound.path,
                        name=bound.name,
                        line=node.start_point.row + 1,
                        column=node.start_point.column + 1,
                    )
                )
                if bound.name != "*" and len(self.imports) <= MAX_IMPORTS:
                    self.expressions.imported.setdefault(bound.name, bound.path)
        if self.dialect.checks_use and self.imports:
            self._mark_unused(spans)

    def _mark_unused(self, spans: list[Node]) -> None:
        """An import is used when its local name stands anywhere outside the import lines."""
        parts, position = [], 0
        for node in spans:
            parts.append(self.source[position : node.start_byte])
            position = max(position, node.end_byte)
        body = b"".join([*parts, self.source[position:]])
        words = set(_WORD.findall(body)) if len(self.imports) > 40 else None
        for entry in self.imports:
            if entry.name != "*":
                word = entry.name.encode()
                entry.is_used = word in words if words is not None else word in body

    # -- bindings -----------------------------------------------------------------------------------------------------

    def _read_bindings(self) -> None:
        bound = [found for found in self.shapes if "bind" in found][:MAX_BINDINGS]
        for found in bound:
            self._remember_values(found)
        for found in bound:
            self._bind(found)

    def _remember_values(self, found: dict[str, list[Node]]) -> None:
        values = found.get("value")
        if values:
            for name, value in self._pairs(found["name"][0], values[0]):
                self.expressions.remember(name, value)

    def _pairs(self, left: Node, right: Node) -> list[tuple[str, Node]]:
        lists = self.dialect.name_lists
        names = left.named_children[:8] if left.type in lists else [left]
        values = right.named_children[:8] if right.type in lists else [right]
        if len(names) > len(values):
            names = names[: len(values)]
        return [(self.expressions.name(name), value) for name, value in zip(names, values, strict=False)]

    def _bind(self, found: dict[str, list[Node]]) -> None:
        name, values, types = found["name"][0], found.get("value"), found.get("type")
        for local, value in self._pairs(name, values[0]) if values else ():
            for option in self.expressions.alternatives(value):
                path, is_resolved = self.expressions.resolve(option)
                path = settle(path, is_value=True)
                if path and path != local and (is_resolved or self._looks_like_type(path, option)):
                    self.expressions.bind(local, path, is_resolved=is_resolved, is_value=True)
        if types:
            path, is_resolved = self.expressions.resolve_type(types[0])
            if path and (is_resolved or (path[0].isupper() and path not in PLAIN_TYPES)):
                for node in found["name"]:
                    self.expressions.bind(self.expressions.name(node), path, is_resolved=is_resolved, is_value=False)

    def _looks_like_type(self, path: str, node: Node) -> bool:
        return path[0].isupper() and node.type in self.dialect.calls


def _start(node: Node) -> int:
    return node.start_byte
