from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from tests.report.golden import FOLDER, outputs
from tests.report.hostile import results
from tests.report.samples import MATRIX, RICH

from pentascope.model.scoping import ScanResult
from pentascope.report.escape import escape
from pentascope.report.formats import FORMATS, Format, terminal

_NAMES = sorted(outputs())
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SLOWLY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def hidden_in(told: str) -> list[str]:
    """Characters that a reader does not see and a machine may obey."""
    return [each for each in told if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def commands_in(told: str) -> list[str]:
    """Lines that a CI runner would take for a command."""
    return [line for line in told.splitlines() if line.lstrip().startswith("::") or "##[" in line or "##vso[" in line]


@pytest.mark.parametrize("name", _NAMES)
def test_every_sample_is_told_as_recorded(name: str) -> None:
    told = outputs()[name]

    assert told.decode() == (FOLDER / name).read_text(encoding="utf-8")


def test_no_recorded_output_is_left_over() -> None:
    recorded = sorted(path.name for path in FOLDER.iterdir())

    assert recorded == _NAMES


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_same_result_gives_same_bytes(form: Format) -> None:
    first, second = (form.render(RICH, matrix=MATRIX) for _ in range(2))

    assert first == second


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
@_SLOWLY
@given(result=results())
def test_any_result_is_told_without_hidden_characters_or_commands(form: Format, result: ScanResult) -> None:
    told = form.render(result, matrix=MATRIX).decode()

    assert hidden_in(told) == []
    assert commands_in(told) == []


@_SLOWLY
@given(result=results())
def test_any_result_is_explained_in_colour_with_no_sequence_but_colour(result: ScanResult) -> None:
    told = terminal.render(result, matrix=MATRIX, is_coloured=True, is_explained=True)

    assert hidden_in(_COLOUR.sub("", told)) == []


@_SLOWLY
@given(result=results())
def test_any_result_is_told_in_ascii_within_the_width(result: ScanResult) -> None:
    told = terminal.render(result, matrix=MATRIX, width=60, is_ascii=True, is_explained=True)

    assert told.isascii()


def test_every_format_character_is_made_visible() -> None:
    hidden = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")]

    assert hidden_in(escape("".join(hidden))) == []
