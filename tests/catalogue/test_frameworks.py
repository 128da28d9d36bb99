from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from pentascope.app import frameworks as app
from pentascope.catalogue.build import DATA, build
from pentascope.catalogue.frameworks import load_frameworks
from pentascope.cli import main as cli
from pentascope.errors import CatalogueError, UnknownNameError
from pentascope.model.discipline import Discipline
from pentascope.model.framework import coverage
from pentascope.model.matrix import Basis
from pentascope.model.scoping import Scope
from pentascope.report.formats.frameworks_json import render as render_json
from pentascope.report.formats.frameworks_terminal import render

if TYPE_CHECKING:
    from pathlib import Path

    from pentascope.model.catalogue import Catalogue
    from pentascope.model.framework import Framework

ROWS = {
    "atlas:2026.09": 16 + 208 + 40,
    "aws-agentic-lens:2026": 56,
    "aws-ai-security-framework:2026": 63,
    "aws-genai-lens:2025": 40,
    "cis-controls-ai-agents:8.1": 1,
    "eu-ai-act:2026-07-27": 37,
    "iso-42001:2023": 38,
    "nist-ai-600-1:2024": 12 + 212,
    "nist-ai-rmf:1.0": 72,
    "owasp-agentic:2026": 10,
    "owasp-aisvs:1.0": 12,
    "owasp-dsgai:2026": 21,
    "owasp-llm:2026": 10,
    "security-hub-ai:1.0.0": 31,
}
PAGE = "a-current-threat-model-covers-ai-threats.md"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return build()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return shutil.copytree(DATA, tmp_path / "data")


def framework(catalogue: Catalogue, name: str) -> Framework:
    return app.find(catalogue.frameworks, name)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_actions_of_the_generative_profile_are_numbered_without_gaps_below_subcategories_of_the_framework(catalogue: Catalogue) -> None:
    """Section 3 of NIST AI 600-1: 212 actions below 49 of the 72 subcategories."""
    functions = {"GV": "GOVERN", "MP": "MAP", "MS": "MEASURE", "MG": "MANAGE"}
    groups: dict[str, list[int]] = {}
    for row in framework(catalogue, "nist-ai-600-1").rows:
        if row.kind == "action":
            function, subcategory, number = row.id.split("-")
            groups.setdefault(f"{functions[function]}-{subcategory}", []).append(int(number))

    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in groups.values())
    assert groups.keys() <= {row.id for row in framework(catalogue, "nist-ai-rmf").rows}
    counts = {name: sum(len(numbers) for group, numbers in groups.items() if group.startswith(name)) for name in functions.values()}
    assert (len(groups), counts) == (49, {"GOVERN": 58, "MAP": 39, "MEASURE": 72, "MANAGE": 43})


def test_frameworks_have_all_their_rows(catalogue: Catalogue) -> None:
    assert {f"{entry.id}:{entry.edition}": len(entry.rows) for entry in catalogue.frameworks} == ROWS


def test_frameworks_are_sorted(catalogue: Catalogue) -> None:
    names = [(entry.id, entry.edition) for entry in catalogue.frameworks]

    assert names == sorted(names)


def test_titles_are_short(catalogue: Catalogue) -> None:
    assert [row.title for entry in catalogue.frameworks for row in entry.rows if len(row.title) > 90] == []


def test_owasp_llm_maps_every_row_to_one_of_the_edition_before(catalogue: Catalogue) -> None:
    rows = framework(catalogue, "owasp-llm").rows

    assert sorted(name for row in rows for name in row.formerly) == [f"2025:{row.id}" for row in rows]
    assert {row.id: row.formerly for row in rows}["LLM03"] == ("2025:LLM06",)


def test_atlas_begins_with_its_tactics_in_order_and_knows_retired_ids(catalogue: Catalogue) -> None:
    rows = framework(catalogue, "atlas").rows

    assert Counter(row.kind for row in rows) == {"tactic": 16, "technique": 208, "mitigation": 40}
    assert [row.title for row in rows[:3]] == ["Reconnaissance", "Resource Development", "AI Attack Adaptation"]
    assert {row.id: row.aliases for row in rows if row.aliases} == {
        "AML.T0115.000": ("AML.T0019",),
        "AML.T0115.001": ("AML.T0058",),
        "AML.T0115.002": ("AML.T0104",),
    }


def test_law_says_from_when_it_applies(catalogue: Catalogue) -> None:
    law = framework(catalogue, "eu-ai-act")
    dates = {row.id: row.applies_from for row in law.rows}

    assert (law.as_of, dates["Art.4"], dates["Art.26"], dates["Art.50"], dates["Art.53"]) == (
        date(2026, 7, 27),
        date(2025, 2, 2),
        date(2027, 12, 2),
        date(2026, 8, 2),
        date(2025, 8, 2),
    )
    assert "2026/1744" in law.amended_by[0]


def test_rows_that_are_our_judgement_say_so(catalogue: Catalogue) -> None:
    judged = {f"{law.id}:{row.id}": row.note for law in catalogue.frameworks for row in law.rows if row.basis is Basis.JUDGEMENT}

    assert set(judged) == {f"eu-ai-act:Art.{article}" for article in (43, 47, 48, 49, 72, 73, 86)}
    assert [name for name, note in judged.items() if not note] == []


def test_security_hub_checks_and_references_agree(catalogue: Catalogue) -> None:
    checks = {
        entry.code: {name.partition(":")[2] for name in entry.peer_checks if name.startswith("SecurityHub:")}
        for entry in catalogue.matrix.requirements
    }
    references = {
        entry.code: {name.rpartition(":")[2] for name in entry.crosswalk if name.startswith("security-hub-ai:")}
        for entry in catalogue.matrix.requirements
    }

    assert references == checks
    assert sum(map(len, checks.values())) == 16


