"""What files of results bring, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pentascope.model.results import ResultStatus
from pentascope.report.escape import escape, escape_commands
from pentascope.report.formats.terminal import console, written
from pentascope.report.words import STRENGTH_NAMES, count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from pentascope.model.results import ImportedFile, ImportReport

_STYLES = {
    ResultStatus.PASSED: "green",
    ResultStatus.FAILED: "bold red",
    ResultStatus.SUPPRESSED: "yellow",
    ResultStatus.UNKNOWN: "yellow",
    ResultStatus.WITHDRAWN: "dim",
}


def render(report: ImportReport, *, width: int = 80, is_coloured: bool = False) -> str:
    """The report as lines of at most `width` characters."""
    out = console(width, is_coloured=is_coloured)
    for file in report.files:
        _write(out, file, report.as_of)
    return escape_commands(written(out))


def _write(out: Console, file: ImportedFile, as_of: str) -> None:
    out.print()
    _put(out, Text(escape(file.path), style="bold"), 1)
    _put(out, Text(escape(_head(file)), style="dim", overflow="fold"), 1)
    if file.too_old:
        _put(out, Text(f"{file.too_old} of them are too old on {as_of} to decide anything", style="yellow"), 1)
    _put(out, _counts(file.counts), 1)
    if file.mapped:
        _put(out, Text("Says something of", style="bold"), 1)
        _put(out, _mapped(file), 3)
    if file.unmapped:
        _put(out, Text(f"Unmapped: {count(len(file.unmapped), 'check')}", style="bold"), 1)
        told = ", ".join(f"{check} ({number})" for check, number in file.unmapped)
        _put(out, Text(escape(told), overflow="fold"), 3)
    for gap in file.gaps:
        _put(out, Text(escape(gap.reason), style="yellow", overflow="fold"), 1)


def _head(file: ImportedFile) -> str:
    version = f" {file.version}" if file.version else ""
    days = sorted({day.isoformat() for day in (file.first_date, file.last_date) if day is not None})
    when = " to ".join(days) or "the file tells no date"
    weight = f"counts as {STRENGTH_NAMES[file.strength.strength]}" if file.strength else "a tool whose checks no table knows"
    return f"{file.tool}{version}, {file.format.value}; {when}; {weight}"


def _mapped(file: ImportedFile) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for entry in file.mapped:
        checks = Text(escape(", ".join(entry.checks)), style="dim", overflow="fold")
        table.add_row(Text(entry.requirement, style="bold"), Text(entry.title), _counts(entry.counts), checks)
    return table


def _counts(counts: Iterable[tuple[ResultStatus, int]]) -> Text:
    words = [(f"{number} {status.value}", _STYLES[status]) for status, number in counts] or [("no results", "dim")]
    return Text("  ").join(Text(word, style=style) for word, style in words)


def _put(out: Console, thing: Text | Table, indent: int) -> None:
    out.print(Padding(thing, (0, 1, 0, indent)))
