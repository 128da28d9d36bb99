"""An assessment for a person at a terminal: the matrix with its counts, what is not met and why, what nobody can tell yet."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pentascope.model.verdict import Outcome
from pentascope.report.escape import escape, escape_commands
from pentascope.report.formats.terminal import console, written
from pentascope.report.judgement import disagreement, judgement_of, score_words
from pentascope.report.view import looked_at
from pentascope.report.words import CONDITION_NAMES, OUTCOME_NAMES, STRENGTH_NAMES, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult, Since, Tally
    from pentascope.model.verdict import Ground
    from pentascope.report.judgement import Change, Judgement
    from pentascope.report.told import Citation, Told

_STYLES = {Outcome.NOT_MET: "bold red", Outcome.UNKNOWN: "yellow", Outcome.MET: "green", Outcome.NOT_APPLICABLE: "dim"}
_SIGNS_SHOWN = 8
_WIDE = 100  # columns from which the scopes that the tree is not in are shown as well
_MET_SHOWN = 15
_GROUNDS_SHOWN = 3


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What every block needs."""

    console: Console
    result: AssessmentResult
    matrix: Matrix
    story: Judgement
    is_explained: bool

    def put(self, thing: Text | Table, indent: int = 1) -> None:
        """Write one block."""
        self.console.print(Padding(thing, (0, 1, 0, indent)))

    def row(self, head: Text, body: Text, indent: int = 3) -> None:
        """Write a head and beside it what is told of it; what needs several lines hangs below its own start."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(head, body)
        self.put(grid, indent)

    def title(self, words: str, style: str = "bold") -> None:
        """Write the title of a block."""
        self.console.print()
        self.put(Text(words, style=style))

    def system_names(self, told: Sequence[Told]) -> str:
        """What the systems are called that verdicts speak of, where there are several to tell apart."""
        names = {one.system.id: one.label for one in self.story.systems}
        own = list(dict.fromkeys(one.system.id for one in told))
        if len(names) < 2:
            return ""
        if len(own) == len(names):
            return "every system"
        if len(own) > 3:
            return f"{len(own)} of {len(names)} systems"
        return ", ".join(escape(names[system]) for system in own)


def render(
    result: AssessmentResult,
    *,
    matrix: Matrix,
    width: int = 80,
    is_coloured: bool = False,
    is_ascii: bool = False,
    is_explained: bool = False,
    baseline: Mapping[str, Outcome] | None = None,
) -> str:
    """The assessment as lines of at most `width` characters; `is_explained` shows every verdict with its grounds.

    `baseline` are the outcomes of an earlier assessment by id of verdict.
    """
    parts = Parts(
        console=console(width, is_coloured=is_coloured),
        result=result,
        matrix=matrix,
        story=judgement_of(result, matrix=matrix, baseline=baseline),
        is_explained=is_explained,
    )
    _write(parts)
    text = escape_commands(written(parts.console))
    return text.replace("…", "~").replace("×", "x").encode("ascii", "backslashreplace").decode() if is_ascii else text


def _write(parts: Parts) -> None:
    _write_head(parts)
    if parts.result.since is not None and not parts.is_explained:
        _write_since(parts, parts.result.since)
        _write_gaps(parts)
        return
    if parts.result.scan.systems:
        _write_matrix(parts)
        _write_changes(parts)
        _write_disagreements(parts)
        _write_verdicts(parts, Outcome.NOT_MET, None)
        _write_verdicts(parts, Outcome.MET, None if parts.is_explained else _MET_SHOWN)
        if parts.is_explained:
            _write_verdicts(parts, Outcome.UNKNOWN, None)
            _write_verdicts(parts, Outcome.NOT_APPLICABLE, None)
        else:
            _write_signs(parts)
            _write_unknown(parts)
    _write_planned(parts)
    _write_lapsed(parts)
    _write_gaps(parts)
    _write_next(parts)


def _write_head(parts: Parts) -> None:
    scan = parts.result.scan
    parts.title(escape(parts.story.title))
    parts.put(Text(f"{parts.story.sentence} As of {parts.result.as_of}.", style="dim"))
    if not scan.systems:
        parts.put(Text(f"The matrix asks nothing of what runs here. {looked_at(scan)}"))
        return
    parts.console.print()
    parts.put(_tally_words(parts.result.posture.whole))


def _tally_words(tally: Tally) -> Text:
    return Text.assemble(
        (f"{tally.not_met} not met", _STYLES[Outcome.NOT_MET]), "   ", (f"{tally.met} met", _STYLES[Outcome.MET]), "   ",
        (f"{tally.unknown} unknown", _STYLES[Outcome.UNKNOWN]), "   ", (f"{tally.not_applicable} not applicable", "dim"), "\n",
        score_words(tally), overflow="fold",
    )  # fmt: skip


def _write_matrix(parts: Parts) -> None:
    present = set(parts.result.scan.summary.scopes)
    cells = {(cell.scope, cell.discipline): cell.tally for cell in parts.result.posture.cells}
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", no_wrap=True)
    is_narrow = parts.console.width < _WIDE
    shown = [entry for entry in parts.matrix.scopes if entry.scope in present or not is_narrow]
    for entry in shown:
        table.add_column(f"{int(entry.scope)} {entry.name.split()[0]}", no_wrap=True, style="" if entry.scope in present else "dim")
    for discipline in parts.matrix.disciplines:
        row = [_cell(cells[entry.scope, discipline.id]) if entry.scope in present else Text("·") for entry in shown]
        table.add_row(Text(discipline.name), *row)
    parts.console.print()
    parts.put(table)
    parts.put(Text("not met / unknown / met; what several scopes bring stands in each of their columns", style="dim"))


def _cell(tally: Tally) -> Text:
    return Text.assemble(
        (f"{tally.not_met:>2}", "bold red" if tally.not_met else "dim"), (" / ", "dim"),
        (f"{tally.unknown:>2}", "yellow" if tally.unknown else "dim"), (" / ", "dim"), (f"{tally.met:>2}", "green" if tally.met else "dim"),
    )  # fmt: skip


def _write_verdicts(parts: Parts, outcome: Outcome, limit: int | None) -> None:
    told = parts.story.told(outcome)
    if not told:
        return
    parts.title(f"{OUTCOME_NAMES[outcome]} ({len(told)})", _STYLES[outcome])
    groups = _alike(told)
    for group in groups[:limit]:
        _write_verdict(parts, group)
    _write_more(parts, len(groups) - limit if limit is not None else 0, "requirement")


def _alike(told: Iterable[Told]) -> list[list[Told]]:
    """Verdicts of one requirement that say the same of several systems, together; those with grounds each by itself."""
    groups: dict[tuple[str, str, str], list[Told]] = {}
    for one in told:
        verdict = one.verdict
        key = (verdict.requirement, verdict.reason, verdict.system if verdict.grounds or verdict.exception else "")
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _write_verdict(parts: Parts, group: Sequence[Told], cited: Sequence[Citation] = ()) -> None:
    """One verdict, or several that say the same; `cited` narrows to some of its places."""
    verdict, entry = group[0].verdict, group[0].requirement
    name = parts.system_names(group)
    tail = f"  {name}" if name else ""
    strength = f"  by {STRENGTH_NAMES[verdict.strength]}" if verdict.strength else ""
    detail = f"  {entry.phase}{strength}{tail}"
    parts.row(Text(entry.code, style=_STYLES[verdict.outcome]), Text.assemble((entry.title, "bold"), (detail, "dim")))
    if verdict.exception:
        accepted = f"Accepted until {verdict.exception.expires} by {verdict.exception.owner}: {verdict.exception.reason}"
        parts.put(Text(escape(accepted), style="yellow", overflow="fold"), 11)
    if verdict.outcome is Outcome.UNKNOWN and not parts.is_explained and not verdict.grounds:
        parts.put(Text(entry.question, style="dim", overflow="fold"), 11)
        return
    parts.put(Text(escape(verdict.reason), overflow="fold"), 11)
    _write_grounds(parts, group[0], cited)
    if verdict.outcome is Outcome.UNKNOWN:
        parts.put(Text(entry.question, style="dim", overflow="fold"), 11)


def _write_grounds(parts: Parts, one: Told, cited: Sequence[Citation]) -> None:
    is_short = one.verdict.outcome is Outcome.NOT_MET and not parts.is_explained
    grounds = [ground for ground in one.verdict.grounds if not is_short or ground.outcome is Outcome.NOT_MET]
    every = cited or [each for ground in grounds for each in one.cited(ground)]
    unplaced = [ground for ground in grounds if ground.source is not None and ground.path is None] if not cited else []
    places = [*map(_unplaced, unplaced), *map(_place, every)]
    shown = places if parts.is_explained else places[:_GROUNDS_SHOWN]
    for words in shown:
        words.no_wrap, words.overflow = True, "ellipsis"
        parts.put(words, 11)
    if len(places) > len(shown):
        parts.put(Text(f"and {count(len(places) - len(shown), 'more place')}", style="dim"), 11)


def _unplaced(ground: Ground) -> Text:
    """Another tool's word that names no file."""
    return Text.assemble((escape(ground.check), "cyan"), (f"  {escape(ground.address or ground.says)}", "italic"))


