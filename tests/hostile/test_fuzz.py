"""Every parser keeps its laws on samples that were broken in ways that a number chooses; `benchmarks/fuzz.py` does more of it."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.hostile.mutation import broken_law, module_of, mutated, seeds
from tests.hostile.samples import SAMPLES

from pentascope.collectors.source.languages import EXTENSIONS
from pentascope.collectors.source.parse import documents, syntax

QUICK = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)


@pytest.mark.parametrize("path", SAMPLES)
def test_parser_keeps_laws_on_samples(path: str) -> None:
    assert broken_law(path, seeds(path)[0]) is None


@pytest.mark.parametrize("path", SAMPLES)
@QUICK
@given(number=st.integers(0, 2**32))
def test_parser_keeps_laws_on_broken_samples(path: str, number: int) -> None:
    source = random.Random(number)

    data = mutated(source.choice(seeds(path)), source)

    assert broken_law(path, data) is None


def test_every_parser_has_a_sample() -> None:
    modules = {language.module for language in EXTENSIONS.values()} | set(documents._NAMES.values()) | set(documents._EXTENSIONS.values())

    assert {module_of(path) for path in SAMPLES} == modules | {"compose", "weights"}


def test_captures_are_in_source_order_however_nodes_lie_in_memory() -> None:
    root, _ = syntax.parse("python", b"x = M(a)(b).c(d)(e)\n" * 300)

    nodes = syntax.captures("python", "(call) @call", root)["call"]

    places = [(node.start_byte, -node.end_byte) for node in nodes]
    assert len(places) == 1_200
    assert all(one < other for one, other in pairwise(places))
