"""The pages of the requirements, read and checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pentascope.catalogue.pages import load_page
from pentascope.catalogue.records import line_of, malformed
from pentascope.errors import CatalogueError
from pentascope.model.discipline import Discipline
from pentascope.model.requirement import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.catalogue.pages import Page

_CODE = re.compile(r"(?:GOV|LEG|RSK|CTL|RES)-\d\d$")
_EDITIONED = re.compile(r"[a-z0-9-]+:[^:\s]+:[^:\s]+$")
_ORDER = tuple(Discipline)
_SECTIONS = {"Why": "rationale", "Fix": "fix"}


def load_requirements(folder: Path) -> tuple[Requirement, ...]:
    """All requirements, by code. Raises: CatalogueError for the first malformed page."""
    pages = [load_page(path, Requirement) for path in sorted(folder.glob("*.md"))]
    if not pages:
        raise CatalogueError(f"{folder}: no pages", hint="Restore the folder: a matrix without requirements proves nothing.")
    for page in pages:
        _refuse(page)
    requirements = sorted((_with_prose(page) for page in pages), key=_order)
    _refuse_doubles(requirements, folder)
    return tuple(requirements)


def _order(entry: Requirement) -> tuple[int, str]:
    return _ORDER.index(entry.discipline), entry.code


def _with_prose(page: Page[Requirement]) -> Requirement:
    texts = {section.title: section.text for section in page.sections}
    words = {field: texts[title] for title, field in _SECTIONS.items()}
    return msgspec.structs.replace(page.record, statement=texts[""], **words)


def _refuse(page: Page[Requirement]) -> None:
    """What the types cannot say of one page."""
    path, record = Path(page.path), page.record
    for key, what, hint in _faults(page):
        raise malformed(path, line_of(page.record_text, (key,), page.record_line), what, hint)
    titles = [section.title for section in page.sections]
    if titles[0] != "" or not page.sections[0].text:
        raise malformed(path, 1, "no statement", "Say before the first section what must be true.")
    for title in _SECTIONS:
        if titles.count(title) != 1:
            raise malformed(path, 1, f"{record.code} needs one section `{title}`", f"Add `## {title}`.")


def _faults(page: Page[Requirement]) -> Iterator[tuple[str, str, str]]:
    record = page.record
    if record.id != Path(page.path).stem:
        yield "id", f"id `{record.id}` is not the file name", "Make the two equal."
    if page.heading != record.title:
        yield "title", "the title is not the heading", "Make the two equal."
    if not _CODE.match(record.code):
        yield "code", f"`{record.code}` is no code", "Write GOV, LEG, RSK, CTL or RES, a dash and two digits."
    if not record.scopes:
        yield "scopes", "no scopes", "Name the scopes that bring it."
    if not record.proofs:
        yield "proofs", "no way to prove it", "Name one method and where to look."
    if record.conditions and record.applies_when is None:
        yield "conditions", "conditions without words", "Say them in `applies_when`."
    for reference in (*record.threats, *record.crosswalk):
        if not _EDITIONED.match(reference):
            key = "threats" if reference in record.threats else "crosswalk"
            yield key, f"`{reference}` names no edition", "Write framework:edition:id."
    for number, check in enumerate(record.checks):
        if not (check.met or check.not_met):
            yield "checks", f"check {number + 1} (`{check.id}`) can decide nothing", "Give it `met` or `not_met`."


def _refuse_doubles(requirements: Iterable[Requirement], folder: Path) -> None:
    """Codes, ids and check ids are never shared."""
    seen: dict[str, str] = {}
    for entry in requirements:
        for name in (entry.code, entry.id, *entry.aliases, *(check.id for check in entry.checks)):
            if name in seen:
                raise malformed(folder / f"{entry.id}.md", 1, f"`{name}` stands also on {seen[name]}.md", "Choose another name.")
            seen[name] = entry.id
