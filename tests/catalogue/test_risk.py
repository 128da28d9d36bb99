from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pentascope.catalogue.build import DATA, build
from pentascope.catalogue.risk import load_risk
from pentascope.errors import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

    from pentascope.model.catalogue import Catalogue

PAGE = "scenarios/the-provider-is-down.md"
LEAK = "scenarios/a-provider-key-is-stolen.md"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return build()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("risk.toml", "planning.toml"):
        shutil.copy(DATA / name, tmp_path / name)
    shutil.copytree(DATA / "scenarios", tmp_path / "scenarios")
    return tmp_path


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _refusal(data: Path, catalogue: Catalogue) -> CatalogueError:
    with pytest.raises(CatalogueError) as error:
        load_risk(data, catalogue.matrix.requirements, catalogue.frameworks)
    assert error.value.hint
    return error.value


def test_library_is_whole_and_sorted(catalogue: Catalogue) -> None:
    ids = [each.id for each in catalogue.risk.scenarios]

    assert ids == sorted(set(ids))
    assert 36 <= len(ids) <= 40
    assert [each.id for each in catalogue.risk.scenarios if not (each.statement and each.basis)] == []


def test_every_requirement_reduces_something(catalogue: Catalogue) -> None:
    used = {cut.requirement for each in catalogue.risk.scenarios for cut in each.reductions}

    assert {each.code for each in catalogue.matrix.requirements} - used == set()


def test_effects_are_sober(catalogue: Catalogue) -> None:
    cuts = [(each.id, cut) for each in catalogue.risk.scenarios for cut in each.reductions]

    assert [(name, cut.requirement) for name, cut in cuts if cut.effect.high > 0.9] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        (LEAK, 'requirement = "CTL-07"', 'requirement = "CTL-99"', "no requirement `CTL-99`"),
        (LEAK, "atlas:2026.09:AML.T0055", "atlas:2026.09:AML.T9999", "`atlas:2026.09:AML.T9999` stands in no framework table"),
        (LEAK, "scopes = [1, 2, 3, 4, 5]", "scopes = []", "no scopes"),
        (LEAK, "scopes = [1, 2, 3, 4, 5]", "scopes = [1]", "applies in none of its scopes"),
        (PAGE, 'source = "', 'source = " " # ', "no source"),
        (LEAK, "low = 800, high", "low = 800_000, high", "is above `high`"),
        (LEAK, "low = 800, high", "low = -8, high", "a positive number is allowed"),
        (LEAK, "low = 0.5, high = 0.85", "low = 0.5, high = 1.2", "above 0 and below 1"),
        (LEAK, 'requirement = "CTL-09", side', 'requirement = "CTL-07", side', "CTL-07 reduces its frequency twice"),
        (LEAK, "# A provider key is stolen", "# A key", "the title is not the heading"),
        (LEAK, 'id = "a-provider', 'id = "another-provider', "is not the file name"),
        (LEAK, "## Where the numbers come from", "## Numbers", "needs one section"),
        (PAGE, '"downtime"', '"downtime", "turnover"', "both set the loss"),
        ("planning.toml", 'requirement = "GOV-04"', 'requirement = "GOV-99"', "no requirement `GOV-99`"),
        ("planning.toml", 'regime = "gdpr"', 'regime = "gdrp"', "Invalid enum value 'gdrp'"),
        ("risk.toml", "present_when_unknown = 0.5", "present_when_unknown = 2", "`present_when_unknown` is 2"),
        ("risk.toml", "finance = {", "# finance = {", "lacks finance"),
    ],
)  # fmt: skip
def test_refuses(data: Path, catalogue: Catalogue, name: str, old: str, new: str, what: str) -> None:
    _change(data / name, old, new)

    error = _refusal(data, catalogue)

    assert what in error.message
    assert error.message.startswith(f"{data / name}:")


def test_refuses_a_scenario_that_nothing_reduces(data: Path, catalogue: Catalogue) -> None:
    page = data / LEAK
    head, _, rest = page.read_text(encoding="utf-8").partition("reductions = [")
    page.write_text(f"{head}reductions = []{rest.partition(']')[2]}", encoding="utf-8")

    assert "nothing reduces it" in _refusal(data, catalogue).message


def test_refuses_an_empty_library(data: Path, catalogue: Catalogue) -> None:
    shutil.rmtree(data / "scenarios")

    assert "no pages" in _refusal(data, catalogue).message


def _prerequisite(requirement: str, after: str) -> str:
    return f'\n[[prerequisites]]\nrequirement = "{requirement}"\nafter = ["{after}"]\nbecause = "a test"\n'


def test_names_a_circle_of_prerequisites(data: Path, catalogue: Catalogue) -> None:
    path = data / "planning.toml"
    head = path.read_text(encoding="utf-8").partition("[[prerequisites]]")[0]
    path.write_text(head + _prerequisite("GOV-01", "GOV-02") + _prerequisite("GOV-02", "GOV-01"), encoding="utf-8")

    assert "a circle: GOV-01 after GOV-02 after GOV-01" in _refusal(data, catalogue).message


def test_refuses_a_second_list_of_prerequisites(data: Path, catalogue: Catalogue) -> None:
    path = data / "planning.toml"
    head = path.read_text(encoding="utf-8").partition("[[prerequisites]]")[0]
    text = head + _prerequisite("GOV-02", "GOV-01") + _prerequisite("GOV-02", "GOV-03")
    path.write_text(text, encoding="utf-8")

    error = _refusal(data, catalogue)

    line = 1 + [number for number, each in enumerate(text.splitlines()) if each == "[[prerequisites]]"][1]
    assert error.message == f"{path}:{line}: GOV-02 has a second list of what comes first"


def test_refuses_a_decision_table_without_an_end(data: Path, catalogue: Catalogue) -> None:
    _change(data / "planning.toml", 'level = "track"', 'level = "track"\nverified = true')

    assert "no row fits all" in _refusal(data, catalogue).message
