"""The first sheet of the workbook: what was assessed, the matrix in colours, and score and coverage by system and scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.model.posture import Tally
from pentascope.model.verdict import Outcome
from pentascope.report.words import OUTCOME_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult

_COLOURS = {
    Outcome.MET: ("#DCEFE1", "#14532D"),
    Outcome.NOT_MET: ("#F8D9D6", "#7F1D1D"),
    Outcome.UNKNOWN: ("#FBEFCB", "#713F12"),
    Outcome.NOT_APPLICABLE: ("#ECEEF1", "#4B5563"),
}
_TABLE = ("Outcome", "Score %", "Coverage %", "Met", "Not met", "Unknown", "Not applicable")


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """The formats of one workbook. Colour never stands alone: the words say the same."""

    title: object
    head: object
    text: object
    number: object
    note: object
    cells: dict[Outcome, object]
    marks: dict[Outcome, object]

    @classmethod
    def of(cls, workbook: Workbook) -> Look:
        """Make them."""
        plain = {"font_name": "Liberation Sans", "font_size": 10, "valign": "top"}
        edge = {**plain, "border": 1, "border_color": "#D5D9E0"}

        def make(**more: object) -> Format:
            return workbook.add_format({**edge, **more})

        return cls(
            title=workbook.add_format({**plain, "font_size": 16, "bold": True}),
            head=make(bold=True, bg_color="#1F2A44", font_color="#FFFFFF", valign="vcenter", text_wrap=True),
            text=make(text_wrap=True),
            number=make(align="right"),
            note=workbook.add_format({**plain, "font_color": "#4B5563"}),
            cells={
                key: make(bg_color=ground, font_color=ink, text_wrap=True, align="center", valign="vcenter")
                for key, (ground, ink) in _COLOURS.items()
            },
            marks={key: workbook.add_format({"bg_color": ground, "font_color": ink}) for key, (ground, ink) in _COLOURS.items()},
        )

    def colour_outcomes(self, page: Worksheet, top: int, left: int, bottom: int, right: int) -> None:
        """Colour the cells of a range by the outcome that they name."""
        for outcome, mark in self.marks.items():
            words = f'"{OUTCOME_NAMES[outcome]}"'
            page.conditional_format(top, left, bottom, right, {"type": "cell", "criteria": "==", "value": words, "format": mark})


def write_summary(workbook: Workbook, look: Look, result: AssessmentResult, matrix: Matrix, cell: Callable[[str], str]) -> None:
    """Add the sheet."""
    page = workbook.add_worksheet("Summary")
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_column(0, 0, 34)
    page.set_column(1, 7, 17)
    page.write_string(0, 0, "Generative AI security assessment", look.title)
    page.set_row(0, 26)
    line = 1
    for key, value in _about(result):
        page.write_string(line, 0, key, look.note)
        page.write_string(line, 1, cell(value), look.note)
        line += 1
    line = _matrix(page, look, result, matrix, line + 1)
    _tallies(page, look, _counted(result, matrix), line + 1, cell)


def _about(result: AssessmentResult) -> Iterator[tuple[str, str]]:
    whole = result.posture.whole
    yield "Assessed", result.scan.target + (f" @ {result.scan.revision}" if result.scan.revision else "")
    yield "As of", result.as_of
    yield "By", f"Pentascope {result.scan.tool_version}, catalogue {result.scan.catalogue_version}"
    yield "Files read", f"{result.scan.coverage.files_read:,} of {result.scan.coverage.files_seen:,}"
    yield "Score", "nothing is decided" if whole.score_pct is None else f"{whole.score_pct} % met of what is decided"
    yield "Coverage", "nothing applies" if whole.coverage_pct is None else f"{whole.coverage_pct} % decided of what applies"


def _matrix(page: Worksheet, look: Look, result: AssessmentResult, matrix: Matrix, top: int) -> int:
    """Five disciplines by five scopes. Gives the next free line."""
    tallies = {(each.scope, each.discipline): each.tally for each in result.posture.cells}
    page.write_string(top, 0, "The matrix", look.head)
    page.set_row(top, 32)
    for column, scope in enumerate(matrix.scopes, start=1):
        page.write_string(top, column, f"{int(scope.scope)} {scope.name}", look.head)
    for line, discipline in enumerate(matrix.disciplines, start=top + 1):
        page.set_row(line, 46)
        page.write_string(line, 0, discipline.name, look.head)
        for column, scope in enumerate(matrix.scopes, start=1):
            tally = tallies.get((scope.scope, discipline.id), Tally())
            page.write_string(line, column, _cell_words(tally), look.cells[tally.outcome])
    return top + 1 + len(matrix.disciplines)


def _cell_words(tally: Tally) -> str:
    if tally == Tally():
        return "–"
    return f"{OUTCOME_NAMES[tally.outcome]}\n{tally.met} met, {tally.not_met} not met,\n{tally.unknown} unknown"


def _tallies(
    page: Worksheet, look: Look, counted: Iterator[tuple[str, Tally]], top: int, cell: Callable[[str], str]
) -> None:
    page.set_row(top, 22)
    for column, word in enumerate(("Of", *_TABLE)):
        page.write_string(top, column, word, look.head)
    line = top
    for line, (name, tally) in enumerate(counted, start=top + 1):
        page.write_string(line, 0, cell(name), look.text)
        page.write_string(line, 1, OUTCOME_NAMES[tally.outcome], look.text)
        for column, share in enumerate((tally.score_pct, tally.coverage_pct), start=2):
            if share is None:
                page.write_string(line, column, "–", look.number)
            else:
                page.write_number(line, column, share, look.number)
        for column, number in enumerate((tally.met, tally.not_met, tally.unknown, tally.not_applicable), start=4):
            page.write_number(line, column, number, look.number)
    look.colour_outcomes(page, top + 1, 1, line, 1)


def _counted(result: AssessmentResult, matrix: Matrix) -> Iterator[tuple[str, Tally]]:
    names = {entry.id: entry.name for entry in matrix.disciplines}
    systems = {system.id: f"{system.name} ({system.root})" for system in result.scan.systems}
    yield "Everything", result.posture.whole
    for discipline, tally in result.posture.disciplines:
        yield names[discipline], tally
    for entry in matrix.scopes:
        parts = [each.tally for each in result.posture.cells if each.scope == entry.scope]
        yield f"Scope {int(entry.scope)}: {entry.name}", Tally(
            met=sum(part.met for part in parts), not_met=sum(part.not_met for part in parts),
            unknown=sum(part.unknown for part in parts), not_applicable=sum(part.not_applicable for part in parts),
        )  # fmt: skip
    for system in result.posture.systems:
        yield f"System {systems[system.system]}", system.tally
        for discipline, tally in system.disciplines:
            yield f"    {names[discipline]}", tally
