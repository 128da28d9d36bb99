"""The tables of docs/import.md: what each check of another tool means here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.results import MappedCheck, Tool

BEGIN = "<!-- The tables below are generated: python -m pentascope.catalogue.document -->"
_PASSED = {"whole": "proof", "sign": "a sign", "nothing": "nothing"}
_FAILED = {"gap": "not met", "doubt": "unknown", "sign": "a sign: it was tried", "nothing": "nothing"}


def with_tables(page: str, tools: Iterable[Tool]) -> str:
    """The page with everything after its mark written anew."""
    return page.partition(BEGIN)[0] + BEGIN + "\n" + "".join(_section(tool) for tool in tools)


def _section(tool: Tool) -> str:
    listed = "".join(_rows(tool.checks))
    return (
        f"\n## Checks of {tool.title}\n\n"
        f"As of {tool.edition}, read on {tool.read.isoformat()}; weighs as `{tool.strength}`, for {tool.valid_days} days.\n\n"
        f"| check | requirement | what is good | a pass is | a failure is |\n|---|---|---|---|---|\n{listed}"
    )


def _rows(checks: Iterable[MappedCheck]) -> Iterator[str]:
    for row in checks:
        names = ", ".join(f"`{name}`" for name in (row.id, *row.aliases))
        only = " (only where the name speaks of training data or weights)" if row.named else ""
        yield f"| {names} | {row.requirement} | {row.says}{only} | {_PASSED[row.passed]} | {_FAILED[row.failed]} |\n"