def _place(each: Citation) -> Text:
    ground = each.ground
    said = ground.address or ground.says
    words = each.words if each.evidence else f"{ground.check}  {said}" if ground.source else said
    return Text.assemble((escape(each.where), "cyan"), (f"  {escape(words)}", "italic"))


def _write_changes(parts: Parts) -> None:
    changes = parts.story.changes
    if changes is None:
        return
    parts.title(f"Since {escape(parts.story.compared_with)} ({count(len(changes), 'change')})")
    shown = changes if parts.is_explained else changes[:_MET_SHOWN]
    for change in shown:
        _write_change(parts, change)
    _write_more(parts, len(changes) - len(shown), "change")
    if parts.story.gone:
        parts.put(Text(f"{count(parts.story.gone, 'verdict')} of {escape(parts.story.compared_with)} no longer asked for", style="dim"), 3)


def _write_since(parts: Parts, since: Since) -> None:
    """What a change touches: what is not met with its new places, then what turned, then how much is new and unknown."""
    changes = parts.story.changes or ()
    files = f"{count(since.changed, 'file')} changed, {since.removed:,} removed"
    parts.title(f"Since {escape(since.revision)}{f' ({since.commit[:12]})' if since.commit else ''}: {files}")
    failing = [change for change in changes if change.told.verdict.outcome is Outcome.NOT_MET]
    turned = [change for change in changes if change not in failing and change.before is not None]
    new = Counter(change.told.verdict.outcome for change in changes if change not in failing and change.before is None)
    for change in failing:
        _write_verdict(parts, [change.told], change.fresh)
        was = "new" if change.before is None else f"was {OUTCOME_NAMES[change.before].lower()}"
        parts.put(Text(was if change.before is not Outcome.NOT_MET else "not met before, now in a new place", style="yellow"), 11)
    for change in turned:
        _write_change(parts, change)
    for outcome, number in sorted(new.items()):
        parts.put(Text(f"{count(number, 'new verdict')} {OUTCOME_NAMES[outcome].lower()}", style=_STYLES[outcome]), 3)
    if parts.story.gone:
        parts.put(Text(f"{count(parts.story.gone, 'verdict')} no longer asked for", style="dim"), 3)
    if not changes and not parts.story.gone:
        parts.put(Text("The change touches no verdict."), 3)
    parts.console.print()
    parts.put(Text("Only what the change touches is listed; --verbose, or no --since, tells the rest.", style="dim"))


