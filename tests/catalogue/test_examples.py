"""Every example of every signature page goes the way of a real file: prefilter, parser, matcher with the whole catalogue."""

from __future__ import annotations

from functools import cache

import pytest

from pentascope.catalogue.build import DATA
from pentascope.catalogue.pages import Example
from pentascope.catalogue.signatures import load_signatures
from pentascope.collectors.source.files import FileReader
from pentascope.collectors.source.languages import language_of
from pentascope.collectors.source.localmodules import LocalModules
from pentascope.collectors.source.prefilter import Prefilter
from pentascope.collectors.source.tree import FileEntry
from pentascope.engine.match import Matcher
from pentascope.engine.training import conclude
from pentascope.model.evidence import Evidence, Skipped

PAGES = {page.record.id: page for page in load_signatures(DATA / "signatures")}
VENDORS = {page.record.id: page.record.vendor for page in PAGES.values()}


class OneFileTree:
    """A tree that holds one example."""

    name, revision, skipped, linked = "example", None, (), ()

    def __init__(self, example: Example) -> None:
        self.data = example.text.encode()
        self.files = [FileEntry(example.path, len(self.data))]

    def read(self, _entry: FileEntry, limit_bytes: int) -> bytes | Skipped:
        return self.data[:limit_bytes]

    def head(self, _entry: FileEntry, size_bytes: int = 4096) -> bytes | Skipped:
        return self.data[:size_bytes]


@cache
def prefilter() -> Prefilter:
    return Prefilter([page.record for page in PAGES.values()], version="examples")


@cache
def matcher() -> Matcher:
    return Matcher([page.record for page in PAGES.values()], prefilter())


def asked_for(example: Example) -> bool:
    return bool(prefilter().matching_paths([example.path]))


def evidence_of(example: Example) -> list[Evidence]:
    wanted = frozenset([example.path] if asked_for(example) else [])
    tree = OneFileTree(example)
    reader = FileReader(tree, matcher(), prefilter(), LocalModules([example.path]), wanted)  # type: ignore[arg-type]
    result = reader.read(tree.files[0])
    return [*result.evidence, *conclude(result.traces)] if result is not None else []


def words_of(evidence: list[Evidence]) -> set[str]:
    return {word for e in evidence for word in (e.kind, f"{e.kind}:{e.subject}", f"{e.kind}:{e.value}")}


def shown(page: str) -> str:
    return page


@pytest.mark.parametrize("name", PAGES, ids=shown)
def test_examples_prove_what_they_declare(name: str) -> None:
    missing = {
        f"line {example.line}: {example.path}": sorted(set(example.facts) - words)
        for example in PAGES[name].examples
        if example.facts and not set(example.facts) <= (words := words_of(evidence_of(example)))
    }

    assert missing == {}


@pytest.mark.parametrize("name", PAGES, ids=shown)
def test_near_misses_prove_nothing_of_their_page(name: str) -> None:
    found = {
        f"line {example.line}: {example.path}": sorted(f"{e.kind}:{e.subject} at {e.line}" for e in spoken)
        for example in PAGES[name].examples
        if example.is_near_miss and (spoken := [e for e in evidence_of(example) if e.signature == name])
    }

    assert found == {}


@pytest.mark.parametrize("name", PAGES, ids=shown)
def test_examples_that_match_pass_the_prefilter(name: str) -> None:
    lost = []
    for example in PAGES[name].examples:
        language = language_of(example.path)
        is_read = language is not None and prefilter().is_candidate(language.family, example.text.encode())
        if example.facts and not is_read and not asked_for(example):
            lost.append(f"line {example.line}: {example.path}")

    assert lost == []
