"""The matrix at a terminal: whole, by scope, by discipline, by cell."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import msgspec
from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pentascope.model.matrix import Basis, Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from pentascope.model.discipline import Discipline
    from pentascope.model.matrix import Cell, DisciplineEntry, Matrix, ScopeEntry, Selection, Source
    from pentascope.model.requirement import Requirement
    from pentascope.model.scoping import Scope

NARROWEST, WIDEST = 60, 140
SCOPE_STYLES = {1: "cyan", 2: "blue", 3: "green", 4: "yellow", 5: "magenta"}
PHASE_STYLES = {"foundation": "bold", "core": "", "advanced": "dim"}
_WIDE = 110
_READING_WIDTH = 96
BASIS_WORDS = {
    Basis.PRIMARY: "read in full",
    Basis.OPENING: "opening read",
    Basis.SECONDARY: "read through others",
    Basis.RECALLED: "from memory: confirm before quoting",
    Basis.JUDGEMENT: "our judgement",
}
_TIE = "\ue000"  # a space where no line may break: keeps "(if" and its first word together
PLAIN = str.maketrans({"●": "*", "•": ".", "█": "#", "▌": "=", "─": "-", "→": ">", "×": "x", "…": "~", "■": "#"})


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What every view needs: where to write, and what to tell."""

    console: Console
    matrix: Matrix

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return self.console.width

    def put(self, *blocks: RenderableType, indent: int = 1) -> None:
        """Write blocks one below the other."""
        for block in blocks:
            self.console.print(Padding(block, (0, 1, 0, indent)))

    def gap(self) -> None:
        """Write an empty line."""
        self.console.print()

    def title(self, words: str, detail: str, *, style: str = "bold") -> None:
        """Write the headline of a view."""
        self.gap()
        self.put(Text(words, style=style), prose(detail, style="dim"))

    def read(self, markdown: str) -> None:
        """Write prose paragraphs at a width that reads well."""
        for paragraph in markdown.split("\n\n"):
            self.gap()
            words = " ".join(paragraph.replace("`", "").split())
            self.put(prose(words.lstrip("# "), style="bold" if words.startswith("#") else "", width=self.width))

    def sources(self, sources: Iterable[Source]) -> None:
        """Write where the words come from, and when they were read there."""
        self.gap()
        self.put(Text("Sources", style="bold"))
        for source in sources:
            how = f"{BASIS_WORDS[source.basis]}, {source.read}"
            self.put(Text.assemble(source.title, "  ", (how, "dim")), indent=3)
            self.console.print(Text(f"     {source.url}", style="dim"), soft_wrap=True)


def render(matrix: Matrix, selection: Selection, *, width: int = 80, is_coloured: bool = False, is_ascii: bool = False) -> str:
    """The selected part as lines of at most `width` (60 to 140) characters; only a URL may run longer, to stay whole.

    `is_coloured` adds the sixteen standard colours; `is_ascii` keeps to ASCII for terminals that know no other.
    """
    page = Page(console=_console(width, is_coloured=is_coloured), matrix=matrix)
    _write(page, selection)
    file = page.console.file
    assert isinstance(file, StringIO)
    text = "\n".join(line.rstrip() for line in file.getvalue().replace(_TIE, " ").splitlines()) + "\n"
    return text.translate(PLAIN).encode("ascii", "replace").decode() if is_ascii else text


def prose(words: str, *, style: str = "", width: int = _READING_WIDTH) -> RenderableType:
    """A paragraph that never runs wider than reads well."""
    return Padding(Text(words, style=style), (0, max(0, width - _READING_WIDTH), 0, 0))


def scope_style(scope: Scope) -> str:
    """The colour of a scope, the same in all views."""
    return SCOPE_STYLES[int(scope)]


def grid_table(page: Page, *, header_style: str = "") -> Table:
    """An empty table with a ruled head, its columns one space apart, two where there is room."""
    gap = 1 if page.width >= _WIDE else 0
    return Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, gap, 0, 0), show_edge=False, header_style=header_style)


def _console(width: int, *, is_coloured: bool) -> Console:
    return Console(
        file=StringIO(),
        width=min(max(width, NARROWEST), WIDEST),
        color_system="standard" if is_coloured else None,
        force_terminal=is_coloured,
        force_jupyter=False,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )


