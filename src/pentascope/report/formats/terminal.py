"""The answer for a person at a terminal: short by default, everything with `is_explained`."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from pentascope.model.matrix import Matrix
from pentascope.model.scoping import ScanResult
from pentascope.report.escape import escape_commands
from pentascope.report.view import view_of

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST, WIDEST = 60, 120


def render(
    result: ScanResult,
    *,
    matrix: Matrix,
    width: int = 80,
    is_coloured: bool = False,
    is_ascii: bool = False,
    is_explained: bool = False,
) -> str:
    """The answer as lines of at most `width` (60 to 120) characters.

    `is_coloured` adds the sixteen standard colours; `is_ascii` keeps to ASCII for terminals that know no other.
    """
    from pentascope.report.formats.terminal_parts import Parts, write_explanation, write_short

    page = console(width, is_coloured=is_coloured)
    parts = Parts(console=page, view=view_of(result, matrix=matrix), is_ascii=is_ascii)
    if is_explained:
        write_explanation(parts)
    else:
        write_short(parts)
    text = escape_commands(written(page))
    return text.replace("…", "~").encode("ascii", "backslashreplace").decode() if is_ascii else text


def written(page: Console) -> str:
    """What was written to a console of `console`, without blanks at the ends of lines."""
    file = page.file
    assert isinstance(file, StringIO)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def console(width: int, *, is_coloured: bool) -> Console:
    """A console that writes to a string and knows nothing of the terminal that it will be shown on."""
    from rich.console import Console

    return Console(
        file=StringIO(),
        width=min(max(width, NARROWEST), WIDEST),
        color_system="standard" if is_coloured else None,
        force_terminal=is_coloured,
        force_jupyter=False,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