def _write_change(parts: Parts, change: Change) -> None:
    now = change.told.verdict.outcome
    before = OUTCOME_NAMES[change.before].lower() if change.before else "new"
    told = Text.assemble(f"{before} -> ", (OUTCOME_NAMES[now].lower(), _STYLES[now]), f"  {change.told.requirement.title}")
    parts.row(Text(change.told.requirement.code), told.append(f"  {escape(change.told.label)}", style="dim"))


def _write_disagreements(parts: Parts) -> None:
    if parts.story.contradictions:
        parts.title("Contradictions: the evidence won", "bold yellow")
        for label, scope, words in parts.story.contradictions:
            parts.put(Text.assemble((f"{escape(label)}, scope {int(scope)}: ", "yellow"), escape(words), overflow="fold"), 3)
    if parts.story.conflicts:
        parts.title("Conflicts: the stronger proof won, and of equal ones the worse", "bold yellow")
        for one in parts.story.conflicts:
            words = f"{disagreement(one.verdict)}  {escape(one.label)}"
            parts.put(Text.assemble((f"{one.requirement.code}  ", "yellow"), words, overflow="fold"), 3)


def _write_signs(parts: Parts) -> None:
    """What speaks for a requirement without proving the whole: one line a requirement, however many systems show it."""
    groups: dict[str, list[Told]] = {}
    for one in parts.story.told(Outcome.UNKNOWN):
        if one.is_sign:
            groups.setdefault(one.requirement.code, []).append(one)
    if not groups:
        return
    parts.title(f"Signs on {count(len(groups), 'requirement')}: something good was seen that does not prove the whole", "yellow")
    for group in list(groups.values())[:_SIGNS_SHOWN]:
        entry = group[0].requirement
        names = parts.system_names(group)
        parts.row(Text(entry.code, style="yellow"), Text.assemble(entry.title, (f"  {names}" if names else "", "dim")))
        spots = list(dict.fromkeys(where for one in group for where in one.places()))
        if spots:
            more = f"  and {count(len(spots) - 1, 'more place')}" if len(spots) > 1 else ""
            line = Text.assemble((escape(spots[0]), "cyan"), (more, "dim"), no_wrap=True, overflow="ellipsis")
            parts.put(line, 11)
    _write_more(parts, len(groups) - _SIGNS_SHOWN, "requirement")


