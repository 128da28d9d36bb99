from __future__ import annotations

import pytest

from pentascope.report.words import paragraphs


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("One line\nand its rest.", ("One line and its rest.",)),
        ("First.\n\nSecond\nparagraph.", ("First.", "Second paragraph.")),
        ("1. Do this,\n   then that.\n2. Then more.", ("1. Do this, then that.", "2. Then more.")),
        ("- a\n- b\n  c", ("- a", "- b c")),
        ("\n\n", ()),
    ],
)
def test_prose_is_told_by_paragraph_and_item_whatever_its_lines(text: str, told: tuple[str, ...]) -> None:
    assert paragraphs(text) == told
