"""The parts of a component file: its scripts, and what its markup shows as HTML without escaping (`v-html`, `{@html …}`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import syntax
from pentascope.collectors.source.parse.readings import Expression
from pentascope.model.unit import Flow, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from pentascope.collectors.source.parse.readings import File

_SHOWN = re.compile(rb"""\bv-html=(["'])(?P<vue>.{1,300}?)\1|\{@html\s+(?P<svelte>[^}]{1,300})\}|\bset:html=\{(?P<astro>[^}]{1,300})\}""")
_EACH = re.compile(
    rb"""\bv-for=["']\s{0,4}\(?\s{0,4}(?P<one>\w{1,60})(?:\s{0,4},\s{0,4}\w{1,60}){0,2}\s{0,4}\)?\s{1,4}(?:in|of)\s{1,4}(?P<many>[\w.]{1,120})"""
    rb"""|\{#each\s{1,4}(?P<some>[\w.$]{1,120})\s{1,4}as\s{1,4}(?P<item>\w{1,60})"""
)
MAX_PLACES = 200
_SCRIPT = re.compile(rb"<script\b[^>]{0,300}>(.{0,2000000}?)</script", re.DOTALL | re.IGNORECASE)
_FRONT = re.compile(rb"\A---\r?\n(.{0,200000}?)\n---", re.DOTALL)
_NOT_NEWLINE = re.compile(rb"[^\n]")


def script_parts(source: bytes) -> bytes:
    """`source` of a component file with everything outside its scripts blanked, so that places stay true."""
    blank = bytearray(_NOT_NEWLINE.sub(b" ", source))
    for match in [*_SCRIPT.finditer(source), *_FRONT.finditer(source)]:
        start, end = match.span(1)
        blank[start:end] = source[start:end]
    return bytes(blank)


def shown(source: bytes, scripts: File) -> Iterator[Flow]:
    """The flows of the markup; their names are those of the file's script."""
    if b"v-html" not in source and b"@html" not in source and b"set:html" not in source:
        return
    for match in list(_EACH.finditer(source))[:MAX_PLACES]:
        many, one = (match["many"], match["one"]) if match["one"] else (match["some"], match["item"])
        name = many.decode().lstrip("$")
        yield Flow(to="name", target=one.decode(), line=_line(source, match), value=Reading(names=(name, f"this.{name}")))
    for match in list(_SHOWN.finditer(source))[:MAX_PLACES]:
        text = match["vue"] or match["svelte"] or match["astro"]
        value = _reading(text, scripts)
        names = tuple(name.lstrip("$") for name in value.names)
        value.names = (*names, *(f"this.{name}" for name in names))
        target = "v-html" if match["vue"] else "@html" if match["svelte"] else "set:html"
        yield Flow(to="html", target=target, line=_line(source, match), value=value)


def _line(source: bytes, match: re.Match[bytes]) -> int:
    return source.count(b"\n", 0, match.start()) + 1


def _reading(text: bytes, scripts: File) -> Reading:
    source = b"(" + text + b")"
    if not syntax.is_parsable(source):
        return Reading()
    root, _ = syntax.parse("javascript", source)
    return Expression(
        _Snippet(source, scripts), is_markup_kept=re.search(rb"\bhtml\s{0,4}:\s{0,4}true\b", scripts.source) is not None
    ).read([child for statement in root.named_children for child in statement.named_children])


class _Snippet:
    """A piece of the markup, with the names of the script."""

    def __init__(self, source: bytes, scripts: File) -> None:
        self.source = source
        self._scripts = scripts

    def text(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def resolve(self, node: Node | None) -> tuple[str, bool]:
        """The dotted name with its head replaced by what the script imports or binds under it."""
        written = self.text(node) if node is not None else ""
        head, dot, rest = written.partition(".")
        imported: dict[str, str] = getattr(self._scripts, "import_paths", {})
        bound: dict[str, list[str]] = getattr(self._scripts, "bindings", {})
        path = imported.get(head) or next(iter(bound.get(head, ())), head)
        return path + dot + rest, head in imported

    def assigned(self, name: str) -> Sequence[Node]:
        return self._scripts.assigned(name)
