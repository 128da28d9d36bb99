"""The tables of the frameworks, read and checked, and every reference of a requirement looked up in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.catalogue.records import closest, load_table, malformed, read_text
from pentascope.errors import CatalogueError
from pentascope.model.framework import Framework

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pentascope.model.requirement import Requirement


def load_frameworks(folder: Path) -> tuple[Framework, ...]:
    """All frameworks, by id and edition. Raises: CatalogueError for the first malformed table."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise CatalogueError(f"{folder}: no tables", hint="Restore the folder: references of requirements lead there.")
    frameworks = []
    for path in paths:
        framework = load_table(path, Framework)
        _refuse(framework, path)
        frameworks.append(framework)
    return tuple(sorted(frameworks, key=lambda framework: (framework.id, framework.edition)))


def refuse_wrong_references(requirements: Iterable[Requirement], frameworks: Iterable[Framework], folder: Path) -> None:
    """Every threat and every crosswalk of a requirement is a row of a framework. Raises: CatalogueError."""
    known = {framework.reference(row) for framework in frameworks for row in framework.rows}
    retired = {
        f"{framework.id}:{framework.edition}:{alias}": framework.reference(row)
        for framework in frameworks
        for row in framework.rows
        for alias in row.aliases
    }
    for requirement in requirements:
        path = folder / f"{requirement.id}.md"
        for reference in (*requirement.threats, *requirement.crosswalk):
            if reference in known:
                continue
            line = _line_with(path, reference)
            if reference in retired:
                raise malformed(path, line, f"`{reference}` is retired", f"Write `{retired[reference]}`.")
            raise malformed(path, line, f"no framework has `{reference}`", _nearest(reference, known))


def _refuse(framework: Framework, path: Path) -> None:
    """What the types cannot say of one table."""
    for word, what, hint in _faults(framework, path):
        raise malformed(path, _line_with(path, word), what, hint)


def _faults(framework: Framework, path: Path) -> Iterator[tuple[str, str, str]]:
    if framework.id != path.stem:
        yield framework.id, f"id `{framework.id}` is not the file name", "Make the two equal."
    if not framework.rows:
        yield framework.id, "no rows", "Give it `[[rows]]`."
    seen: set[str] = set()
    for row in framework.rows:
        for name in (row.id, *row.aliases):
            if name in seen:
                yield name, f"`{name}` stands twice", "Keep one."
            if ":" in name or not name or name != name.strip() or " " in name:
                yield name, f"`{name}` is no id", "Write it without colons and spaces."
            seen.add(name)
        if not row.title:
            yield row.id, f"`{row.id}` has no title", "Give it a short one, in your own words where the text is not free."
        if (row.applies_from is None) != (framework.as_of is None):
            yield row.id, f"`{row.id}`: a law says from when a row applies, and nothing else does", "Set both `as_of` and `applies_from`."


def _nearest(reference: str, known: Iterable[str]) -> str:
    """The closest rows of the same framework; where there is no such framework, the closest frameworks."""
    heads = sorted({row.rpartition(":")[0] for row in known})
    head = reference.rpartition(":")[0]
    if head not in heads:
        return closest(head, heads)
    return closest(reference, sorted(row for row in known if row.startswith(f"{head}:")))


def _line_with(path: Path, word: str) -> int:
    lines = read_text(path).splitlines()
    return next((number for number, line in enumerate(lines, 1) if f'"{word}"' in line), 1)
