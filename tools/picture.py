"""Draws docs/images/scan.svg: what the terminal shows for the example. Run it as `./run tool python tools/picture.py`."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from pentascope.app.scan import scan
from pentascope.catalogue.load import load
from pentascope.report.formats import terminal

ROOT = Path(__file__).parents[1]
EXAMPLE, PICTURE = "examples/support-bot", ROOT / "docs" / "images" / "scan.svg"
WIDTH = 100
THEME = TerminalTheme(
    (250, 250, 248), (36, 41, 47),
    [(36, 41, 47), (190, 44, 44), (28, 126, 66), (150, 98, 0), (9, 90, 200), (130, 70, 190), (20, 118, 130), (110, 119, 129)],
    [(87, 96, 106), (190, 44, 44), (28, 126, 66), (150, 98, 0), (9, 90, 200), (130, 70, 190), (20, 118, 130), (140, 149, 159)],
)  # fmt: skip


def main() -> None:
    """Scan, show, draw."""
    found = scan(EXAMPLE, use_cache=False, jobs=1)
    shown = terminal.render(found, matrix=load().matrix, width=WIDTH, is_coloured=True, is_ascii=False, is_explained=False)
    console = Console(record=True, width=WIDTH, file=io.StringIO(), legacy_windows=False)
    console.print(Text.from_ansi(shown.strip("\n")), soft_wrap=True)
    picture = console.export_svg(title=f"pentascope scan {EXAMPLE}", theme=THEME, unique_id="scan")
    PICTURE.write_text(without_fonts(picture), encoding="utf-8")


def without_fonts(picture: str) -> str:
    """The picture without fonts from other sites: it shows with the reader's own, and asks nobody."""
    faces = re.sub(r"\s*@font-face \{.*?\}\n", "\n", picture, flags=re.DOTALL)
    return faces.replace("Fira Code, monospace", "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace")


if __name__ == "__main__":
    main()
