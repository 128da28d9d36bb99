"""The frameworks, or one of them with its rows, at a terminal."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pentascope.report.formats.matrix_terminal import BASIS_WORDS, NARROWEST, PLAIN, WIDEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pentascope.model.framework import Coverage, Framework, FrameworkRow


def render(entries: Sequence[Coverage], *, is_single: bool, width: int, is_coloured: bool, is_ascii: bool) -> str:
    """One line a framework, or the rows of the only one."""
    stream = StringIO()
    console = Console(
        file=stream,
        width=max(NARROWEST, min(width, WIDEST)),
        force_terminal=is_coloured,
        no_color=not is_coloured,
        highlight=False,
        legacy_windows=False,
    )
    blocks = _single(entries[0]) if is_single else _list(entries)
    console.print()
    for block in blocks:
        console.print(Padding(block, (0, 1, 1, 1)))
    text = "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"
    return text.translate(PLAIN).encode("ascii", "replace").decode() if is_ascii else text


def _list(entries: Sequence[Coverage]) -> list[Table | Text]:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("framework", style="bold", no_wrap=True)
    table.add_column("edition", no_wrap=True)
    table.add_column("covered", justify="right", no_wrap=True)
    table.add_column("what it is, and how it was read")
    for entry in entries:
        framework = entry.framework
        source = f" ({framework.publisher}; {BASIS_WORDS[framework.basis]})"
        table.add_row(framework.id, framework.edition, _share(entry), Text(framework.title).append(source, style="dim"))
    return [
        Text("Frameworks that requirements refer to", style="bold"),
        table,
        Text("covered: rows with at least one requirement, of all rows kept here.\nOne of them: pentascope frameworks ID", style="dim"),
    ]


def _single(entry: Coverage) -> list[Table | Text]:
    framework = entry.framework
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("row", style="bold", no_wrap=True)
    table.add_column("title", ratio=3)
    table.add_column("requirements", ratio=2)
    for row, codes in zip(framework.rows, entry.codes, strict=True):
        table.add_row(row.id, _told(framework, row), ", ".join(codes) or "-")
    covered = f"{_share(entry)} rows have at least one requirement."
    return [Text(f"{framework.title}, {framework.edition}", style="bold"), _head(framework), table, Text(covered)]


def _head(framework: Framework) -> Text:
    lines = [
        f"{framework.publisher}: {framework.url}",
        f"{BASIS_WORDS[framework.basis]}, {framework.read}. {framework.licence}.",
    ]
    if framework.as_of is not None:
        lines.append("; ".join([f"State of {framework.as_of}", *framework.amended_by]) + ".")
    if framework.note is not None:
        lines.append(framework.note)
    return Text("\n".join(lines), style="dim")


def _told(framework: Framework, row: FrameworkRow) -> Text:
    """The title, and what else is known of the row."""
    more = [
        *([f"applies from {row.applies_from}"] if row.applies_from else []),
        *(["was " + ", ".join(row.formerly)] if row.formerly else []),
        *(["replaces " + ", ".join(row.aliases)] if row.aliases else []),
        *([BASIS_WORDS[row.basis]] if row.basis not in {None, framework.basis} and row.basis else []),
        *([row.note.rstrip(".")] if row.note else []),
    ]
    text = Text(row.title)
    return text.append(f" ({'; '.join(more)})", style="dim") if more else text


def _share(entry: Coverage) -> str:
    return f"{entry.covered}/{len(entry.framework.rows)}"
