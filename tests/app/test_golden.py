"""The example application, scanned: the whole report as a recorded snapshot."""

from __future__ import annotations

from tests.app.golden import EXAMPLE, RECORDED, report

from pentascope.app.scan import scan


def test_scan_of_the_example_is_as_recorded() -> None:
    assert report() == RECORDED.read_text(encoding="utf-8"), "python -m tests.app.golden writes it anew; review the difference"


def test_every_line_of_evidence_stands_at_its_place() -> None:
    lines = {e: (EXAMPLE / e.path).read_text(encoding="utf-8").splitlines()[e.line - 1] for e in scan(EXAMPLE, jobs=1, use_cache=False).evidence}

    assert len(lines) > 20
    assert {e.id: e.excerpt for e in lines} == {e.id: words.strip()[:200] for e, words in lines.items()}
