"""What belongs to the matrix, at a terminal: decision tree, border cases, ownership, the agentic companion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pentascope.model.matrix import Basis
from pentascope.model.scoping import AgenticScope
from pentascope.report.formats.matrix_terminal import grid_table, scope_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pentascope.model.matrix import AgenticMatrix, AgenticQuestion, BoundaryCase, Branch
    from pentascope.report.formats.matrix_terminal import Page

_AGENCY_STYLES = {1: "green", 2: "cyan", 3: "yellow", 4: "red"}
_WIDE = 100


def write_tree(page: Page) -> None:
    """The questions that tell the scopes apart."""
    page.title(
        "Which scope is it?",
        "Ask of one use at a time. A system is in every scope that a part of it is in; the highest names it.",
    )
    numbers = {question.id: number for number, question in enumerate(page.matrix.questions, 1)}
    for question in page.matrix.questions:
        page.gap()
        page.put(_numbered(str(numbers[question.id]), Text(question.text, style="bold"), Text(question.explains, style="dim")))
        page.put(_answers([("yes", question.yes), ("no", question.no)], numbers), indent=4)


def _numbered(number: str, *lines: Text) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, style="bold cyan", width=2)
    table.add_column()
    table.add_row(number, Group(*lines))
    return table


def _answers(answers: Sequence[tuple[str, Branch]], numbers: dict[str, int]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, width=3)
    table.add_column(no_wrap=True, width=4)
    table.add_column()
    for word, branch in answers:
        arrow = f"→ {numbers[branch.next]}" if branch.next else "■"
        meaning = Text(branch.meaning)
        if branch.scope:
            meaning = Text.assemble((f"Scope {int(branch.scope)}", f"bold {scope_style(branch.scope)}"), f"  {branch.meaning}")
        if branch.adds:
            meaning.append(f"\nadds {', '.join(branch.adds)}", style="dim")
        table.add_row(word, Text(arrow, style="cyan"), meaning)
    return table


def write_boundary(page: Page) -> None:
    """The cases on the border between scopes."""
    cases = page.matrix.boundary_cases
    by_text = sum(case.basis == Basis.PRIMARY for case in cases)
    page.title(
        "Cases on the border",
        f"{len(cases)} cases. {by_text} follow the text of AWS (●), the others are our reading of it (•).",
    )
    page.gap()
    table = grid_table(page, header_style="dim")
    table.add_column("", width=1)
    table.add_column("case", ratio=10)
    table.add_column("scope", ratio=6)
    table.add_column("because", ratio=12)
    for case in cases:
        sign = "●" if case.basis == Basis.PRIMARY else "•"
        table.add_row(sign, Text(case.case, style="bold"), _ruling(case), Text(case.reason, style="dim"), end_section=True)
    page.put(table)


def _ruling(case: BoundaryCase) -> Text:
    style = f"bold {scope_style(max(case.scopes))}" if case.scopes else "bold"
    extra = f"\n+ {', '.join(case.modifiers)}" if case.modifiers else ""
    return Text.assemble((case.ruling, style), (extra, "dim"))


def write_ownership(page: Page) -> None:
    """Who answers for which asset."""
    ownership = page.matrix.ownership
    page.title("Who answers for what", ", ".join(f"{sign} {words}" for sign, words in ownership.legend.items()) + ".")
    page.gap()
    table = grid_table(page)
    table.add_column("", ratio=12, style="bold")
    for column in ownership.columns:
        name = "\n".join(column.name.split(" ", 1))
        table.add_column(Text(name, style=f"bold {scope_style(max(column.scopes))}"), ratio=10, overflow="fold")
    for asset in ownership.assets:
        table.add_row(asset.asset, *(_owner(owner) for owner in asset.owners), end_section=page.width < _WIDE)
    page.put(table)
    page.sources(ownership.sources)


def _owner(owner: str) -> Text:
    """The owner as written; what falls to the customer stands out."""
    is_customer = owner == "C" or owner.startswith("C ")
    return Text(owner, style="bold green" if is_customer else "yellow" if "C" in owner.replace("CSP", "") else "dim")


def write_agentic(page: Page) -> None:
    """The agentic matrix: how much a system may do by itself."""
    agentic = page.matrix.agentic
    page.title("Agentic AI Security Scoping Matrix", "How much a system may do by itself. Each scope adds to the one on its left.")
    page.gap()
    page.put(_agencies(page, agentic))
    page.gap()
    page.put(Text("Which agentic scope is it?", style="bold"))
    for number, question in enumerate(agentic.questions, 1):
        page.put(_agentic_question(number, question, agentic), indent=3)
    page.gap()
    page.put(Text("Good to know", style="bold"))
    for note in agentic.notes:
        page.put(_numbered("•", Text(note)), indent=3)
    page.sources(agentic.sources)


def _agencies(page: Page, agentic: AgenticMatrix) -> Table:
    table = grid_table(page)
    table.add_column("", ratio=14, style="bold")
    for entry in agentic.scopes:
        lines = "\n".join(entry.name.split(" ", 1))
        table.add_column(Text(f"{int(entry.scope)}\n{lines}", style=f"bold {_agency_style(entry.scope)}"), ratio=16)
    table.add_row("Started by", *(entry.started_by for entry in agentic.scopes), end_section=True)
    table.add_row("May change", *(entry.may_change for entry in agentic.scopes), end_section=True)
    table.add_row("A person", *(entry.human_role for entry in agentic.scopes), end_section=True)
    table.add_row("For example", *(Text(entry.example, style="italic") for entry in agentic.scopes), end_section=True)
    cells = {(cell.dimension, cell.scope): cell.text for cell in agentic.cells}
    for dimension in agentic.dimensions:
        name = Text.assemble(dimension.name, (f"\n{' '.join(dimension.requirements)}", "dim cyan"))
        table.add_row(name, *(cells[dimension.id, entry.scope] for entry in agentic.scopes), end_section=True)
    return table


def _agentic_question(number: int, question: AgenticQuestion, agentic: AgenticMatrix) -> Table:
    order = {entry.id: place for place, entry in enumerate(agentic.questions, 1)}
    answer = Text()
    for word, target in (("yes ", question.yes), ("   no ", question.no)):
        answer.append(word, style="dim")
        if isinstance(target, AgenticScope):
            answer.append(f"■ scope {int(target)}", style=f"bold {_agency_style(target)}")
        else:
            answer.append(f"→ {order[target]}", style="cyan")
    return _numbered(str(number), Text(question.text), answer)


def _agency_style(scope: AgenticScope) -> str:
    return _AGENCY_STYLES[int(scope)]
