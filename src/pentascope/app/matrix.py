"""Show the matrix, or the part of it that a person names."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

import msgspec

from pentascope import __version__
from pentascope.catalogue.load import load
from pentascope.errors import UnknownNameError, UsageError
from pentascope.model.discipline import Discipline
from pentascope.model.matrix import Part, Selection
from pentascope.model.scoping import Scope

if TYPE_CHECKING:
    from pentascope.model.matrix import Matrix

ValueT = TypeVar("ValueT", Scope, Discipline)

EXPORTS = {
    "oscal-catalog": ("oscal_catalog", "render_catalog"),
    "oscal-mapping": ("oscal_catalog", "render_mapping"),
    "ciso-assistant": ("ciso_assistant", "render"),
    "prowler-compliance": ("prowler_compliance", "render"),
}
"""Formats that other tools read, each of the whole matrix: module and function in `report.formats`."""

_CELL = re.compile(r"(?P<scope>.+?)\s*[x×*]\s*(?P<discipline>[a-z].*)")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a person typed: free words (`3 controls`, `3xcontrols`), or options, or a part by name."""

    words: tuple[str, ...] = ()
    scope: str | None = None
    discipline: str | None = None
    part: Part | None = None


def show(request: Request, *, width: int = 80, is_coloured: bool = False, is_ascii: bool = False) -> str:
    """The named part as text for a terminal. Raises: UnknownNameError, UsageError."""
    from pentascope.report.formats.matrix_terminal import render

    catalogue = load()
    selection = select(catalogue.matrix, request)
    return render(catalogue.matrix, selection, width=width, is_coloured=is_coloured, is_ascii=is_ascii)


def show_json(request: Request) -> str:
    """The named part as JSON. Raises: UnknownNameError, UsageError."""
    from pentascope.report.formats.matrix_json import render

    catalogue = load()
    return render(catalogue.matrix, select(catalogue.matrix, request), catalogue_version=catalogue.version)


def export(request: Request, name: str) -> bytes:
    """The whole matrix as a catalogue for another tool. Raises: UsageError where a part is named."""
    from importlib import import_module

    catalogue = load()
    if select(catalogue.matrix, request) != Selection():
        raise UsageError(f"--format {name} gives the whole matrix.", hint="Leave out the cell or part.")
    module, function = EXPORTS[name]
    render = getattr(import_module(f"pentascope.report.formats.{module}"), function)
    told: bytes = render(catalogue.matrix, catalogue.frameworks, catalogue_version=catalogue.version, tool_version=__version__)
    return told


def select(matrix: Matrix, request: Request) -> Selection:
    """What the request names. Raises: UnknownNameError, UsageError."""
    scope, discipline = _words(matrix, request.words)
    scope = _agree(scope, _scope(matrix, request.scope) if request.scope else None, "scopes")
    discipline = _agree(discipline, _discipline(matrix, request.discipline) if request.discipline else None, "disciplines")
    if request.part is not None:
        if scope or discipline:
            raise UsageError(f"--{request.part} shows no single cell", hint=f"Leave out --{request.part}, or the cell.")
        return Selection(part=request.part)
    if scope and discipline:
        return Selection(part=Part.CELL, scope=scope, discipline=discipline)
    if scope:
        return Selection(part=Part.SCOPE, scope=scope)
    return Selection(part=Part.DISCIPLINE, discipline=discipline) if discipline else Selection()


def _words(matrix: Matrix, words: tuple[str, ...]) -> tuple[Scope | None, Discipline | None]:
    """The scope and the discipline that free words name, in either order."""
    text = " ".join(words).strip().lower()
    if not text:
        return None, None
    scopes, disciplines = _scope_names(matrix), _discipline_names(matrix)
    if cell := _CELL.fullmatch(text):
        return _scope(matrix, cell["scope"]), _discipline(matrix, cell["discipline"])
    if text in scopes or text in disciplines:
        return scopes.get(text), disciplines.get(text)
    parts = text.split()
    for cut in range(1, len(parts)):
        left, right = " ".join(parts[:cut]), " ".join(parts[cut:])
        if left in scopes and right in disciplines:
            return scopes[left], disciplines[right]
        if right in scopes and left in disciplines:
            return scopes[right], disciplines[left]
    raise _unknown("scope, discipline or cell", text, (*scopes, *disciplines))


def _scope(matrix: Matrix, name: str) -> Scope:
    names = _scope_names(matrix)
    if name.strip().lower() not in names:
        raise _unknown("scope", name, tuple(names))
    return names[name.strip().lower()]


def _discipline(matrix: Matrix, name: str) -> Discipline:
    names = _discipline_names(matrix)
    if name.strip().lower() not in names:
        raise _unknown("discipline", name, tuple(names))
    return names[name.strip().lower()]


def _scope_names(matrix: Matrix) -> dict[str, Scope]:
    names: dict[str, Scope] = {}
    for entry in matrix.scopes:
        number = str(int(entry.scope))
        for name in (number, f"s{number}", f"scope {number}", f"scope{number}", entry.id, entry.name, *entry.aliases):
            names[name.lower()] = entry.scope
    return names


def _discipline_names(matrix: Matrix) -> dict[str, Discipline]:
    return {
        name.lower(): entry.id
        for entry in matrix.disciplines
        for name in (entry.id, entry.code, entry.name, *entry.aliases)
    }


def _agree(first: ValueT | None, second: ValueT | None, what: str) -> ValueT | None:
    if first is not None and second is not None and first != second:
        raise UsageError(f"two {what} were named", hint="Name one.")
    return first if first is not None else second


def _unknown(what: str, name: str, known: tuple[str, ...]) -> UnknownNameError:
    near = get_close_matches(name.strip().lower(), known, n=2, cutoff=0.6)
    hint = f"Did you mean {' or '.join(f'`{word}`' for word in near)}?" if near else (
        "Scopes are 1 to 5; disciplines are gov, legal, risk, controls and resilience; a cell is `3xcontrols`."
    )
    return UnknownNameError(f"no {what} is called `{name}`", hint=hint)
