"""An assessment as a workbook to hand over: summary, requirements, evidence, gaps, people's word, cross-walk.

Every text is written as a string, never as a formula, and what a spreadsheet would take for one when the cell is edited or
saved as CSV gets an apostrophe. Same assessment, same bytes: the creation date is the day of the assessment.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec
from xlsxwriter import Workbook

from pentascope.model.verdict import Outcome
from pentascope.report.escape import escape, unformula
from pentascope.report.formats.xlsx_summary import Look, write_summary
from pentascope.report.told import Told, ground_words, told_of
from pentascope.report.words import KIND_NAMES, OUTCOME_NAMES, STRENGTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.framework import Framework
    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult

_PAGE_WIDTH = 300  # characters that can be read on one A3 page
_LONGEST = 32_767  # characters in a cell, the format's own limit


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One table: its columns with their widths (in characters), and its rows."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]
    outcome_column: int | None = None
    empty: str  # what it means that there is no row


def render(result: AssessmentResult, *, matrix: Matrix, frameworks: tuple[Framework, ...] = ()) -> bytes:
    """The workbook as bytes."""
    file = BytesIO()
    workbook = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({
        "title": "Pentascope assessment", "author": "Pentascope", "created": datetime.fromisoformat(f"{result.as_of}T00:00:00"),
        "comments": cell(f"{result.scan.target}, catalogue {result.scan.catalogue_version}"),
    })  # fmt: skip
    look = Look.of(workbook)
    told = told_of(result, matrix)
    write_summary(workbook, look, result, matrix, cell)
    for sheet in (_requirements(told), _evidence(result, told), _gaps(result, told), _word(told), _crosswalk(told, frameworks)):
        _write(workbook, look, sheet)
    workbook.close()
    return file.getvalue()


def cell(text: str) -> str:
    """The text as a cell may hold it: one line a line, nothing hidden, no formula, no longer than a cell."""
    plain = "\n".join(escape(line) for line in text.split("\n"))
    return unformula(plain)[:_LONGEST]


def _write(workbook: Workbook, look: Look, sheet: Sheet) -> None:
    page = workbook.add_worksheet(sheet.name)
    page.set_landscape()
    page.set_paper(8)  # A3: on A4 nobody could read so many columns
    page.fit_to_pages(1 + (sum(width for _, width in sheet.columns) > _PAGE_WIDTH), 0)
    page.repeat_rows(0)
    page.repeat_columns(0, 1)
    page.freeze_panes(1, 2)
    page.set_row(0, 22)
    for number, (title, width) in enumerate(sheet.columns):
        page.set_column(number, number, width)
        page.write_string(0, number, title, look.head)
    for line, words in enumerate(sheet.rows, start=1):
        page.set_row(line, 15 * min(max(_height(words, sheet.columns), 1), 26))
        for number, word in enumerate(words):
            page.write_string(line, number, cell(word), look.text)
    if not sheet.rows:
        page.write_string(1, 0, sheet.empty, look.note)
        return
    page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    if sheet.outcome_column is not None:
        look.colour_outcomes(page, 1, sheet.outcome_column, len(sheet.rows), sheet.outcome_column)


def _height(words: tuple[str, ...], columns: tuple[tuple[str, int], ...]) -> int:
    """Lines of the tallest cell of a row, as it wraps."""
    return max(
        sum(len(line) // max(width - 1, 1) + 1 for line in word.split("\n")) for word, (_, width) in zip(words, columns, strict=True)
    )


def _requirements(told: tuple[Told, ...]) -> Sheet:
    columns = (
        ("Code", 9), ("Requirement", 34), ("Outcome", 13), ("System", 18), ("Folder", 18), ("Discipline", 13), ("Scopes", 8),
        ("Phase", 11), ("Effort", 7), ("Strength", 14), ("Conflict", 9), ("Reason", 40), ("Grounds", 60), ("Question", 46),
        ("Document", 34), ("Owner", 16), ("Expires", 12), ("Fix", 46), ("Threats", 30), ("Cross-walk", 34),
    )  # fmt: skip
    return Sheet(
        name="Requirements", columns=columns, rows=tuple(_requirement(row) for row in told), outcome_column=2,
        empty="No system in any scope was found: the matrix asks nothing here.",
    )  # fmt: skip


def _requirement(row: Told) -> tuple[str, ...]:
    verdict, entry, system, held = row.verdict, row.requirement, row.system, row.verdict.exception
    return (
        entry.code, entry.title, OUTCOME_NAMES[verdict.outcome], system.name, system.root, entry.discipline.capitalize(),
        ", ".join(str(int(scope)) for scope in verdict.scopes), entry.phase.capitalize(), entry.effort,
        STRENGTH_NAMES[verdict.strength].capitalize() if verdict.strength else "", "yes" if verdict.is_conflict else "",
        verdict.reason, "\n".join(ground_words(row, ground) for ground in verdict.grounds), entry.question, entry.document,
        held.owner if held else "", held.expires if held else "", entry.fix, "\n".join(entry.threats), "\n".join(entry.crosswalk),
    )  # fmt: skip


def _evidence(result: AssessmentResult, told: tuple[Told, ...]) -> Sheet:
    named: dict[str, list[str]] = {}
    for row in told:
        for each in row.citations:
            if each.evidence is not None:
                named.setdefault(each.evidence.id, []).append(row.requirement.code)
    columns = (
        ("Id", 14), ("Place", 44), ("Kind", 24), ("Subject", 24), ("Value", 36), ("Excerpt", 70), ("Confidence", 11), ("Requirements", 30),
    )  # fmt: skip
    lines = tuple(
        (
            line.id, f"{line.path}:{line.line}", KIND_NAMES[line.kind], line.subject, line.value or "", line.excerpt,
            line.confidence, ", ".join(dict.fromkeys(named.get(line.id, ()))),
        )
        for line in result.scan.evidence
    )  # fmt: skip
    return Sheet(name="Evidence", columns=columns, rows=lines, empty="No line of evidence was found.")


def _gaps(result: AssessmentResult, told: tuple[Told, ...]) -> Sheet:
    """What nobody can tell: gaps of reading first, then every unknown requirement."""
    read = [("Reading", gap.subject, "", gap.reason, gap.question, "") for gap in (*result.scan.gaps, *result.gaps)]
    for each in result.scan.coverage.skipped:
        read.append(("Not read", each.path, "", f"{each.reason}: {each.detail}" if each.detail else str(each.reason), "", ""))
    open_ = [
        (
            "Requirement", f"{row.requirement.code} {row.requirement.title}", row.system.name, row.verdict.reason,
            row.requirement.question, row.requirement.document,
        )
        for row in told
        if row.verdict.outcome is Outcome.UNKNOWN
    ]  # fmt: skip
    columns = (("Kind", 13), ("Subject", 42), ("System", 18), ("Reason", 50), ("Question to ask", 60), ("Document that answers", 40))
    return Sheet(name="Gaps", columns=columns, rows=(*read, *open_), empty="Nothing was left open.")


def _word(told: tuple[Told, ...]) -> Sheet:
    columns = (
        ("Kind", 13), ("Code", 9), ("Requirement", 36), ("System", 18), ("Outcome", 13), ("What is said", 60), ("Owner", 18),
        ("Expires", 12), ("Compensating control", 40), ("Written at", 30),
    )  # fmt: skip
    return Sheet(
        name="Attestations and exceptions", columns=columns, rows=tuple(line for row in told for line in _words(row)), outcome_column=4,
        empty="Nobody attested or accepted anything. See `pentascope attest` and `pentascope except`.",
    )  # fmt: skip


def _words(row: Told) -> Iterator[tuple[str, ...]]:
    head = (row.requirement.code, row.requirement.title, row.system.name)
    for ground in row.verdict.grounds:
        if ground.check == "attestation":
            at = f"{ground.path}:{ground.line or 1}" if ground.path else ""
            yield ("Attestation", *head, OUTCOME_NAMES[ground.outcome], ground.says, "", "", "", at)
    if row.verdict.exception is not None:
        held = row.verdict.exception
        yield ("Exception", *head, OUTCOME_NAMES[row.verdict.outcome], held.reason, held.owner, held.expires, held.compensating or "", "")


def _crosswalk(told: tuple[Told, ...], frameworks: Iterable[Framework]) -> Sheet:
    """One row for each reference of each verdict, framework by framework."""
    by_reference: dict[str, list[Told]] = {}
    for row in told:
        for reference in dict.fromkeys((*row.requirement.threats, *row.requirement.crosswalk)):
            by_reference.setdefault(reference, []).append(row)
    lines = tuple(
        (
            f"{framework.title} {framework.edition}", entry.id, entry.title, OUTCOME_NAMES[row.verdict.outcome], row.requirement.code,
            row.requirement.title, row.system.name,
        )
        for framework in frameworks
        for entry in framework.rows
        for row in by_reference.get(framework.reference(entry), ())
    )  # fmt: skip
    columns = (("Framework", 40), ("Id", 22), ("Title", 50), ("Outcome", 13), ("Code", 9), ("Requirement", 50), ("System", 20))
    return Sheet(name="Cross-walk", columns=columns, rows=lines, outcome_column=3, empty="No requirement refers to a framework here.")
