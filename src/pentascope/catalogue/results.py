"""The tables that say what checks of other tools mean, read and checked against the lists of those tools' checks."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pentascope.catalogue.records import closest, load_table, malformed, read_text
from pentascope.errors import CatalogueError
from pentascope.model.results import Meaning, Tool

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from pentascope.model.infrastructure import ResourceCheck
    from pentascope.model.requirement import Requirement
    from pentascope.model.results import MappedCheck

_PASSED = frozenset({Meaning.WHOLE, Meaning.SIGN, Meaning.NOTHING})
_FAILED = frozenset({Meaning.GAP, Meaning.DOUBT, Meaning.SIGN, Meaning.NOTHING})
_NOT_IMPORTED = re.compile(r"(?:AC|AG|BR|SM)-\d\d$")
"""Checks of a questionnaire of AWS whose results are no file that is read here."""


def load_tools(folder: Path, codes: Collection[str]) -> tuple[Tool, ...]:
    """All tools, by id. Raises: CatalogueError for the first malformed table."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise CatalogueError(f"{folder}: no tables", hint="Restore the folder: results of other tools are understood by it.")
    return tuple(_load_tool(path, codes) for path in paths)


def known_ids(path: Path) -> frozenset[str]:
    """The ids that a list of a tool's checks holds, one a line; `#` begins a remark. Raises: CatalogueError."""
    lines = (line.strip() for line in read_text(path).splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def refuse_wrong_peers(
    tools: Iterable[Tool], checks: Iterable[ResourceCheck], requirements: Iterable[Requirement], folder: Path
) -> None:
    """Where a page or a check names a check of another tool, the tables say that it speaks of that requirement.

    Raises: CatalogueError.
    """
    spoken = {(name, row.requirement) for tool in tools for row in tool.checks for name in (row.id, *row.aliases)}
    for check in checks:
        for name in check.peers:
            if (name, check.requirement) not in spoken:
                raise _unspoken(folder / "infrastructure.toml", name, check.requirement)
    for entry in requirements:
        for name in entry.peer_checks:
            if not _NOT_IMPORTED.match(name) and (name.removeprefix("SecurityHub:"), entry.code) not in spoken:
                raise _unspoken(folder / "requirements" / f"{entry.id}.md", name, entry.code)


def _unspoken(path: Path, name: str, code: str) -> CatalogueError:
    hint = "Correct the id, or write what the check means into a table of `results/`."
    return malformed(path, _line_with(path, name), f"no table of results says that `{name}` speaks of {code}", hint)


def _load_tool(path: Path, codes: Collection[str]) -> Tool:
    tool = load_table(path, Tool)
    if tool.id != path.stem:
        raise malformed(path, 1, f"id `{tool.id}` is not the file name", "Make the two equal.")
    known = known_ids(path.with_suffix(".ids"))
    seen: set[tuple[str, str]] = set()
    for row in tool.checks:
        for what, hint in _faults(row, known, codes, seen):
            raise malformed(path, _line_with(path, row.id), what, hint)
        seen |= {(name, row.requirement) for name in (row.id, *row.aliases)}
    return tool


def _faults(
    row: MappedCheck, known: Collection[str], codes: Collection[str], seen: Collection[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for name in (row.id, *row.aliases):
        if name not in known:
            yield f"the tool has no check `{name}`", _closest(name, known)
        if (name, row.requirement) in seen:
            yield f"`{name}` speaks twice of {row.requirement}", "Keep one."
    if row.requirement not in codes:
        yield f"no requirement {row.requirement}", closest(row.requirement, sorted(codes))
    if row.passed not in _PASSED or row.failed not in _FAILED:
        yield f"`{row.id}`: a pass is whole, sign or nothing; a failure is gap, doubt, sign or nothing", "Correct `passed` or `failed`."


def _closest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(f'`{word}`' for word in near)}?" if near else "Correct the id, or renew the list beside the table."


def _line_with(path: Path, word: str) -> int:
    lines = read_text(path).splitlines()
    return next((number for number, line in enumerate(lines, 1) if f'"{word}"' in line), 1)
