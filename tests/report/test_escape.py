from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentascope.report.escape import encodable, escape, escape_json

_ANYTHING = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("plain über 日本 é", "plain über 日本 é"),
        ("a\tb", "a b"),
        ("a\nb\r", "a\\nb\\r"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m", "\\x9b31m"),
        ("abc\u202edcba\u2066", "abc\\u202edcba\\u2066"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::error::x", "  \\x3a:error::x"),
        ("std::vec::Vec", "std::vec::Vec"),
        ("x ##[group]y", "x \\x23#[group]y"),
        ("##vso[task.complete]", "\\x23#vso[task.complete]"),
        ("## heading", "## heading"),
    ],
)
def test_escape_shows_what_would_act(raw: str, told: str) -> None:
    assert escape(raw) == told


@given(_ANYTHING)
def test_escape_twice_is_escape_once(raw: str) -> None:
    once = escape(raw)

    assert escape(once) == once


@given(_ANYTHING)
def test_escape_json_keeps_the_meaning(raw: str) -> None:
    document = json.dumps({"words": encodable(raw)}, ensure_ascii=False)

    assert json.loads(escape_json(document)) == {"words": encodable(raw)}


def test_encodable_keeps_all_but_undecodable_bytes() -> None:
    assert encodable("a\x1b\u202e\udcff") == "a\x1b\u202e\\xff"
