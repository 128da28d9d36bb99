from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentascope.engine.filerules import FileRules
from pentascope.engine.findings import Findings
from pentascope.engine.patterns import path_glob
from pentascope.engine.texts import KeyTable
from pentascope.model.evidence import FactKind, Role
from pentascope.model.signature import Anchor, Rule, Signature

GLOBS = ("**/AGENTS.md", "**/.cursor/rules/**", "docs/*.mdc", "**/*.yml", "a**/b", "**/a?b/*", "a/b", "**")


def page(*rules: Rule) -> FileRules:
    signature = Signature(id="page", name="Page", category="framework", rules=rules)
    return FileRules((signature, rule) for rule in rules)


def rule(*globs: str, subject: str = "page", contains: str | None = None) -> Rule:
    return Rule(on=Anchor.FILE, match=globs, fact=FactKind.TUNING, subject=subject, contains=contains)


def seen(rules: FileRules, path: str, content: bytes | None = b"x", *, is_broad: bool = False) -> list[tuple[str, int]]:
    found = Findings(path, Role.PRODUCTION, KeyTable(()))
    rules.match(path, content, found, is_broad=is_broad)
    return [(entry.subject, entry.line) for entry in found.sorted()]


@given(st.lists(st.sampled_from(["a", "b", "ab", "axb", ".cursor", "rules", "docs", "AGENTS.md", "x.mdc", "x.yml"]), min_size=1, max_size=4))
def test_index_finds_every_rule_whose_glob_matches(parts: list[str]) -> None:
    rules = page(*(rule(pattern, subject=str(number)) for number, pattern in enumerate(GLOBS)))
    path = "/".join(parts)

    found = {subject for subject, _ in seen(rules, path)}

    assert found == {str(number) for number, pattern in enumerate(GLOBS) if path_glob(pattern).fullmatch(path)}


def test_rules_on_a_kind_of_file_can_be_asked_alone() -> None:
    rules = page(rule("**/AGENTS.yml", subject="named"), rule("**/*.yml", subject="kind"))

    assert seen(rules, "a/AGENTS.yml") == [("kind", 1), ("named", 1)]
    assert seen(rules, "a/AGENTS.yml", is_broad=True) == [("kind", 1)]


@pytest.mark.parametrize(
    ("contains", "content", "line"),
    [
        (r"(?m)^base_model:\s*\S", b"# x\nbase_model: a/b\n", 2),
        (r"(?i)BASE_MODEL:", b"Base_Model:", 1),
        (r"BASE_MODEL:", b"base_model:", None),
        (r"(?s)^data:(?>.{0,9}?^lora:)", b"lora:\ndata:", None),
        ("mod\u00e8le:", "# \nmod\u00e8le:".encode(), 2),
        (r"\w{3}", b"\n\nabc", 3),
    ],
)
def test_content_is_asked_as_the_expression_says(contains: str, content: bytes, line: int | None) -> None:
    found = seen(page(rule("**/*.yml", contains=contains)), "r.yml", content)

    assert found == ([("page", line)] if line is not None else [])
    assert (re.search(contains.encode(), content) is not None) == bool(found)
