from __future__ import annotations

import pytest
from tests.report.samples import EMPTY, MATRIX, RICH

from pentascope.report.formats import markdown


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("plain words", "plain words"),
        ("a|b", "a\\|b"),
        ("<b>x</b> *y* _z_ [l](u)", "\\<b\\>x\\</b\\> \\*y\\* \\_z\\_ \\[l\\](u)"),
        ("@octocat", "@<!-- -->octocat"),
        ("https://example.com", "https:<!-- -->//example.com"),
        ("GH-12", "GH-<!-- -->12"),
    ],
)
def test_text_is_never_markup(raw: str, told: str) -> None:
    assert markdown.text(raw) == told


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("a.py:3", "`a.py:3`"),
        ("a `b` c", "``a `b` c``"),
        ("`b`", "`` `b` ``"),
        ("```", "```` ``` ````"),
        ("a|b", "`a\\|b`"),
        ("  ", ""),
    ],
)
def test_code_span_cannot_be_left(raw: str, told: str) -> None:
    assert markdown.code(raw) == told


def test_comment_fits_into_a_pull_request() -> None:
    assert len(markdown.render(RICH, matrix=MATRIX)) < 6000


def test_tree_without_use_is_told_calmly() -> None:
    told = markdown.render(EMPTY, matrix=MATRIX)

    assert told.startswith("### No use of generative AI was found in this tree.\n")
