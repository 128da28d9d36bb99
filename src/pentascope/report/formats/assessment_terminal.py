"""An assessment for a person at a terminal: the matrix with its counts, what is not met and why, what nobody can tell yet."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import msgspec
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pentascope.model.discipline import Discipline, Phase
from pentascope.model.verdict import Ground, Outcome
from pentascope.report.escape import escape, escape_commands
from pentascope.report.formats.terminal import console
from pentascope.report.view import place
from pentascope.report.words import OUTCOME_NAMES, STRENGTH_NAMES, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from pentascope.model.evidence import Evidence
    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult, Tally
    from pentascope.model.requirement import Requirement
    from pentascope.model.verdict import Verdict

_STYLES = {Outcome.NOT_MET: "bold red", Outcome.UNKNOWN: "yellow", Outcome.MET: "green", Outcome.NOT_APPLICABLE: "dim"}
_UNKNOWN_SHOWN = 8
_GROUNDS_SHOWN = 3
_ORDER = tuple(Phase)


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What every block needs."""

    console: Console
    result: AssessmentResult
    matrix: Matrix
    requirements: dict[str, Requirement]
    evidence: dict[str, Evidence]
    is_explained: bool

    def put(self, thing: Text | Table, indent: int = 1) -> None:
        """Write one block."""
        self.console.print(Padding(thing, (0, 1, 0, indent)))

    def title(self, words: str, style: str = "bold") -> None:
        """Write the title of a block."""
        self.console.print()
        self.put(Text(words, style=style))

    def system_names(self, verdicts: Sequence[Verdict]) -> str:
        """The names of the systems that verdicts speak of, where there are several to tell apart."""
        names = {system.id: system.name for system in self.result.scan.systems}
        if len(names) < 2:
            return ""
        if len(verdicts) == len(names):
            return "every system"
        return ", ".join(escape(names[verdict.system]) for verdict in verdicts)


def render(
    result: AssessmentResult,
    *,
    matrix: Matrix,
    width: int = 80,
    is_coloured: bool = False,
    is_ascii: bool = False,
    is_explained: bool = False,
) -> str:
    """The assessment as lines of at most `width` characters; `is_explained` shows every verdict with its grounds."""
    parts = Parts(
        console=console(width, is_coloured=is_coloured),
        result=result,
        matrix=matrix,
        requirements={each.code: each for each in matrix.requirements},
        evidence={line.id: line for line in reversed(result.scan.evidence)},
        is_explained=is_explained,
    )
    _write(parts)
    file = parts.console.file
    assert isinstance(file, StringIO)
    text = escape_commands("\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n")
    return text.replace("…", "~").replace("×", "x").encode("ascii", "backslashreplace").decode() if is_ascii else text


def _write(parts: Parts) -> None:
    _write_head(parts)
    if not parts.result.scan.systems:
        return
    _write_matrix(parts)
    _write_verdicts(parts, Outcome.NOT_MET, None)
    _write_conflicts(parts)
    _write_verdicts(parts, Outcome.MET, None)
    _write_verdicts(parts, Outcome.UNKNOWN, None if parts.is_explained else _UNKNOWN_SHOWN)
    if parts.is_explained:
        _write_verdicts(parts, Outcome.NOT_APPLICABLE, None)
    _write_gaps(parts)
    _write_next(parts)


def _write_head(parts: Parts) -> None:
    scan = parts.result.scan
    scopes = ", ".join(str(scope) for scope in scan.summary.scopes)
    parts.title(escape(scan.target) + (f" @ {scan.revision[:12]}" if scan.revision else ""))
    if not scan.systems:
        parts.put(Text("No use of generative AI was found, so the matrix asks nothing here."))
        return
    where = f"{count(len(scan.systems), 'system')} in {'scopes' if len(scan.summary.scopes) > 1 else 'scope'} {scopes}"
    parts.put(Text(f"{where}; as of {parts.result.as_of}", style="dim"))
    parts.console.print()
    parts.put(_tally_words(parts.result.posture.whole))