def _write(page: Page, selection: Selection) -> None:
    from pentascope.report.formats import matrix_tables as tables

    match selection.part:
        case Part.AGENTIC:
            tables.write_agentic(page)
        case Part.OWNERSHIP:
            tables.write_ownership(page)
        case Part.BOUNDARY:
            tables.write_boundary(page)
        case Part.TREE:
            tables.write_tree(page)
        case _:
            _write_cells(page, selection.scope, selection.discipline)


def _write_cells(page: Page, scope: Scope | None, discipline: Discipline | None) -> None:
    entries = [entry for entry in page.matrix.scopes if entry.scope == scope]
    rows = [entry for entry in page.matrix.disciplines if entry.id == discipline]
    if entries and rows:
        _write_cell(page, entries[0], rows[0])
    elif entries:
        _write_scope(page, entries[0])
    elif rows:
        _write_discipline(page, rows[0])
    else:
        _write_whole(page)


def _write_whole(page: Page) -> None:
    matrix = page.matrix
    page.title(
        "Generative AI Security Scoping Matrix",
        f"Five scopes, from bought to self-made, by five disciplines. {len(matrix.requirements)} requirements; "
        "a cell shows how many apply and the codes to begin with.",
    )
    page.gap()
    page.put(_grid(page))
    page.gap()
    page.put(_commands((
        ("pentascope matrix 3", "one scope"),
        ("pentascope matrix controls", "one discipline"),
        ("pentascope matrix 3xcontrols", "one cell"),
        ("pentascope matrix --tree", "which scope is it?"),
        ("pentascope matrix --boundary", "border cases"),
        ("pentascope matrix --ownership", "who answers for what"),
        ("pentascope matrix --agentic", "how much it may do by itself"),
    ), columns=2 if page.width >= _WIDE else 1))


def _grid(page: Page) -> Table:
    matrix, is_wide = page.matrix, page.width >= _WIDE
    table = grid_table(page)
    table.add_column("", ratio=12, style="bold")
    for entry in matrix.scopes:
        style = scope_style(entry.scope)
        lines = "\n".join(entry.name.rsplit(" ", 1))
        head = Text.assemble((f"{int(entry.scope)}", f"bold {style}"), (f" {entry.stance}\n", "dim"), (lines, f"bold {style}"))
        table.add_column(head, ratio=12)
    most = max(len(cell.requirements) for cell in matrix.cells)
    for number, row in enumerate(matrix.disciplines):
        cells = (matrix.cell(entry.scope, row.id) for entry in matrix.scopes)
        name = Text.assemble(row.name, (f"\n{row.code}", "dim"))
        table.add_row(name, *(_brief(cell, most, is_wide=is_wide) for cell in cells))
        if number + 1 < len(matrix.disciplines):
            table.add_row()
    return table


