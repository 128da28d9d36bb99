"""Shows requirements of the catalogue."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import msgspec

from pentascope.catalogue.load import load
from pentascope.catalogue.records import closest
from pentascope.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pentascope.model.requirement import CodeCheck, Fact, Requirement

_READING_WIDTH = 100


def requirement_named(name: str) -> Requirement:
    """The requirement of a code (any case), id or alias. Raises: UnknownNameError."""
    found = requirement_called(name)
    if found is None:
        known = [word for each in load().matrix.requirements for word in (each.code, each.id)]
        raise UnknownNameError(f"No requirement is called {name}.", hint=closest(name.upper() if len(name) < 8 else name, known)[:400])
    return found


def requirement_called(name: str) -> Requirement | None:
    """The requirement of that code (any case), id or alias."""
    return next((each for each in load().matrix.requirements if name.upper() == each.code or name in {each.id, *each.aliases}), None)


def requirement_text(name: str | None, *, width: int) -> str:
    """One requirement, or a line for each, as text of at most `width` columns. Raises: UnknownNameError."""
    lines = _list() if name is None else _page(requirement_named(name), min(max(width, 60), _READING_WIDTH))
    return "\n".join(lines) + "\n"


def requirement_json(name: str | None) -> str:
    """The same as JSON."""
    wanted = load().matrix.requirements if name is None else requirement_named(name)
    return msgspec.json.format(msgspec.json.encode(wanted), indent=2).decode() + "\n"


def _list() -> Iterator[str]:
    for entry in load().matrix.requirements:
        scopes = "".join(str(int(scope)) if scope in entry.scopes else "." for scope in range(1, 6))
        yield f"{entry.code}  {scopes}  {entry.phase:<10}  {entry.title}" + (f" (if {entry.applies_when})" if entry.applies_when else "")


def _page(entry: Requirement, width: int) -> Iterator[str]:
    yield from ("", f" {entry.code}  {entry.title}")
    scopes = ", ".join(str(int(scope)) for scope in entry.scopes)
    yield f" {entry.discipline}, scopes {scopes}, {entry.phase}, effort {entry.effort}" + (
        f", if {entry.applies_when}" if entry.applies_when else ""
    )
    for title, text in (("", entry.statement), ("Why", entry.rationale), ("Fix", entry.fix)):
        yield ""
        if title:
            yield f" {title}"
        yield from _prose(text, width)
    fixes = [fix for fix in load().fixes if entry.code in fix.codes]
    if fixes:
        kinds = ", ".join(dict.fromkeys(fix.kind for fix in fixes))
        yield from ("", " Files that close it")
        yield from _prose(f"Write them with: pentascope fix {entry.code} TREE --out DIR ({kinds})", width)
    yield from ("", " Ask")
    yield from _prose(f"{entry.question} Answered by: {entry.document}. An answer holds {entry.valid_days} days.", width)
    yield from ("", " Ways to prove it")
    for proof in entry.proofs:
        yield fill(proof.look, width, initial_indent=f"   {proof.method:<13}", subsequent_indent=" " * 16)
    for check in entry.checks:
        yield from _check(check, width)
    for title, references in (("Threats", entry.threats), ("Cross-walk", entry.crosswalk), ("Checks of other tools", entry.peer_checks)):
        if references:
            yield from ("", f" {title}")
            yield fill(", ".join(references), width, initial_indent="   ", subsequent_indent="   ", break_on_hyphens=False)
    yield from _imported(entry, width)
    yield ""


def _imported(entry: Requirement, width: int) -> Iterator[str]:
    """The checks of other tools whose results count, by tool."""
    by_tool = {tool.title: [row.id for row in tool.checks if row.requirement == entry.code] for tool in load().tools}
    if any(by_tool.values()):
        yield from ("", " Results that count (pentascope assess --results)")
    for title, names in by_tool.items():
        if names:
            yield fill(", ".join(names), width, initial_indent=f"   {title:<13}", subsequent_indent=" " * 16, break_on_hyphens=False)


def _check(check: CodeCheck, width: int) -> Iterator[str]:
    yield from ("", f" Check {check.id}")
    yield from _prose(check.says + ("" if check.proves_whole else " A sign of it only: it never meets the requirement by itself."), width)
    for title, facts in (("speaks where", check.needs), ("met by", check.met), ("not met by", check.not_met)):
        if facts:
            yield fill(", ".join(_fact(fact) for fact in facts), width, initial_indent=f"   {title:<13}", subsequent_indent=" " * 16)
    yield f"   {'otherwise':<13}{check.otherwise.value.replace('_', ' ')}"


def _fact(fact: Fact) -> str:
    subjects = f" ({', '.join(fact.subjects)})" if fact.subjects else ""
    attributes = "".join(f" with {name} {value}" for name, value in fact.attributes.items())
    return f"{fact.kind}{subjects}{attributes}"


def _prose(text: str, width: int) -> Iterator[str]:
    for paragraph in text.replace("`", "").split("\n\n"):
        for line in _items(paragraph):
            hang = "   " + " " * _hang(line)
            yield fill(line, width, initial_indent="   ", subsequent_indent=hang, break_on_hyphens=False, break_long_words=False)


def _items(paragraph: str) -> Iterator[str]:
    """List items each by themselves, other lines joined."""
    gathered: list[str] = []
    for line in paragraph.splitlines():
        if _hang(line.strip()) and gathered:
            yield " ".join(gathered)
            gathered = []
        gathered.append(line.strip())
    if gathered:
        yield " ".join(gathered)


def _hang(line: str) -> int:
    mark, _, rest = line.partition(" ")
    is_item = rest and (mark in {"-", "*"} or (mark.endswith(".") and mark[:-1].isdigit()))
    return len(mark) + 1 if is_item else 0
