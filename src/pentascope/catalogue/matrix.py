"""The pages and tables of the scoping matrix, read and checked against each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from pentascope.catalogue.pages import load_page
from pentascope.catalogue.records import closest, line_of, load_table, malformed, read_text
from pentascope.errors import CatalogueError
from pentascope.model.discipline import Discipline
from pentascope.model.matrix import AgenticMatrix, BoundaryCase, Cell, DisciplineEntry, Matrix, Ownership, Question, ScopeEntry, Signal
from pentascope.model.scoping import AgenticScope, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pentascope.model.requirement import Requirement

EntryT = TypeVar("EntryT", ScopeEntry, DisciplineEntry, Cell)

_ORDER = tuple(Discipline)


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A TOML file whose rows stand as one array of tables."""


class _Questions(_Table, frozen=True, kw_only=True):
    question: tuple[Question, ...]


class _Cases(_Table, frozen=True, kw_only=True):
    case: tuple[BoundaryCase, ...]


class _Signals(_Table, frozen=True, kw_only=True):
    signal: tuple[Signal, ...]


def load_matrix(folder: Path, requirements: tuple[Requirement, ...]) -> Matrix:
    """The whole matrix with its requirements, checked. Raises: CatalogueError."""
    matrix = Matrix(
        scopes=tuple(sorted(_entries(folder / "scopes", ScopeEntry), key=lambda entry: entry.scope)),
        disciplines=tuple(sorted(_entries(folder / "disciplines", DisciplineEntry), key=lambda e: _ORDER.index(e.id))),
        cells=tuple(sorted(_entries(folder / "cells", Cell), key=lambda e: (e.scope, _ORDER.index(e.discipline)))),
        requirements=requirements,
        questions=load_table(folder / "decision-tree.toml", _Questions).question,
        boundary_cases=load_table(folder / "boundary-cases.toml", _Cases).case,
        ownership=load_table(folder / "ownership.toml", Ownership),
        agentic=load_table(folder / "agentic.toml", AgenticMatrix),
        signals=load_table(folder / "signals.toml", _Signals).signal,
    )
    _refuse_holes(matrix, folder)
    _refuse_wrong_cells(matrix, folder)
    _refuse_wrong_tables(matrix, folder)
    return matrix


def _entries(folder: Path, record_type: type[EntryT]) -> Iterator[EntryT]:
    for path in sorted(folder.glob("*.md")):
        page = load_page(path, record_type)
        if page.record.id != path.stem:
            line = line_of(page.record_text, ("id",), page.record_line)
            raise malformed(path, line, f"id `{page.record.id}` is not the file name", "Make the two equal.")
        if not page.prose:
            raise malformed(path, 1, "no prose", "Say in a few sentences what this entry means.")
        yield msgspec.structs.replace(page.record, prose=page.prose)


def _refuse_holes(matrix: Matrix, folder: Path) -> None:
    """The matrix is 5 x 5, its companion 4 x 6: every place is filled once."""
    agentic = matrix.agentic
    places = (
        ("scopes", [entry.scope for entry in matrix.scopes], list(Scope)),
        ("disciplines", [entry.id for entry in matrix.disciplines], list(Discipline)),
        (
            "cells",
            [(cell.scope, cell.discipline) for cell in matrix.cells],
            [(scope, discipline) for scope in Scope for discipline in Discipline],
        ),
        ("agentic.toml", [entry.scope for entry in agentic.scopes], list(AgenticScope)),
        (
            "agentic.toml",
            [(cell.dimension, cell.scope) for cell in agentic.cells],
            [(dimension.id, scope) for dimension in agentic.dimensions for scope in AgenticScope],
        ),
    )
    for name, found, wanted in places:
        if found != wanted:
            lacking = [place for place in wanted if place not in found]
            raise CatalogueError(
                f"{folder / name}: {len(found)} entries where {len(wanted)} belong, lacking {lacking}",
                hint="Fill every place of the matrix once, in order.",
            )


def _refuse_wrong_cells(matrix: Matrix, folder: Path) -> None:
    """A cell names exactly the requirements of its scope and discipline."""
    by_code = {requirement.code: requirement for requirement in matrix.requirements}
    for cell in matrix.cells:
        path = folder / "cells" / f"{cell.id}.md"
        wanted = {
            code
            for code, entry in by_code.items()
            if cell.scope in entry.scopes and entry.discipline == cell.discipline
        }
        for code in cell.requirements:
            if code not in wanted:
                hint = closest(code, tuple(by_code)) if code not in by_code else "Move it, or correct its scopes."
                raise malformed(path, _line_with(path, code), f"{code} does not belong to cell {cell.id}", hint)
        if lacking := sorted(wanted - set(cell.requirements)):
            raise malformed(path, 1, f"{', '.join(lacking)} apply here but are not listed", "Add them to `also`.")
        if len(set(cell.requirements)) != len(cell.requirements):
            raise malformed(path, 1, "a requirement stands twice", "Keep it in `primary` or in `also`.")


def _line_with(path: Path, word: str) -> int:
    lines = read_text(path).splitlines()
    return next((number for number, line in enumerate(lines, 1) if word in line), 1)


def _refuse_wrong_tables(matrix: Matrix, folder: Path) -> None:
    """References between the tables lead somewhere."""
    columns = len(matrix.ownership.columns)
    for asset in matrix.ownership.assets:
        if len(asset.owners) != columns:
            path = folder / "ownership.toml"
            raise malformed(path, _line_with(path, asset.id), f"{asset.id} has not {columns} owners", "One a column.")
    questions = {question.id for question in matrix.questions}
    for question in matrix.questions:
        for branch in (question.yes, question.no):
            if branch.next is not None and branch.next not in questions:
                path = folder / "decision-tree.toml"
                raise malformed(path, _line_with(path, branch.next), f"no question `{branch.next}`", "Correct `next`.")
    known = {requirement.code for requirement in matrix.requirements}
    for dimension in matrix.agentic.dimensions:
        for code in set(dimension.requirements) - known:
            path = folder / "agentic.toml"
            raise malformed(path, _line_with(path, code), f"no requirement {code}", "Correct the code.")
