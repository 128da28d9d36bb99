from __future__ import annotations

import re
import time

import pytest

from pentascope.catalogue.build import DATA
from pentascope.catalogue.pages import load_page
from pentascope.catalogue.patterns import slow_part
from pentascope.catalogue.signatures import slow_expressions
from pentascope.model.signature import Signature


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:[-.][a-z.]+){0,7}",
        "(?:[-.][a-z0-9.]+)*",
        "claude(?:[-.@:][a-z0-9.]+){3,}",
        "(?:a+)+",
        "(a*)*",
        "(?:a|b+)+c",
        "(?:x(?:a|b[ax]+))+",
        "(?:((?:a)+))+",
        r"(?:\w+\d?)+",
        "(?i:(?:[A-Z][a-z]+){0,9})",
        "(?:[^/]+/?)*",
    ],
)
def test_slow_part_finds_groups_that_can_be_cut_in_many_ways(pattern: str) -> None:
    assert slow_part(pattern) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "gpt-4o",
        "(?:[a-z0-9_@.-]+/){0,6}gpt",
        "(?:[-.:][a-z0-9]+){0,7}",
        "(?:-[a-z]+)*",
        "(?:ab?c)+",
        "(?:[-.][a-z.]+){0,2}",
        "(?:[-.][a-z.]{3}){0,9}",
        "(?>(?:[-.][a-z.]+){0,7})",
        "(?:[-.][a-z.]++){0,7}+",
        "sk-[A-Za-z0-9]{20,80}",
        r"(?:\w+=\d+;)+",
        "(?:a|b)+",
        "(?:-[a-z]?)*",
    ],
)
def test_slow_part_lets_plain_repetition_pass(pattern: str) -> None:
    assert slow_part(pattern) is None


@pytest.mark.parametrize("pattern", ["(?ms)^a:.*^b:", r"a[\s\S]*b", "(?s)a.+?b", r"a(?:.|\n)*b", "(?s)a.{0,99}b.{0,99}c"])
def test_slow_part_finds_runs_across_lines_in_files(pattern: str) -> None:
    assert slow_part(pattern) is None
    assert slow_part(pattern, is_file=True) is not None


@pytest.mark.parametrize("pattern", ["(?m)^a:.*b", r"a\s*b", r"[\s\S]{60}", "(?s)a.{0,999}b|c.{0,999}d", r"(?ms)\A(?>.*?^a:)(?>.*?^b:)"])
def test_slow_part_lets_runs_within_lines_and_atomic_runs_pass(pattern: str) -> None:
    assert slow_part(pattern, is_file=True) is None


def test_atomic_form_of_a_run_across_lines_is_linear() -> None:
    text = "a: x\n" * 200_000

    start = time.perf_counter()
    match = re.search(r"(?ms)\A(?>.*?^a:)(?>.*?^b:)", text)

    assert match is None
    assert time.perf_counter() - start < 1


def test_pages_hold_no_slow_expressions() -> None:
    records = [load_page(path, Signature).record for path in sorted((DATA / "signatures").glob("*.md"))]

    assert list(slow_expressions(records)) == []
