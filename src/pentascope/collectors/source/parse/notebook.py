"""Jupyter notebooks: the code cells as one Python text whose lines know their place in the file."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.source.parse import python
from pentascope.model.unit import Flows, Named, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MAGIC = re.compile(r"\s*(?:!|%(?:pip|conda|sh|bash|run|env)\b)")


class _Cell(msgspec.Struct):
    cell_type: str = ""
    source: str | list[str] = ""


class _Sheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Notebook(msgspec.Struct):
    cells: list[_Cell] = []
    worksheets: list[_Sheet] = []


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one notebook. Text that is not a notebook gives an empty, incomplete unit."""
    try:
        book = msgspec.json.decode(source, type=_Notebook, strict=False)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Unit(path=path, language="python", is_complete=False)
    lines, places, commands = [], [], []
    for text, line in _code_lines(book, source):
        if _MAGIC.match(text):
            words = text.strip().lstrip("!%").removeprefix("sh ").removeprefix("bash ")
            commands.append(Named(value=" ".join(words.split()), line=line))
            text = ""
        elif text.lstrip().startswith(("%", "?")):
            text = ""
        lines.append(text)
        places.append(line)
    unit = python.parse("\n".join(lines).encode("utf-8", "replace"), path, wanted)
    _relocate(unit, places)
    unit.commands = commands
    return unit


def _code_lines(book: _Notebook, source: bytes) -> Iterable[tuple[str, int]]:
    """Every line of every code cell with the line of the file on which it stands."""
    newlines = _newlines(source)
    offset = 0
    cells = book.cells or [cell for sheet in book.worksheets for cell in sheet.cells]
    for cell in cells:
        if cell.cell_type != "code":
            continue
        parts = cell.source if isinstance(cell.source, list) else [cell.source]
        is_list = isinstance(cell.source, list)
        for part in parts:
            found = _find(source, part, offset)
            offset = found if found >= 0 else offset
            line = bisect_right(newlines, offset) + 1
            if is_list:
                text = part.removesuffix("\n")
                yield from ((piece, line) for piece in text.split("\n"))
            else:
                yield from ((piece, line) for piece in part.split("\n"))
        yield "", bisect_right(newlines, offset) + 1


def _find(source: bytes, part: str, offset: int) -> int:
    if not part.strip():
        return -1
    head = part[:400]
    for ascii_only in (False, True):
        encoded = json.dumps(head, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")[1:-1]
        found = source.find(encoded, offset)
        if found >= 0:
            return found
    return -1


def _newlines(source: bytes) -> list[int]:
    found, position = [], source.find(b"\n")
    while position >= 0:
        found.append(position)
        position = source.find(b"\n", position + 1)
    return found


def _relocate(unit: Unit, places: list[int]) -> None:
    def place(line: int) -> int:
        return places[min(line, len(places)) - 1] if places and line > 0 else max(line, 1)

    for group in (unit.imports, unit.calls, unit.classes, unit.functions, unit.texts, unit.env):
        for entry in group:
            entry.line = place(entry.line)
    for call in unit.calls:
        for argument in call.arguments:
            argument.line = place(argument.line)
    inner = unit.follow
    if inner is not None:
        unit.follow = lambda is_asked: _relocated(inner(is_asked), place)


def _relocated(streams: Flows, place: Callable[[int], int]) -> Flows:
    """The same flows on the lines of the file."""
    for flow in streams.flows:
        flow.line = place(flow.line)
        flow.call_line = place(flow.call_line) if flow.call_line is not None else None
    for result in {id(one): one for flow in streams.flows for one in flow.value.calls}.values():
        result.line = place(result.line)
    return streams