def _write_unknown(parts: Parts) -> None:
    """Why so much is unknown: every one of the verdicts is counted in exactly one line."""
    told = parts.story.told(Outcome.UNKNOWN)
    if not told:
        return
    codes = len({one.requirement.code for one in told})
    of = f"{count(codes, 'requirement')} in {count(len(parts.story.systems), 'system')}"
    parts.title(f"Unknown ({count(len(told), 'verdict')} on {of})", "yellow")
    hanging = [one for one in told if one.verdict.open_conditions]
    signs = sum(one.is_sign and not one.verdict.open_conditions for one in told)
    undecided = sum(bool(one.verdict.grounds) and not one.is_sign and not one.verdict.open_conditions for one in told)
    asked = Counter(condition for one in hanging for condition in one.verdict.open_conditions)
    names = ", ".join(f"{CONDITION_NAMES[condition]} ({number})" for condition, number in asked.most_common(6))
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(justify="right", no_wrap=True)
    rows.add_column(overflow="fold")
    for number, words in (
        (signs, "show a sign, above"),
        (undecided, "were looked at and could not be decided"),
        (len(hanging), f"hang on what nobody has said: {names}"),
        (len(told) - signs - undecided - len(hanging), "nothing that was looked at can tell: ask a person, or look at more"),
    ):
        if number:
            rows.add_row(Text(str(number), style="yellow"), Text(words))
    parts.put(rows, 3)


def _write_more(parts: Parts, number: int, noun: str) -> None:
    if number > 0:
        parts.put(Text(f"and {count(number, f'more {noun}')}: --verbose lists them", style="dim"), 3)


def _write_planned(parts: Parts) -> None:
    if not parts.result.planned:
        return
    parts.title("Planned: not part of the numbers above")
    for one in parts.story.planned:
        scopes = ", ".join(str(int(each.scope)) for each in one.system.scopes)
        parts.put(Text.assemble((escape(one.label), "bold"), f"  {'scopes' if len(one.system.scopes) > 1 else 'scope'} {scopes}"), 3)
        parts.put(Text(score_words(one.tally), overflow="fold"), 5)
        for group in one.disciplines if parts.is_explained else ():
            for told in group.told:
                words = (f"{told.requirement.code}  ", _STYLES[told.verdict.outcome]), told.requirement.title
                parts.put(Text.assemble(*words, (f"  {OUTCOME_NAMES[told.verdict.outcome].lower()}", "dim")), 5)


def _write_lapsed(parts: Parts) -> None:
    if not parts.story.lapsed:
        return
    parts.title("No longer in force", "yellow")
    for word in parts.story.lapsed:
        whose = f" for {escape(word.system)}" if word.system else ""
        parts.row(Text(word.requirement, style="yellow"), Text.assemble((f"{word.kind}{whose}: ", "dim"), escape(word.why)))


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
    steps = parts.story.steps
    if not steps:
        return
    parts.title(f"Next {len(steps)}" if len(steps) > 1 else "Next")
    for number, step in enumerate(steps, start=1):
        settles = f"  settles {count(step.settles, 'verdict')}"
        parts.row(Text(str(number), style="bold"), Text.assemble((escape(step.what), "bold"), (settles, "dim")))
        parts.put(Text(escape(step.why), overflow="fold"), 6)
        parts.put(Text(step.command, style="cyan"), 6)
    parts.console.print()
    parts.put(Text("pentascope explain CODE tells one story; --verbose all of them; --format html makes a page.", style="dim"), 3)
    parts.console.print()
