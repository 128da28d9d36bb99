"""The recorded scan. `python -m tests.app.golden` writes it anew; the difference is reviewed like code."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pentascope.app.scan import scan
from pentascope.report.formats import json

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "support-bot"
RECORDED = ROOT / "tests" / "golden" / "support-bot.json"


def report() -> str:
    """The scan as JSON, without what changes from release to release."""
    found = scan(EXAMPLE, jobs=1, use_cache=False)
    plain = msgspec.structs.replace(found, target="examples/support-bot", tool_version="", catalogue_version="")
    return json.render(plain).decode()


if __name__ == "__main__":
    RECORDED.write_text(report(), encoding="utf-8")
