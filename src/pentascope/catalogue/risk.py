"""The risk scenarios and the tables of risk and planning, read and checked against the requirements that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pentascope.catalogue.pages import load_page, name_faults, refuse_sections
from pentascope.catalogue.records import closest, line_of, load_table, malformed, read_text
from pentascope.errors import CatalogueError
from pentascope.model.risk import Driver, PlanningTables, RiskModel, RiskScenario, RiskTables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pentascope.catalogue.pages import Page
    from pentascope.model.framework import Framework
    from pentascope.model.requirement import Requirement

_BASIS = "Where the numbers come from"


def load_risk(data: Path, requirements: Sequence[Requirement], frameworks: Sequence[Framework]) -> RiskModel:
    """Scenarios and tables below the catalogue's folder. Raises: CatalogueError for the first malformed page or table."""
    known = {each.code: each for each in requirements}
    references = frozenset(framework.reference(row) for framework in frameworks for row in framework.rows)
    pages = [load_page(path, RiskScenario) for path in sorted((data / "scenarios").glob("*.md"))]
    if not pages:
        raise CatalogueError(f"{data / 'scenarios'}: no pages", hint="Restore the folder: without scenarios nothing can be ranked.")
    for page in pages:
        _refuse(page, known, references)
    planning = load_table(data / "planning.toml", PlanningTables)
    _refuse_planning(planning, known, data / "planning.toml")
    return RiskModel(
        scenarios=tuple(_with_prose(page) for page in pages), tables=load_table(data / "risk.toml", RiskTables), planning=planning
    )


def _with_prose(page: Page[RiskScenario]) -> RiskScenario:
    texts = {section.title: section.text for section in page.sections}
    return msgspec.structs.replace(page.record, statement=texts[""], basis=texts[_BASIS])


def _refuse(page: Page[RiskScenario], known: Mapping[str, Requirement], references: frozenset[str]) -> None:
    path = Path(page.path)
    for key, what, hint in (*_faults(page, references), *_wrong_reductions(page.record, known)):
        raise malformed(path, line_of(page.record_text, (key,), page.record_line), what, hint)
    refuse_sections(page, page.record.id, (_BASIS,), ("no statement", "Say before the first section what happens."))


def _faults(page: Page[RiskScenario], references: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    record = page.record
    yield from name_faults(page)
    if not record.scopes:
        yield "scopes", "no scopes", "Name the scopes in which it can happen."
    if not record.source.strip():
        yield "source", "no source", 'Name where frequency and loss come from, or say "our estimate" and why.'
    for reference in record.threats:
        if reference not in references:
            yield "threats", f"`{reference}` stands in no framework table", "Write framework:edition:id as the table has it."
    if Driver.DOWNTIME in record.drivers and Driver.TURNOVER in record.drivers:
        yield "drivers", "`downtime` and `turnover` both set the loss", "An hour's cost already holds the size: leave one out."


def _wrong_reductions(record: RiskScenario, known: Mapping[str, Requirement]) -> Iterator[tuple[str, str, str]]:
    if not record.reductions:
        yield "reductions", "nothing reduces it", "Name the requirements that do."
    seen = set()
    for each in record.reductions:
        if each.requirement not in known:
            yield "reductions", f"no requirement `{each.requirement}`", closest(each.requirement, sorted(known))
        elif not set(known[each.requirement].scopes) & set(record.scopes):
            yield "reductions", f"{each.requirement} applies in none of its scopes", "Take it out, or widen the scopes."
        if (each.requirement, each.side) in seen:
            yield "reductions", f"{each.requirement} reduces its {each.side} twice", "Keep one of the two."
        seen.add((each.requirement, each.side))


def _refuse_planning(tables: PlanningTables, known: Mapping[str, Requirement], path: Path) -> None:
    text = read_text(path)
    named = [
        *(("duties", number, each.requirement) for number, each in enumerate(tables.duties)),
        *(("prerequisites", number, code) for number, each in enumerate(tables.prerequisites) for code in (each.requirement, *each.after)),
        *(("organisation_wide", 0, code) for code in tables.organisation_wide),
    ]
    for key, number, code in named:
        if code not in known:
            raise malformed(path, line_of(text, (key, number)), f"no requirement `{code}`", closest(code, sorted(known)))
    seen: set[str] = set()
    for number, each in enumerate(tables.prerequisites):
        if each.requirement in seen:
            what = f"{each.requirement} has a second list of what comes first"
            raise malformed(path, line_of(text, ("prerequisites", number)), what, "Write all of it in one list.")
        seen.add(each.requirement)
    if ring := _ring({each.requirement: each.after for each in tables.prerequisites}):
        raise malformed(path, line_of(text, ("prerequisites",)), f"a circle: {' after '.join(ring)}", "Take one of its steps out.")
    last = tables.levels[-1] if tables.levels else None
    if last is None or not (last.duty is last.exploitable is last.sensitive is last.verified is None):
        raise malformed(path, line_of(text, ("levels",)), "no row fits all", "End the table with a row that asks nothing.")


def _ring(after: Mapping[str, Sequence[str]]) -> list[str]:
    """A circle among prerequisites, in its order; empty where there is none."""
    finished: set[str] = set()
    for start in after:
        trail: list[str] = []
        waiting = [(start, 0)]
        while waiting:
            code, depth = waiting.pop()
            del trail[depth:]
            if code in trail:
                return [*trail[trail.index(code) :], code]
            if code in finished:
                continue
            trail.append(code)
            if not after.get(code):
                finished.add(code)
            waiting += [(first, len(trail)) for first in after.get(code, ())]
        finished.add(start)
    return []