def _tally_words(tally: Tally) -> Text:
    score = "no score yet" if tally.score_pct is None else f"{tally.score_pct} % of what is decided is met"
    decided = tally.met + tally.not_met
    applying = decided + tally.unknown
    return Text.assemble(
        (f"{tally.not_met} not met", _STYLES[Outcome.NOT_MET]), "   ", (f"{tally.met} met", _STYLES[Outcome.MET]), "   ",
        (f"{tally.unknown} unknown", _STYLES[Outcome.UNKNOWN]), "   ", (f"{tally.not_applicable} not applicable", "dim"), "\n",
        (f"Score: {score}. Coverage: {decided} of {applying} that apply are decided ({tally.coverage_pct or 0} %).", ""), overflow="fold",
    )  # fmt: skip


def _write_matrix(parts: Parts) -> None:
    present = set(parts.result.scan.summary.scopes)
    cells = {(cell.scope, cell.discipline): cell.tally for cell in parts.result.posture.cells}
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("")
    for entry in parts.matrix.scopes:
        table.add_column(f"{int(entry.scope)} {entry.name.split()[0]}", no_wrap=True, style="" if entry.scope in present else "dim")
    for discipline in parts.matrix.disciplines:
        row = [_cell(cells[entry.scope, discipline.id]) if entry.scope in present else Text("·") for entry in parts.matrix.scopes]
        table.add_row(Text(discipline.name), *row)
    parts.console.print()
    parts.put(table)
    parts.put(Text("not met / unknown / met", style="dim"))


def _cell(tally: Tally) -> Text:
    return Text.assemble(
        (f"{tally.not_met:>2}", "bold red" if tally.not_met else "dim"), (" / ", "dim"),
        (f"{tally.unknown:>2}", "yellow" if tally.unknown else "dim"), (" / ", "dim"), (f"{tally.met:>2}", "green" if tally.met else "dim"),
    )  # fmt: skip


def _in_order(parts: Parts, outcome: Outcome) -> list[Verdict]:
    """By phase, since that is when it is due; then as the matrix lists them."""
    disciplines = tuple(Discipline)

    def key(verdict: Verdict) -> tuple[int, int, int, str, str]:
        entry = parts.requirements[verdict.requirement]
        has_grounds = 0 if verdict.grounds else 1
        return _ORDER.index(entry.phase), has_grounds, disciplines.index(entry.discipline), entry.code, verdict.system

    return sorted((verdict for verdict in parts.result.verdicts if verdict.outcome is outcome), key=key)


def _write_verdicts(parts: Parts, outcome: Outcome, limit: int | None) -> None:
    verdicts = _in_order(parts, outcome)
    if not verdicts:
        return
    parts.title(f"{OUTCOME_NAMES[outcome]} ({len(verdicts)})", _STYLES[outcome])
    groups = _alike(verdicts)
    for group in groups[:limit]:
        _write_verdict(parts, group)
    if limit is not None and len(groups) > limit:
        parts.put(Text(f"and {count(len(groups) - limit, 'more requirement')}: --explain lists them", style="dim"), 3)


def _alike(verdicts: Iterable[Verdict]) -> list[list[Verdict]]:
    """Verdicts of one requirement that say the same of several systems, together; those with grounds each by itself."""
    groups: dict[tuple[str, str, str], list[Verdict]] = {}
    for verdict in verdicts:
        key = (verdict.requirement, verdict.reason, verdict.system if verdict.grounds or verdict.exception else "")
        groups.setdefault(key, []).append(verdict)
    return list(groups.values())


