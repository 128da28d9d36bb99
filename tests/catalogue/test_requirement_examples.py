"""Every example of every requirement page is scanned and judged as a small tree: what the page claims, it shows."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from functools import cache

import pytest

from pentascope.app.scan import result
from pentascope.catalogue.build import DATA
from pentascope.catalogue.load import load
from pentascope.catalogue.pages import Example, Page
from pentascope.catalogue.requirements import load_requirement_pages
from pentascope.checks.declared import grounds
from pentascope.collectors.iac.collector import read_infrastructure
from pentascope.collectors.source.collector import collect
from pentascope.collectors.source.prefilter import Prefilter
from pentascope.collectors.source.tree import FileEntry
from pentascope.engine import practices, sinks
from pentascope.engine.assess import assess
from pentascope.engine.match import Matcher
from pentascope.engine.promptsecrets import SECRET
from pentascope.model.evidence import FactKind, Skipped
from pentascope.model.requirement import CodeCheck, Otherwise, Requirement
from pentascope.model.scoping import ScanResult, Scope
from pentascope.model.verdict import Outcome, Verdict

PAGES = {page.record.code: page for page in load_requirement_pages(DATA / "requirements")}
CHECKS = {check.id: check for page in PAGES.values() for check in page.record.checks}
INFRASTRUCTURE_CHECKS_WITHOUT_EXAMPLES = 0
"""May only go down."""

SYSTEMS = {
    Scope.CONSUMER_APP: ("session.py", 'import requests\n\nrequests.get("https://chat.openai.com/api/auth/session")\n'),
    Scope.ENTERPRISE_APP: ("CLAUDE.md", "# Project\n\nRun `make test` before each commit.\n"),
    Scope.PRETRAINED_MODEL: ("ask.py", 'import boto3\n\nboto3.client("bedrock-runtime").converse(modelId="amazon.nova-lite-v1:0")\n'),
    Scope.FINE_TUNED_MODEL: (
        "tune.yml",
        "base_model: example/base-7b\ndatasets:\n  - path: rows.jsonl\n    type: alpaca\nadapter: lora\nlora_r: 8\nmicro_batch_size: 2\n",
    ),
    Scope.SELF_TRAINED_MODEL: ("run.sh", "python MaxText/train.py MaxText/configs/base.yml run_name=a\n"),
}
"""The least code that makes a system of a scope, put beside an example that is none by itself."""

GROUND_NAMES = {Outcome.MET: "good", Outcome.NOT_MET: "bad", Outcome.UNKNOWN: "undecided"}


class SmallTree:
    """A tree of a few files in memory."""

    name, revision, skipped, linked = "example", None, (), ()

    def __init__(self, files: dict[str, str]) -> None:
        self.data = {path: text.encode() for path, text in files.items()}
        self.files = [FileEntry(path, len(data)) for path, data in self.data.items()]

    def read(self, entry: FileEntry, limit_bytes: int) -> bytes | Skipped:
        return self.data[entry.path][:limit_bytes]

    def head(self, entry: FileEntry, size_bytes: int = 4096) -> bytes | Skipped:
        return self.data[entry.path][:size_bytes]


@cache
def prefilter() -> Prefilter:
    return Prefilter(load().signatures, version="examples")


@cache
def matcher() -> Matcher:
    return Matcher(load().signatures, prefilter())


def scanned(tree: SmallTree) -> ScanResult:
    return result(tree, load(), collect(tree, matcher(), prefilter(), jobs=1))  # type: ignore[arg-type]


def verdict_of(requirement: Requirement, example: Example) -> Verdict:
    """The verdict on the requirement of the only system of the tree that the example is, or is put beside."""
    tree = SmallTree({example.path: example.text})
    found = scanned(tree)
    if not any(one.scope in requirement.scopes for system in found.systems for one in system.scopes):
        path, text = SYSTEMS[Scope.PRETRAINED_MODEL if Scope.PRETRAINED_MODEL in requirement.scopes else max(requirement.scopes)]
        tree = SmallTree({example.path: example.text, path: text})
        found = scanned(tree)
    resources, _ = read_infrastructure(tree)  # type: ignore[arg-type]
    declared = grounds(resources, load().infrastructure)
    (verdict,) = assess(found.systems, found.evidence, [requirement], found.coverage, infrastructure=declared)
    return verdict


def words_of(requirement: Requirement, verdict: Verdict) -> set[str]:
    """Everything that an example may say of the verdict: `check:ground` for each check, and the outcome."""
    checks = {*(check.id for check in requirement.checks), *(check.id for check in load().infrastructure)}
    spoken = {ground.check: GROUND_NAMES[ground.outcome] for ground in verdict.grounds}
    words = {f"{check}:{spoken.get(check, 'silent')}" for check in checks}
    return words | {verdict.outcome.value.replace("_", "-")}


@pytest.mark.parametrize("code", [code for code, page in PAGES.items() if page.examples])
def test_examples_show_what_they_declare(code: str) -> None:
    page = PAGES[code]

    wrong = {}
    for example in page.examples:
        verdict = verdict_of(page.record, example)
        missing = sorted(set(example.shows) - words_of(page.record, verdict))
        if missing:
            wrong[f"line {example.line}: {example.path}"] = (missing, [(one.check, one.outcome.value) for one in verdict.grounds])

    assert wrong == {}


def shown(page: Page[Requirement]) -> Counter[str]:
    return Counter(word for example in page.examples for word in example.shows)


def wanted(check: CodeCheck) -> set[str]:
    """The sides that a check has, and what it says where there is nothing to see."""
    words = {"silent"}
    if check.met or check.otherwise is Otherwise.MET:
        words.add("good")
    if check.not_met or check.otherwise is Otherwise.NOT_MET:
        words.add("bad")
    return {f"{check.id}:{word}" for word in words}


def test_every_code_check_shows_its_sides() -> None:
    lacking = {
        code: sorted(words)
        for code, page in PAGES.items()
        if (words := {word for check in page.record.checks for word in wanted(check)} - shown(page).keys())
    }

    assert lacking == {}


def test_infrastructure_checks_without_examples_grow_fewer() -> None:
    spoken = {word.rpartition(":")[0] for page in PAGES.values() for word in shown(page)}

    lacking = sorted(check.id for check in load().infrastructure if check.id not in spoken)

    assert len(lacking) <= INFRASTRUCTURE_CHECKS_WITHOUT_EXAMPLES, lacking


def test_practices_that_checks_name_can_be_seen() -> None:
    seen = {rule.subject for signature in load().signatures for rule in signature.rules if rule.fact is FactKind.PRACTICE}
    seen |= {SECRET, *practices.SUBJECTS, *sinks.SUBJECTS}

    named = {
        subject for check in CHECKS.values() for fact in (*check.needs, *check.met, *check.not_met)
        if fact.kind is FactKind.PRACTICE for subject in fact.subjects
    }  # fmt: skip

    assert {name for name in named if not any(fnmatchcase(one or "", name) for one in seen)} == set()


def test_names_of_practices_are_kebab_case() -> None:
    names = {rule.subject or "" for signature in load().signatures for rule in signature.rules if rule.fact is FactKind.PRACTICE}

    assert {name for name in names if not name or set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-")} == set()