def _brief(cell: Cell, most: int, *, is_wide: bool) -> Group:
    """One cell: how many, as number and bar; what it is about; where to begin."""
    style = scope_style(cell.scope)
    length = 12 if is_wide else 7
    halves = max(1, round(2 * length * len(cell.requirements) / most))
    bar = "█" * (halves // 2) + "▌" * (halves % 2)
    count = Text.assemble((f"{len(cell.requirements):>2} ", f"bold {style}"), (bar, style))
    codes = Text(" ".join(code.partition("-")[2] for code in cell.primary), style="dim")
    return Group(count, Text(cell.label), codes) if is_wide else Group(count, codes)


def _commands(lines: Iterable[tuple[str, str]], *, columns: int) -> Table:
    table = Table.grid(padding=(0, 3, 0, 0))
    cells = [Text.assemble((f"{command:<30}", "cyan"), (what, "dim")) for command, what in lines]
    for start in range(0, len(cells), columns):
        table.add_row(*cells[start : start + columns])
    return table


def _write_scope(page: Page, entry: ScopeEntry) -> None:
    style = scope_style(entry.scope)
    page.title(f"Scope {int(entry.scope)}  {entry.name}", f"{entry.label}. You {entry.stance}.", style=f"bold {style}")
    page.read(entry.prose)
    page.gap()
    page.put(_pairs((
        ("Yours", ", ".join(entry.you_own)),
        ("Theirs", ", ".join(entry.they_own)),
        ("For example", ", ".join(entry.examples)),
        *((("One scope up", entry.next_scope),) if entry.next_scope else ()),
    )))
    for row in page.matrix.disciplines:
        cell = page.matrix.cell(entry.scope, row.id)
        page.gap()
        page.put(_cell_head(row.name, cell, style))
        page.put(_requirements(page, cell.primary), indent=3)
        if cell.also:
            page.put(Text(f"and {len(cell.also)} more: pentascope matrix {cell.id}", style="dim"), indent=3)
    page.sources(entry.sources)


def _write_discipline(page: Page, entry: DisciplineEntry) -> None:
    page.title(entry.name, f"{entry.label}.")
    page.read(entry.prose)
    page.gap()
    heads = Table.grid(padding=(0, 2, 0, 0), expand=True)
    heads.add_column(no_wrap=True)
    heads.add_column(no_wrap=True, justify="right")
    heads.add_column(ratio=1)
    for scope in page.matrix.scopes:
        cell = page.matrix.cell(scope.scope, entry.id)
        style = scope_style(scope.scope)
        name = Text(f"{int(scope.scope)} {scope.name}", style=f"bold {style}")
        heads.add_row(name, Text(str(len(cell.requirements)), style=style), Text(cell.label))
    page.put(heads)
    page.gap()
    page.put(_by_scope(page, [requirement for requirement in page.matrix.requirements if requirement.discipline == entry.id]))
    page.sources(entry.sources)


def _by_scope(page: Page, requirements: Iterable[Requirement]) -> Table:
    """Requirements with a dot for each scope that they apply in; filled where they are the first to look at."""
    table = grid_table(page, header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("● begin here  • applies", ratio=1)
    for scope in page.matrix.scopes:
        table.add_column(Text(str(int(scope.scope)), style=f"bold {scope_style(scope.scope)}"), no_wrap=True)
    table.add_column("due", no_wrap=True)
    for entry in requirements:
        dots = []
        for scope in page.matrix.scopes:
            primary = page.matrix.cell(scope.scope, entry.discipline).primary
            sign = "●" if entry.code in primary else "•" if scope.scope in entry.scopes else " "
            dots.append(Text(sign, style=scope_style(scope.scope)))
        table.add_row(Text(entry.code, style="cyan"), _title(entry), *dots, Text(entry.phase, style=PHASE_STYLES[entry.phase]))
    return table


def _write_cell(page: Page, scope: ScopeEntry, row: DisciplineEntry) -> None:
    cell = page.matrix.cell(scope.scope, row.id)
    page.title(f"{int(scope.scope)} × {row.name}  {scope.name}", f"{cell.label}.", style=f"bold {scope_style(scope.scope)}")
    page.read(cell.prose)
    page.gap()
    page.put(Text(f"Begin with these {len(cell.primary)}", style="bold"))
    page.put(_requirements(page, cell.primary), indent=3)
    if cell.also:
        page.gap()
        page.put(Text(f"Then these {len(cell.also)}", style="bold"))
        page.put(_requirements(page, cell.also), indent=3)
    page.sources(cell.sources)


def _cell_head(name: str, cell: Cell, style: str) -> Text:
    return Text.assemble((f"{name}  ", "bold"), (f"{len(cell.requirements)}  ", f"bold {style}"), (cell.label, "dim"))


def _requirements(page: Page, codes: Iterable[str]) -> Table:
    by_code = {entry.code: entry for entry in page.matrix.requirements}
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(ratio=1)
    table.add_column(no_wrap=True)
    for code in codes:
        entry = by_code[code]
        table.add_row(code, _title(entry), Text(entry.phase, style=PHASE_STYLES[entry.phase]))
    return table


def _title(entry: Requirement) -> Text:
    return Text.assemble(entry.title, (f" (if{_TIE}{entry.applies_when})", "dim italic") if entry.applies_when else "")


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(ratio=1)
    for name, words in rows:
        table.add_row(name, words)
    return table
