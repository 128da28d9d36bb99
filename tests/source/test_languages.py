from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentascope.collectors.source.languages import EXTENSIONS, language_of, parser_of
from pentascope.model.signature import FAMILIES

MODULES = sorted({language.module for language in EXTENSIONS.values()})


@pytest.mark.parametrize(
    ("path", "family", "module"),
    [
        ("a/app.py", "python", "python"),
        ("a/App.TSX", "javascript", "javascript"),
        ("a/note.ipynb", "python", "notebook"),
        ("Main.kt", "java", "kotlin"),
        ("run.sh", "shell", "shell"),
        ("Dockerfile", "config", "dockerfile"),
        ("main.tf", "config", "terraform"),
        (".github/workflows/ci.yml", "config", "workflow"),
        ("package.json", "config", "manifests"),
    ],
)
def test_language_is_told_by_name(path: str, family: str, module: str) -> None:
    language = language_of(path)

    assert language is not None
    assert (language.family, language.module) == (family, module)


@pytest.mark.parametrize("path", ["a.png", "a.so", "notes.docx", "py", "a.py.orig", ""])
def test_other_files_are_not_parsed(path: str) -> None:
    assert language_of(path) is None


@pytest.mark.parametrize("module", MODULES)
def test_every_module_parses_nothing_at_all(module: str) -> None:
    unit = parser_of(module)(b"", "empty")

    assert (unit.path, unit.calls, unit.texts) == ("empty", [], [])
    assert hasattr(import_module(f"pentascope.collectors.source.parse.{module}"), "parse")


def test_families_are_those_that_signatures_may_name() -> None:
    assert {language.family for language in EXTENSIONS.values()} - {"light"} <= {*FAMILIES, "config"}


@given(st.text(max_size=60))
def test_language_of_any_name_is_an_answer(path: str) -> None:
    language = language_of(path)

    assert language is None or language.limit_bytes > 0