def test_every_cell_has_requirements(catalogue: Catalogue) -> None:
    cells = {(cell.scope, cell.discipline): cell.requirements for cell in catalogue.matrix.cells}

    assert set(cells) == {(scope, discipline) for scope in Scope for discipline in Discipline}
    assert [place for place, codes in cells.items() if not codes] == []


def test_every_code_of_the_matrix_stands_once(catalogue: Catalogue) -> None:
    numbers = {"GOV": 19, "LEG": 21, "RSK": 18, "CTL": 42, "RES": 26}
    codes = [entry.code for entry in catalogue.matrix.requirements]

    assert sorted(codes) == sorted(f"{prefix}-{number:02}" for prefix, last in numbers.items() for number in range(1, last + 1))
    assert {code for cell in catalogue.matrix.cells for code in cell.requirements} == set(codes)


def test_coverage_counts_rows_with_a_requirement(catalogue: Catalogue) -> None:
    entry = coverage(framework(catalogue, "security-hub-ai"), catalogue.matrix.requirements)
    codes = dict(zip((row.id for row in entry.framework.rows), entry.codes, strict=True))

    assert (entry.covered, codes["Bedrock.1"], codes["SageMaker.25"]) == (16, ("CTL-17",), ())


@pytest.mark.parametrize(
    ("wrong", "what", "hint"),
    [
        ("owasp-llm:2026:LLM11", "no framework has `owasp-llm:2026:LLM11`", "owasp-llm:2026:LLM1"),
        ("owasp-llm:2025:LLM01", "no framework has `owasp-llm:2025:LLM01`", "`owasp-llm:2026`"),
        ("atlas:2026.09:AML.T0019", "`atlas:2026.09:AML.T0019` is retired", "Write `atlas:2026.09:AML.T0115.000`."),
    ],
)
def test_build_refuses_an_unknown_reference(data: Path, wrong: str, what: str, hint: str) -> None:
    page = data / "requirements" / PAGE
    replace(page, "owasp-llm:2026:LLM01", wrong)

    with pytest.raises(CatalogueError) as error:
        build(data)

    assert re.search(rf"{PAGE}:\d+: {re.escape(what)}$", error.value.message)
    assert ":12: " in error.value.message
    assert hint in error.value.hint


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('edition = "2026"', 'edition = "2026"\nedited = "x"', ":3: unknown key `edited`"),
        ('id = "LLM02"', 'id = "LLM01"', "`LLM01` stands twice"),
        ('id = "LLM02"', 'id = "LLM 02"', "`LLM 02` is no id"),
        ('title = "Prompt Injection"', 'title = ""', "`LLM01` has no title"),
        ('title = "Prompt Injection"', 'title = "Prompt Injection"\napplies_from = 2026-01-01', "a law says"),
        ('id = "owasp-llm"', 'id = "owasp"', "id `owasp` is not the file name"),
    ],
)
def test_build_refuses_a_malformed_table(data: Path, old: str, new: str, what: str) -> None:
    replace(data / "frameworks" / "owasp-llm.toml", old, new)

    with pytest.raises(CatalogueError, match=re.escape(what)):
        load_frameworks(data / "frameworks")


def test_frameworks_need_tables(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no tables"):
        load_frameworks(tmp_path)


@pytest.mark.parametrize("name", ["atlas", "ATLAS", "atlas:2026.09"])
def test_find_knows_a_framework_with_and_without_its_edition(catalogue: Catalogue, name: str) -> None:
    assert app.find(catalogue.frameworks, name).id == "atlas"


def test_find_names_the_closest_framework(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownNameError) as error:
        app.find(catalogue.frameworks, "owsp-llm")

    assert "`owasp-llm`" in error.value.hint


def test_list_names_every_framework_and_its_coverage(catalogue: Catalogue) -> None:
    entries = [coverage(entry, catalogue.matrix.requirements) for entry in catalogue.frameworks]

    text = render(entries, is_single=False, width=100, is_coloured=False, is_ascii=True)

    assert [name for name in ROWS if name.partition(":")[0] not in text] == []
    assert "10/10" in text
    assert max(map(len, text.splitlines())) <= 100


def test_one_framework_shows_rows_requirements_and_dates(catalogue: Catalogue) -> None:
    entry = coverage(framework(catalogue, "eu-ai-act"), catalogue.matrix.requirements)

    text = render([entry], is_single=True, width=120, is_coloured=False, is_ascii=False)

    assert re.search(r"Art\.4 +AI literacy \(applies from 2025-02-02.*GOV-02, GOV-04", text)
    assert "20/37 rows have at least one requirement." in text


def test_json_shows_rows_only_of_one_framework(catalogue: Catalogue) -> None:
    entry = coverage(framework(catalogue, "owasp-llm"), catalogue.matrix.requirements)

    one = json.loads(render_json([entry], is_single=True, catalogue_version="v"))["frameworks"][0]
    many = json.loads(render_json([entry], is_single=False, catalogue_version="v"))["frameworks"][0]

    assert one["rows"][9]["requirements"] == ["RSK-03", "CTL-14"]
    assert one["rows"][9]["reference"] == "owasp-llm:2026:LLM10"
    assert one["coverage"] == many["coverage"] == {"covered": 10, "rows": 10}
    assert "rows" not in many


@pytest.mark.parametrize("words", [["frameworks"], ["frameworks", "atlas"], ["frameworks", "atlas", "--format", "json"]])
def test_command_prints_and_ends_well(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 0
    assert "atlas" in capsys.readouterr().out.lower()


def test_command_refuses_an_unknown_framework(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["frameworks", "owsp-llm"]) == 2
    assert "Did you mean `owasp-llm`" in capsys.readouterr().err
