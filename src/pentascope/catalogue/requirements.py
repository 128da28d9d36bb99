"""The pages of the requirements, read and checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pentascope.catalogue.pages import load_page, name_faults, refuse_sections
from pentascope.catalogue.records import closest, line_of, malformed
from pentascope.errors import CatalogueError
from pentascope.model.discipline import Discipline
from pentascope.model.requirement import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.catalogue.pages import Page
    from pentascope.model.infrastructure import ResourceCheck

_CODE = re.compile(r"(?:GOV|LEG|RSK|CTL|RES)-\d\d$")
_EDITIONED = re.compile(r"[a-z0-9-]+:[^:\s]+:[^:\s]+$")
_ORDER = tuple(Discipline)
_SECTIONS = {"Why": "rationale", "Fix": "fix"}
GROUNDS = ("good", "bad", "undecided", "silent")
"""What an example can show of a check: a ground for, one against, one that cannot be decided, none at all."""
VERDICTS = ("met", "not-met", "unknown", "not-applicable")
"""What an example can show of the whole requirement."""


def requirements_of(pages: Iterable[Page[Requirement]], folder: Path) -> tuple[Requirement, ...]:
    """The requirements of all pages, by code. Raises: CatalogueError where two are the same."""
    requirements = sorted((_with_prose(page) for page in pages), key=_order)
    _refuse_doubles(requirements, folder)
    return tuple(requirements)


def load_requirement_pages(folder: Path) -> tuple[Page[Requirement], ...]:
    """All pages of requirements with their examples, by code. Raises: CatalogueError for the first malformed page."""
    pages = [load_page(path, Requirement) for path in sorted(folder.glob("*.md"))]
    if not pages:
        raise CatalogueError(f"{folder}: no pages", hint="Restore the folder: a matrix without requirements proves nothing.")
    for page in pages:
        _refuse(page)
    return tuple(sorted(pages, key=lambda page: _order(page.record)))


def refuse_wrong_examples(pages: Iterable[Page[Requirement]], resource_checks: Iterable[ResourceCheck]) -> None:
    """Raises: CatalogueError for an example that speaks of no check of its page, or shows nothing."""
    by_code: dict[str, list[str]] = {}
    for resource_check in resource_checks:
        by_code.setdefault(resource_check.requirement, []).append(resource_check.id)
    for page in pages:
        checks = (*(check.id for check in page.record.checks), *by_code.get(page.record.code, ()))
        for example in page.examples:
            if not example.shows:
                raise malformed(Path(page.path), example.line, "an example that shows nothing", 'Say shows="check-id:good".')
            for word in example.shows:
                _refuse_word(word, checks, Path(page.path), example.line)


def _refuse_word(word: str, checks: tuple[str, ...], path: Path, line: int) -> None:
    check, colon, ground = word.rpartition(":")
    if not colon:
        if word not in VERDICTS:
            raise malformed(path, line, f"`{word}` is no verdict", f"Write check-id:ground, or {', '.join(VERDICTS)}.")
        return
    if check not in checks:
        raise malformed(path, line, f"no check `{check}` on this page", closest(check, checks) if checks else "Add the check first.")
    if ground not in GROUNDS:
        raise malformed(path, line, f"`{ground}` is no ground", f"Write {', '.join(GROUNDS)}.")


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
    refuse_sections(page, record.code, _SECTIONS, ("no statement", "Say before the first section what must be true."))


def _faults(page: Page[Requirement]) -> Iterator[tuple[str, str, str]]:
    record = page.record
    yield from name_faults(page)
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
