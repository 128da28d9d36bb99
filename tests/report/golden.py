"""The recorded outputs. `python -m tests.report.golden` writes them anew; the difference is reviewed like code."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.report.samples import MATRIX, SAMPLES

from pentascope.report.formats import FORMATS, terminal

FOLDER = Path(__file__).parent / "golden"


@cache
def outputs() -> dict[str, bytes]:
    """Every sample in every format, and the terminal's variants, by file name."""
    told = {f"{name}{form.suffix}": form.render(result, matrix=MATRIX) for name, result in SAMPLES.items() for form in FORMATS}
    rich = SAMPLES["rich"]
    told["rich-explained.txt"] = terminal.render(rich, matrix=MATRIX, width=120, is_explained=True).encode()
    told["rich-narrow-ascii.txt"] = terminal.render(rich, matrix=MATRIX, width=60, is_ascii=True).encode()
    told["rich-coloured.txt"] = terminal.render(rich, matrix=MATRIX, width=100, is_coloured=True).encode()
    return told


def main() -> None:
    """Write all recorded outputs."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in outputs().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
