from pathlib import Path

import pytest

from pentascope.catalogue.build import DATA
from pentascope.catalogue.load import load
from pentascope.catalogue.risk import load_risk
from pentascope.errors import CatalogueError


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A copy of what the loader of risk reads."""
    (tmp_path / "scenarios").mkdir()
    for path in (*DATA.glob("scenarios/*.md"), DATA / "risk.toml", DATA / "planning.toml"):
        (tmp_path / path.relative_to(DATA)).write_bytes(path.read_bytes())
    return tmp_path


def _refusal(pages: Path, name: str, old: str, new: str) -> CatalogueError:
    path = pages / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as told:
        load_risk(pages, load().matrix.requirements, load().frameworks)
    assert f"{path}:" in told.value.message
    return told.value


SCENARIO = "scenarios/a-provider-key-is-stolen.md"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (SCENARIO, "low = 0.2, high = 0.55", "low = 0.8, high = 0.55", "`low` 0.8 is above `high` 0.55"),
        (SCENARIO, 'requirement = "CTL-07"', 'requirement = "CTL-77"', "no requirement `CTL-77`"),
        (SCENARIO, "atlas:2026.09:AML.T0055", "atlas:2026.09:AML.T9999", "stands in no framework table"),
        (SCENARIO, 'title = "A provider', 'title = "Another provider', "the title is not the heading"),
        (SCENARIO, "scopes = [1, 2, 3, 4, 5]", "scopes = [1]", "applies in none of its scopes"),
        (SCENARIO, "## Where the numbers come from", "## Numbers", "needs one section"),
        ("risk.toml", "low = 20, high = 20_000", "low = -20, high = 20_000", "a positive number is allowed"),
        ("risk.toml", "full_days = 30", "full_day = 30", "unknown key `full_day`"),
        ("planning.toml", 'after = ["GOV-01"]', 'after = ["RSK-05"]', "a circle"),
        ("planning.toml", 'level = "track"\n', 'level = "track"\nduty = false\n', "no row fits all"),
    ],
)
def test_malformed_page_is_refused_with_its_place(pages: Path, name: str, old: str, new: str, says: str) -> None:
    assert says in _refusal(pages, name, old, new).message


def test_table_that_lacks_an_answer_is_refused(pages: Path) -> None:
    path = pages / "risk.toml"
    path.write_text("\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("retail")), encoding="utf-8")

    with pytest.raises(CatalogueError, match="`industry` lacks retail"):
        load_risk(pages, load().matrix.requirements, load().frameworks)


def test_every_requirement_reduces_some_scenario() -> None:
    reduced = {each.requirement for scenario in load().risk.scenarios for each in scenario.reductions}

    assert {each.code for each in load().matrix.requirements} - reduced == set()


def test_library_has_the_size_that_a_person_can_read() -> None:
    assert 30 <= len(load().risk.scenarios) <= 40
