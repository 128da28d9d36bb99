"""The report as one HTML file: no request to anywhere, no script, good in the light, in the dark and on paper."""

from __future__ import annotations

from functools import cache

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from pentascope.model.matrix import Cell, DisciplineEntry, Matrix, ScopeEntry
from pentascope.model.requirement import Requirement
from pentascope.model.scoping import ScanResult, Scope
from pentascope.report.escape import escape
from pentascope.report.view import View, agentic_words, looked_at, place, view_of
from pentascope.report.words import AGENTIC_MEANINGS, KIND_NAMES, MODIFIER_NAMES, count, join, product_name

_TITLES_SHOWN = 4
_WEDGES = (  # corners of each fifth of a pentagon, and where its number stands
    ("50,50 50,4 93.7,35.8", "65", "31"),
    ("50,50 93.7,35.8 77,87.2", "76", "59"),
    ("50,50 77,87.2 23,87.2", "50", "76"),
    ("50,50 23,87.2 6.3,35.8", "24", "59"),
    ("50,50 6.3,35.8 50,4", "35", "31"),
)


class CellView(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the matrix as the page shows it."""

    cell: Cell
    is_lit: bool
    shown: tuple[Requirement, ...]
    more: int


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One discipline across the five scopes."""

    discipline: DisciplineEntry
    cells: tuple[CellView, ...]


class DemandView(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement that the scopes of the tree bring: in which of them it is primary, in which it also applies."""

    requirement: Requirement
    primary: tuple[Scope, ...]
    also: tuple[Scope, ...]


class DemandsView(msgspec.Struct, frozen=True, kw_only=True):
    """What one discipline asks of this tree."""

    discipline: DisciplineEntry
    demands: tuple[DemandView, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page needs, computed."""

    view: View
    lit: tuple[ScopeEntry, ...]
    wedges: tuple[tuple[ScopeEntry, tuple[str, str, str], bool], ...]
    rows: tuple[RowView, ...]
    asked: tuple[DemandsView, ...]
    theme: str | None


def render(result: ScanResult, *, matrix: Matrix, theme: str | None = None) -> str:
    """The report as one self-contained page; `theme` ("light" or "dark") overrules what the reader's system prefers."""
    page = _page(view_of(result, matrix=matrix), theme)
    return environment().get_template("report.html").render(page=page, view=page.view, result=result, matrix=matrix)


@cache
def environment() -> Environment:
    """The templates, with the one escape that every printed value passes."""
    environment = Environment(
        loader=PackageLoader("pentascope.report", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"count": count, "join_words": join, "place": place, "product": product_name}
    environment.globals |= {
        "agentic_words": agentic_words,
        "looked_at": looked_at,
        "agentic_meanings": AGENTIC_MEANINGS,
        "kind_names": KIND_NAMES,
        "modifier_names": MODIFIER_NAMES,
    }
    return environment


def _finalize(value: object) -> object:
    """Every value that a template prints passes the one escape; markup that a template made itself is left alone."""
    if value.__class__.__name__ == "Markup":
        return value
    return escape(str(value)) if isinstance(value, str) else value


def _page(view: View, theme: str | None) -> Page:
    present = {entry.scope for entry in view.scopes}
    scopes = view.matrix.scopes
    lit = tuple(entry for entry in scopes if entry.scope in present)
    return Page(
        view=view,
        lit=lit,
        wedges=tuple((entry, wedge, entry in lit) for entry, wedge in zip(scopes, _WEDGES, strict=True)),
        rows=tuple(_row(view.matrix, discipline, present) for discipline in view.matrix.disciplines),
        asked=tuple(_demands(view.matrix, discipline, lit) for discipline in view.matrix.disciplines if lit),
        theme=theme,
    )


def _row(matrix: Matrix, discipline: DisciplineEntry, present: set[Scope]) -> RowView:
    requirements = {requirement.code: requirement for requirement in matrix.requirements}
    cells = []
    for scope in matrix.scopes:
        cell = matrix.cell(scope.scope, discipline.id)
        known = tuple(requirements[code] for code in cell.primary if code in requirements)
        shown = known[:_TITLES_SHOWN]
        more = len(cell.requirements) - len(shown)
        cells.append(CellView(cell=cell, is_lit=scope.scope in present, shown=shown, more=more))
    return RowView(discipline=discipline, cells=tuple(cells))


def _demands(matrix: Matrix, discipline: DisciplineEntry, lit: tuple[ScopeEntry, ...]) -> DemandsView:
    cells = [matrix.cell(entry.scope, discipline.id) for entry in lit]
    demands = []
    for requirement in matrix.requirements:
        primary = tuple(cell.scope for cell in cells if requirement.code in cell.primary)
        also = tuple(cell.scope for cell in cells if requirement.code in cell.also)
        if primary or also:
            demands.append(DemandView(requirement=requirement, primary=primary, also=also))
    return DemandsView(discipline=discipline, demands=tuple(demands))
