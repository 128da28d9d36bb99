from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentascope.catalogue.load import load
from pentascope.engine.necessary import necessary_literals

PATTERNS = sorted({pattern for page in load().signatures for pattern in page.models})


def literals(pattern: str) -> list[str] | None:
    found = necessary_literals(pattern)
    return sorted(found) if found is not None else None


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("gpt-4o", ["gpt-4o"]),
        ("(?:us\\.)?anthropic\\.claude-[0-9]+", ["anthropic.claude-", "us.anthropic.claude-"]),
        ("claude-(?:opus|haiku)-[0-9]", ["claude-haiku-", "claude-opus-"]),
        ("[a-z]+", None),
        ("(?:[a-z]+)?[0-9]*", None),
        ("(?s)^data:(?>.{0,99}?^base_model:)", ["base_model:"]),
    ],
)
def test_literals_that_every_match_holds(pattern: str, found: list[str] | None) -> None:
    assert literals(pattern) == found


@pytest.mark.parametrize("pattern", PATTERNS[::12])
@settings(max_examples=4)
@given(data=st.data())
def test_every_match_holds_one_of_them(pattern: str, data: st.DataObject) -> None:
    found = necessary_literals(pattern)
    expression = re.compile(pattern.removeprefix("(?i)"))

    text = data.draw(st.from_regex(expression, fullmatch=True))

    assert found is None or any(literal.lower() in text.lower() for literal in found)
