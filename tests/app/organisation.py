"""The walk through the example organisation, run. `python -m tests.app.organisation` writes its outputs anew.

The page holds `console` fences: a line `$ pentascope ...` (with `| grep WORD` at most) and what it prints. They are run in
the order of the page, on a copy of the example, on one fixed day.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from pentascope.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "example-organisation.md"
TODAY = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
CLOCKS = ("pentascope.app.assess.datetime", "pentascope.app.declarations.datetime")
_FENCE = re.compile(r"```console\n\$ (?P<command>(?:.*\\\n)*.*)\n(?P<output>(?:(?!```).*\n)*)```")


class _Noon(dt.datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> _Noon:
        return cls.fromtimestamp(TODAY.timestamp(), tz)


@contextlib.contextmanager
def _copy() -> Iterator[None]:
    """A copy of the example to stand in, on the fixed day."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        shutil.copytree(ROOT / "examples" / "organisation", Path(folder) / "examples" / "organisation")
        stack.enter_context(contextlib.chdir(folder))
        stack.enter_context(patch.dict(os.environ, {"COLUMNS": "100", "NO_COLOR": "1", "XDG_CACHE_HOME": f"{folder}/cache"}))
        for clock in CLOCKS:
            stack.enter_context(patch(clock, _Noon))
        yield


def run(command: str) -> tuple[int, str]:
    """The exit code and what one line of the page prints."""
    line, _, word = command.replace("\\\n", " ").partition(" | grep ")
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(printed):
        code = main(shlex.split(line)[1:])
    text = printed.buffer.getvalue().decode() if isinstance(printed.buffer, io.BytesIO) else ""
    kept = [each.rstrip() for each in text.splitlines() if word.strip() in each]
    return code, "\n".join(kept).strip("\n") + "\n"


def commands() -> list[str]:
    """The commands of the page, in order."""
    return [found["command"] for found in _FENCE.finditer(PAGE.read_text(encoding="utf-8"))]


def written_anew() -> tuple[str, list[int]]:
    """The page with the outputs as they are now, and the exit codes of its commands."""
    codes: list[int] = []

    def output(found: re.Match[str]) -> str:
        code, text = run(found["command"])
        codes.append(code)
        return f"```console\n$ {found['command']}\n{text}```"

    with _copy():
        return _FENCE.sub(output, PAGE.read_text(encoding="utf-8")), codes


if __name__ == "__main__":
    PAGE.write_text(written_anew()[0], encoding="utf-8")