def _write_verdict(parts: Parts, group: Sequence[Verdict]) -> None:
    verdict = group[0]
    entry = parts.requirements[verdict.requirement]
    name = parts.system_names(group)
    tail = f"  {name}" if name else ""
    strength = f"  by {STRENGTH_NAMES[verdict.strength]}" if verdict.strength else ""
    detail = f"  {entry.phase}{strength}{tail}"
    parts.put(Text.assemble((f"{entry.code}  ", _STYLES[verdict.outcome]), (entry.title, "bold"), (detail, "dim")), 3)
    if verdict.exception:
        accepted = f"Accepted until {verdict.exception.expires} by {verdict.exception.owner}: {verdict.exception.reason}"
        parts.put(Text(escape(accepted), style="yellow", overflow="fold"), 11)
    if verdict.outcome is Outcome.UNKNOWN and not parts.is_explained and not verdict.grounds:
        parts.put(Text(entry.question, style="dim", overflow="fold"), 11)
        return
    parts.put(Text(escape(verdict.reason), overflow="fold"), 11)
    _write_grounds(parts, verdict.grounds)
    if verdict.outcome is Outcome.UNKNOWN:
        parts.put(Text(entry.question, style="dim", overflow="fold"), 11)


def _write_grounds(parts: Parts, grounds: Sequence[Ground]) -> None:
    places = [words for ground in grounds for words in _places(parts, ground)]
    shown = places if parts.is_explained else places[:_GROUNDS_SHOWN]
    for words in shown:
        words.no_wrap, words.overflow = True, "ellipsis"
        parts.put(words, 11)
    if len(places) > len(shown):
        parts.put(Text(f"and {count(len(places) - len(shown), 'more place')}", style="dim"), 11)


def _places(parts: Parts, ground: Ground) -> Iterable[Text]:
    if ground.path is not None:
        where = f"{ground.path}:{ground.line}" if ground.line else ground.path
        said = f"{ground.check}  {ground.address or ground.says}" if ground.source else ground.address or ground.says
        yield Text.assemble((escape(where), "cyan"), (f"  {escape(said)}", "italic"))
    elif ground.source is not None:
        yield Text.assemble((escape(ground.check), "cyan"), (f"  {escape(ground.address or ground.says)}", "italic"))
    for key in ground.evidence:
        if key in parts.evidence:
            line = parts.evidence[key]
            yield Text.assemble((escape(place(line)), "cyan"), (f"  {escape(line.excerpt.strip())}", "italic"))


def _write_conflicts(parts: Parts) -> None:
    conflicts = [verdict for verdict in parts.result.verdicts if verdict.is_conflict]
    if not conflicts:
        return
    parts.title("Conflicts: the stronger proof won, and of equal ones the worse", "bold yellow")
    for verdict in conflicts:
        told = "; ".join(dict.fromkeys(_word(ground) for ground in verdict.grounds))
        parts.put(Text.assemble((f"{verdict.requirement}  ", "yellow"), told, overflow="fold"), 3)


def _word(ground: Ground) -> str:
    by = f" ({ground.check})" if ground.source else ""
    return f"{OUTCOME_NAMES[ground.outcome].lower()} by {STRENGTH_NAMES[ground.strength]}{by}"


def _write_gaps(parts: Parts) -> None:
    gaps = (*parts.result.gaps, *parts.result.scan.gaps)
    if not gaps:
        return
    parts.title("What could not be looked at")
    for gap in gaps if parts.is_explained else gaps[:5]:
        parts.put(Text.assemble((f"{escape(gap.reason)} ", "yellow"), (escape(gap.question), "dim"), overflow="fold"), 3)
    if not parts.is_explained and len(gaps) > 5:
        parts.put(Text(f"and {len(gaps) - 5} more", style="dim"), 3)


def _write_next(parts: Parts) -> None:
    first = next(iter([*_in_order(parts, Outcome.NOT_MET), *_in_order(parts, Outcome.UNKNOWN)]), None)
    if first is None:
        return
    parts.title("Next")
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_row(Text(f"pentascope requirement {first.requirement}", style="bold"), Text("what it asks, why, how to close it", style="dim"))
    rows.add_row(Text("pentascope assess . --explain", style="bold"), Text("every verdict with its grounds", style="dim"))
    rows.add_row(Text("pentascope assess . --format sarif -o out.sarif", style="bold"), Text("for code scanning", style="dim"))
    parts.put(rows, 3)
    parts.console.print()

