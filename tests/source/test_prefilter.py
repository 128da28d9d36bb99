from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentascope.collectors.source.prefilter import Prefilter, broad_family
from pentascope.model.evidence import FactKind
from pentascope.model.signature import Anchor, Rule, Signature

if TYPE_CHECKING:
    from pathlib import Path

DEMO = Signature(
    id="demo",
    name="Demo",
    category="model-api",
    provider="demo",
    imports={"python": ("demosdk",), "javascript": ("@demo/sdk",), "go": ("example.com/demo-go",)},
    packages={"pypi": ("demosdk",)},
    models=("demo-[0-9]+(?:-mini)?",),
    keys=("dk-[A-Za-z0-9]{20}",),
    rules=(
        Rule(on=Anchor.CALL, match=("complete",), fact=FactKind.INFERENCE),
        Rule(on=Anchor.ENDPOINT, match=("api.demo.example/v1",), fact=FactKind.INFERENCE),
        Rule(on=Anchor.ENV, match=("DEMOSDK_*",), fact=FactKind.CREDENTIAL_NAME),
        Rule(on=Anchor.IMAGE, match=("demo/server",), fact=FactKind.SERVING),
        Rule(on=Anchor.FILE, match=("**/DEMO.md", ".demo/**"), fact=FactKind.ASSISTANT),
    ),
)


@pytest.fixture(scope="module")
def prefilter() -> Prefilter:
    return Prefilter([DEMO], version="1")


@pytest.mark.parametrize(
    ("family", "text", "is_candidate"),
    [
        ("python", b"from demosdk import Client", True),
        ("python", b"import os, demosdk", True),
        ("python", b"x = 'https://API.demo.example/v1/chat'", True),
        ("python", b"model = 'Demo-7-mini'", True),
        ("python", b"key = 'dk-abcdefghijklmnopqrst'", True),
        ("python", b"os.environ['DEMOSDK_KEY']", True),
        ("python", b"import os\nprint('complete')\n", False),
        ("javascript", b"import { a } from '@demo/sdk/next'", True),
        ("javascript", b"import demosdk from 'other'", False),
        ("go", b'import "example.com/demo-go"', True),
        ("config", b"demosdk==1.0\n", True),
        ("config", b"image: demo/server:1\n", True),
        ("config", b"image: other/server:1\n", False),
        ("config", b"", False),
    ],
)
def test_candidates_hold_what_a_rule_needs(prefilter: Prefilter, family: str, text: bytes, is_candidate: bool) -> None:
    assert prefilter.is_candidate(family, text) is is_candidate


def test_paths_are_matched_as_their_globs(prefilter: Prefilter) -> None:
    paths = ["DEMO.md", "a/DEMO.md", "a/NODEMO.md", ".demo/rules/x", "a/.demo/x", "a\nDEMO.md", "caf\udce9/DEMO.md"]

    assert prefilter.matching_paths(paths) == [0, 1, 3, 6]
    assert prefilter.matching_paths([]) == []


@given(st.lists(st.sampled_from(["DEMO.md", "x/DEMO.md", "y.py", ".demo/a", "z"]), max_size=8, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_paths_are_found_whatever_stands_beside_them(paths: list[str], chance: random.Random) -> None:
    prefilter = PREFILTER
    shuffled = chance.sample(paths, len(paths))

    assert {paths[i] for i in prefilter.matching_paths(paths)} == {shuffled[i] for i in prefilter.matching_paths(shuffled)}


PREFILTER = Prefilter([DEMO], version="1")


def test_model_expressions_match_whole_texts(prefilter: Prefilter) -> None:
    assert [list(prefilter.matching(text)) for text in ("demo-7", "DEMO-7-MINI", "demo-7-maxi", "my demo-7")] == [[0], [0], [], []]


@pytest.mark.parametrize(
    ("pattern", "family"), [("**/*.py", "python"), ("**/*.yml", "config"), ("**/a*.py", None), ("**/CLAUDE.md", None), ("**/*.lock", None)]
)
def test_broad_globs_name_a_whole_kind_of_file(pattern: str, family: str | None) -> None:
    assert broad_family(pattern) == family


def test_kept_databases_are_used_and_damaged_ones_are_not(tmp_path: Path) -> None:
    first = Prefilter([DEMO], version="1", folder=tmp_path)
    assert first.is_candidate("python", b"import demosdk")
    (kept,) = tmp_path.iterdir()
    damaged = kept.read_bytes()[:-10] + b"x" * 10
    kept.write_bytes(damaged)

    second = Prefilter([DEMO], version="1", folder=tmp_path)

    assert second.is_candidate("python", b"import demosdk")
    assert kept.read_bytes() != damaged


def test_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    prefilter = Prefilter([DEMO], version="1", folder=tmp_path / "file" / "cache")

    assert prefilter.is_candidate("python", b"import demosdk")
