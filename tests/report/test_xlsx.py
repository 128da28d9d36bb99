from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from tests.report.samples import MATRIX
from tests.report.test_assessment import RESULTS

from pentascope.catalogue.load import load
from pentascope.model.verdict import Outcome
from pentascope.report.formats import xlsx

SHEETS = ["Summary", "Requirements", "Evidence", "Gaps", "Attestations and exceptions", "Cross-walk"]
WORDS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("name", RESULTS)
def test_workbook_has_its_sheets_and_is_the_same_twice(name: str) -> None:
    first, second = (xlsx.render(RESULTS[name], matrix=MATRIX, frameworks=load().frameworks) for _ in range(2))

    book = load_workbook(BytesIO(first))

    assert book.sheetnames == SHEETS
    assert first == second
    assert book.properties.created.isoformat() == "2026-11-26T00:00:00"


def test_every_verdict_is_a_row_with_frozen_head_and_filter() -> None:
    sheet = load_workbook(BytesIO(xlsx.render(RESULTS["rich"], matrix=MATRIX)))["Requirements"]

    assert sheet.max_row == 1 + len(RESULTS["rich"].verdicts)
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:T{sheet.max_row}"
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [verdict.requirement for verdict in RESULTS["rich"].verdicts]
    assert "[infra/\\x1b[31mmain.tf:3]" in " ".join(str(row[12].value) for row in sheet.iter_rows(min_row=2))


def test_no_cell_is_a_formula() -> None:
    data = xlsx.render(RESULTS["rich"], matrix=MATRIX)

    with ZipFile(BytesIO(data)) as file:
        pages = [file.read(name) for name in file.namelist() if name.startswith("xl/worksheets/")]
    values = [cell.value for sheet in load_workbook(BytesIO(data)) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]

    assert [page for page in pages if b"<f>" in page] == []
    assert [value for value in values if value.startswith(("=", "+", "-", "@"))] == []


@pytest.mark.parametrize("word", WORDS)
def test_what_looks_like_a_formula_gets_an_apostrophe(word: str) -> None:
    told = xlsx.cell(word)

    assert not told.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_exceptions_and_attestations_are_listed() -> None:
    sheet = load_workbook(BytesIO(xlsx.render(RESULTS["rich"], matrix=MATRIX)))["Attestations and exceptions"]

    lines = [tuple(cell.value for cell in row)[:8] for row in sheet.iter_rows(min_row=2)]

    assert ("Exception", "CTL-02", "Data classes are allowed by policy", "acme-support", "Not met", "Moving in May.", "ann", "2027-05-01") in lines
    assert {line[0] for line in lines} == {"Attestation", "Exception"}


def test_gaps_hold_every_unknown_requirement_and_every_gap_of_reading() -> None:
    sheet = load_workbook(BytesIO(xlsx.render(RESULTS["rich"], matrix=MATRIX)))["Gaps"]

    kinds = [row[0].value for row in sheet.iter_rows(min_row=2)]

    assert kinds.count("Requirement") == sum(verdict.outcome is Outcome.UNKNOWN for verdict in RESULTS["rich"].verdicts)
    assert kinds.count("Reading") == 2
    assert kinds.count("Not read") == 2
