"""The pages of the fixes, read and checked against the requirements and checks that they name."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from pentascope.catalogue.pages import load_page, name_faults, refuse_sections
from pentascope.catalogue.records import closest, line_of, malformed
from pentascope.model.fix import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pentascope.catalogue.pages import Page
    from pentascope.model.infrastructure import ResourceCheck
    from pentascope.model.requirement import Requirement

_SECTIONS = ("Apply", "Template")
_EXPRESSION = re.compile(r"\{\{.*?\}\}")


def load_fixes(folder: Path, requirements: Sequence[Requirement], infrastructure: Sequence[ResourceCheck]) -> tuple[Fix, ...]:
    """All fixes, by id. Raises: CatalogueError for the first malformed page."""
    known: dict[str, set[str]] = {each.code: {check.id for check in each.checks} for each in requirements}
    for check in infrastructure:
        known[check.requirement].add(check.id)
    pages = [load_page(path, Fix) for path in sorted(folder.glob("*.md"))]
    ids = sorted(page.record.id for page in pages)
    for page in pages:
        _refuse(page, known, ids)
    return tuple(_with_prose(page) for page in pages)


def _with_prose(page: Page[Fix]) -> Fix:
    texts = {section.title: section.text for section in page.sections}
    return msgspec.structs.replace(page.record, summary=texts[""], apply=texts["Apply"], template=_template(texts["Template"]))


def _template(text: str) -> str:
    """What stands between the first and the last line: the one fence of the section."""
    return "\n".join(text.splitlines()[1:-1]) + "\n"


def _refuse(page: Page[Fix], known: Mapping[str, set[str]], ids: Sequence[str]) -> None:
    path = Path(page.path)
    for key, what, hint in (*_faults(page, ids), *_wrong_closures(page.record, known)):
        raise malformed(path, line_of(page.record_text, (key,), page.record_line), what, hint)
    refuse_sections(page, page.record.id, _SECTIONS, ("no summary", "Say before the first section what the file does."))
    template = next(section.text for section in page.sections if section.title == "Template")
    if not (template.startswith("```") and template.endswith("```") and template.count("\n") > 1):
        raise malformed(path, 1, "the section `Template` is not one fence", "Put the text of the file into one fence of four backticks.")


def _faults(page: Page[Fix], ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    record = page.record
    yield from name_faults(page)
    place = PurePosixPath(_EXPRESSION.sub("x", record.file))
    if not place.name or place.is_absolute() or ".." in place.parts:
        yield "file", f"file `{record.file}` leaves the folder", "Give a relative path."
    if not record.source.startswith("https://"):
        yield "source", f"source `{record.source}` is no address", "Name where the form of the file is documented."
    for other in record.needs:
        if other not in ids or other == record.id:
            yield "needs", f"no other fix `{other}`", closest(other, ids)


def _wrong_closures(record: Fix, known: Mapping[str, set[str]]) -> Iterator[tuple[str, str, str]]:
    if len(set(record.codes)) != len(record.codes):
        yield "closes", "a requirement stands twice", "Join the two."
    for closure in record.closes:
        if closure.requirement not in known:
            yield "closes", f"no requirement {closure.requirement}", closest(closure.requirement, sorted(known))
            return
        for check in closure.checks:
            if check not in known[closure.requirement]:
                hint = closest(check, sorted(known[closure.requirement])) if known[closure.requirement] else "Leave `checks` out."
                yield "closes", f"{closure.requirement} has no check `{check}`", hint
