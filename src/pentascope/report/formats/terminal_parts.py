"""The blocks of the terminal answer, written one below the other to a Rich console."""

from __future__ import annotations

import re

import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pentascope.model.evidence import Confidence, Evidence, Gap
from pentascope.model.scoping import System
from pentascope.report.escape import escape
from pentascope.report.view import Fact, Reason, ScopeReasons, Tone, View, agentic_words, looked_at, place
from pentascope.report.words import KIND_NAMES, MODIFIER_NAMES, count, join, product_name

_REASONS_SHOWN = 2
_WORDS_SHOWN = 6
_SYSTEMS_SHOWN = 12
_SKIPPED_SHOWN = 5
_GAPS_SHOWN = 5
_PLAIN_TARGET = re.compile(r"[\w./:+~-][\w./@:+~-]{0,39}")
_TONES = {Tone.PLAIN: "", Tone.ABSENT: "yellow", Tone.ALARM: "bold red"}
_SCOPE_STYLES = {1: "cyan", 2: "blue", 3: "green", 4: "yellow", 5: "magenta"}
_CONFIDENCE_STYLES = {Confidence.HIGH: "green", Confidence.MEDIUM: "yellow", Confidence.LOW: "red"}


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What every block needs: where to write, what to tell, with which glyphs."""

    console: Console
    view: View
    is_ascii: bool

    def glyph(self, fine: str, plain: str) -> str:
        """The fine sign, or its ASCII stand-in."""
        return plain if self.is_ascii else fine


def write_short(parts: Parts) -> None:
    """The short answer: what it is, why, what is missing, what to do next."""
    _write_head(parts)
    for entry in parts.view.scopes:
        _write_scope(parts, entry)
    _write_facts(parts)
    _write_systems(parts)
    _write_contradictions(parts)
    _write_not_seen(parts)
    _write_next(parts)


def write_explanation(parts: Parts) -> None:
    """Everything: each determination with its trace, each line of evidence under its kind."""
    _write_head(parts)
    for entry in parts.view.scopes:
        for reason in entry.reasons:
            _write_trace(parts, entry, reason)
    _write_agency(parts)
    _write_facts(parts)
    _write_systems(parts)
    _write_contradictions(parts)
    _write_evidence(parts)
    _write_not_seen(parts, is_complete=True)


def _write_head(parts: Parts) -> None:
    view = parts.view
    head = Table.grid(expand=True, padding=(0, 1))
    head.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    head.add_column(justify="right", no_wrap=True)
    head.add_row(_text(view.title, "bold"), _text(f"pentascope {view.result.tool_version}", "dim"))
    parts.console.print()
    _indent(parts, head, 1)
    parts.console.print()
    _indent(parts, _strip(parts), 1)
    parts.console.print()
    _indent(parts, _text(view.sentence, "bold"), 1)


def _strip(parts: Parts) -> Table:
    present = {entry.scope for entry in parts.view.scopes}
    strip = Table.grid(expand=True, padding=(0, 1, 0, 0))
    numbers, names = [], []
    for entry in parts.view.matrix.scopes:
        is_lit = entry.scope in present
        sign = parts.glyph("●", "*") if is_lit else parts.glyph("·", "-")
        style = f"bold reverse {_SCOPE_STYLES[entry.scope]}" if is_lit else "dim"
        strip.add_column(justify="center", ratio=1, overflow="ellipsis", style=style)
        numbers.append(f"{sign} {int(entry.scope)}")
        names.append(escape(entry.name))
    strip.add_row(*(Text(number) for number in numbers))
    strip.add_row(*(Text(name) for name in names))
    return strip


def _write_scope(parts: Parts, entry: ScopeReasons) -> None:
    parts.console.print()
    _write_scope_title(parts, entry, entry.reasons[0].determination.confidence)
    for reason in entry.reasons[:_REASONS_SHOWN]:
        _write_reason(parts, reason)
    if len(entry.reasons) > _REASONS_SHOWN:
        more = join(reason.system.name for reason in entry.reasons[_REASONS_SHOWN:][:_WORDS_SHOWN])
        _indent(parts, _text(f"also in {more}", "dim"), 3)
    question = entry.reasons[0].determination.counter_question
    _indent(parts, _text(f"Would change this: {question}", "dim"), 3)


def _write_scope_title(parts: Parts, entry: ScopeReasons, confidence: Confidence) -> None:
    title = Table.grid(expand=True, padding=(0, 1))
    title.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    title.add_column(justify="right", no_wrap=True)
    style = _SCOPE_STYLES[entry.scope]
    name = Text.assemble((f"Scope {int(entry.scope)}  ", f"bold {style}"), (escape(entry.name), "bold"))
    title.add_row(name, _text(f"{confidence} confidence", _CONFIDENCE_STYLES[confidence]))
    _indent(parts, title, 1)


def _write_reason(parts: Parts, reason: Reason) -> None:
    _indent(parts, _text(reason.determination.statement), 3)
    if reason.evidence:
        _write_line(parts, reason.evidence[0])
    if len(reason.evidence) > 1:
        _indent(parts, _text(f"and {count(len(reason.evidence) - 1, 'more line')} of evidence", "dim"), 5)


def _write_line(parts: Parts, line: Evidence, *, indent: int = 5) -> None:
    room = parts.console.width - indent
    where = _fit(escape(place(line)), room, parts)
    if not line.excerpt.strip():
        return _indent(parts, Text(where, style="cyan", no_wrap=True), indent)
    excerpt = escape(line.excerpt.strip())
    if len(where) + 2 + min(len(excerpt), 24) <= room:
        words = Text.assemble((where, "cyan"), "  ", (excerpt, "italic"), no_wrap=True, overflow="ellipsis")
        return _indent(parts, words, indent)
    _indent(parts, Text(where, style="cyan", no_wrap=True, overflow="ellipsis"), indent)
    return _indent(parts, Text(excerpt, style="italic", no_wrap=True, overflow="ellipsis"), indent + 2)


def _fit(path: str, room: int, parts: Parts) -> str:
    dots = parts.glyph("…", "...")
    return path if len(path) <= room else dots + path[len(path) - room + len(dots) :]


def _write_facts(parts: Parts) -> None:
    if not parts.view.facts:
        return
    _write_title(parts, "What is used")
    rows = _rows()
    for fact in parts.view.facts:
        rows.add_row(_text(fact.label, "bold red" if fact.tone is Tone.ALARM else "dim"), _fact_words(fact))
    _indent(parts, rows, 3)


def _fact_words(fact: Fact) -> Text:
    shown = ", ".join(escape(word) for word in fact.words[:_WORDS_SHOWN])
    more = len(fact.words) - _WORDS_SHOWN
    return Text(f"{shown} and {more} more" if more > 0 else shown, style=_TONES[fact.tone])


def _write_systems(parts: Parts) -> None:
    systems = parts.view.result.systems
    if len(systems) < 2:
        return
    _write_title(parts, count(len(systems), "system"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    for title, share in (("Name", 3), ("Folder", 3), ("Scopes", None), ("Agency", None)):
        table.add_column(title, ratio=share, no_wrap=True, overflow="ellipsis")
    table.add_column("With", ratio=3, overflow="fold")
    for system in systems[:_SYSTEMS_SHOWN]:
        table.add_row(*_system_row(system))
    _indent(parts, table, 3)
    if len(systems) > _SYSTEMS_SHOWN:
        _indent(parts, _text(f"and {len(systems) - _SYSTEMS_SHOWN} more", "dim"), 3)


def _system_row(system: System) -> tuple[Text, ...]:
    scopes = Text(" ").join(
        Text(str(int(each.scope)), style=f"bold {_SCOPE_STYLES[each.scope]}") for each in system.scopes
    )
    agency = str(int(system.agentic.scope)) if system.agentic else ""
    modifiers = ", ".join(MODIFIER_NAMES[finding.modifier] for finding in system.modifiers)
    name, root = Text(escape(system.name), style="bold"), Text(escape(system.root))
    return name, root, scopes, Text(agency), _text(modifiers, "dim")


def _write_contradictions(parts: Parts) -> None:
    if not parts.view.contradictions:
        return
    _write_title(parts, "Contradictions", "bold yellow")
    _write_marked(parts, "!", [_text(words, "yellow") for words in parts.view.contradictions])


def _write_not_seen(parts: Parts, *, is_complete: bool = False) -> None:
    view, coverage = parts.view, parts.view.result.coverage
    _write_title(parts, "What was not seen" if view.scopes else "What was looked at")
    _indent(parts, _text(_coverage_words(parts)), 3)
    if view.calm and view.result.evidence:
        _indent(parts, _text(view.calm.removeprefix(looked_at(view.result)).strip()), 3)
    if view.absences:
        found = f"None found in {count(coverage.files_read, 'file')} read: {join(view.absences)}."
        _indent(parts, _text(found), 3)
    _write_skipped(parts, len(coverage.skipped) if is_complete else _SKIPPED_SHOWN)
    gaps = view.result.gaps if is_complete else view.result.gaps[:_GAPS_SHOWN]
    _write_marked(parts, "?", [_gap_words(gap) for gap in gaps])
    if len(view.result.gaps) > len(gaps):
        _indent(parts, _text(f"and {count(len(view.result.gaps) - len(gaps), 'more question')}", "dim"), 5)


def _gap_words(gap: Gap) -> Text:
    told, asked = f"{escape(gap.subject)}: {escape(gap.reason)}", escape(gap.question)
    return Text.assemble((told, "yellow"), "\n", (asked, "dim"), overflow="fold")


def _write_marked(parts: Parts, mark: str, entries: list[Text]) -> None:
    rows = Table.grid(padding=(0, 1, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    for entry in entries:
        rows.add_row(Text(mark, style="yellow"), entry)
    if entries:
        _indent(parts, rows, 3)


def _coverage_words(parts: Parts) -> str:
    languages = parts.view.result.coverage.languages
    ordered = sorted(languages, key=lambda pair: (-pair[1], pair[0]))[:_WORDS_SHOWN]
    spoken = f" ({', '.join(f'{name} {number:,}' for name, number in ordered)})" if ordered else ""
    return looked_at(parts.view.result).rstrip(".") + spoken + "."


def _write_skipped(parts: Parts, shown: int) -> None:
    coverage = parts.view.result.coverage
    total = sum(number for _, number in coverage.skipped_counts)
    if total:
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in coverage.skipped_counts)
        _indent(parts, _text(f"Not read: {total:,} ({reasons})."), 3)
    for skipped in coverage.skipped[:shown]:
        detail = f"{skipped.reason}, {skipped.detail}" if skipped.detail else skipped.reason
        words = Text.assemble((escape(skipped.path), "cyan"), (f"  {escape(detail)}", "dim"))
        words.no_wrap, words.overflow = True, "ellipsis"
        _indent(parts, words, 5)
    if len(coverage.skipped) > shown:
        _indent(parts, _text(f"and {len(coverage.skipped) - shown:,} more that could have mattered", "dim"), 5)


def _write_next(parts: Parts) -> None:
    view = parts.view
    _write_title(parts, "Next")
    rows = _rows()
    lines = [line for entry in view.scopes for reason in entry.reasons for line in reason.evidence]
    if lines:
        rows.add_row(_text(f"pentascope explain {lines[0].id}", "bold"), _text("why this line counts", "dim"))
        rows.add_row(_text(f"pentascope scan {_target(view)} --format html -o report.html", "bold"), _text("the full report", "dim"))
        headline = int(view.scopes[0].scope)
        rows.add_row(_text(f"pentascope matrix --scope {headline}", "bold"), _text("what it asks of you", "dim"))
    else:
        rows.add_row(_text("pentascope matrix", "bold"), _text("the five scopes", "dim"))
        rows.add_row(_text(f"pentascope scan {_target(view)} --explain", "bold"), _text("every line that was weighed", "dim"))
    _indent(parts, rows, 3)
    parts.console.print()


def _target(view: View) -> str:
    """The target as it can be typed again; `.` for one that would need quoting."""
    target = view.result.target
    return target if _PLAIN_TARGET.fullmatch(target) and target.isascii() and not target.startswith("-") else "."


def _write_trace(parts: Parts, entry: ScopeReasons, reason: Reason) -> None:
    said = reason.determination
    parts.console.print()
    _write_scope_title(parts, entry, said.confidence)
    _indent(parts, _text(said.statement), 3)
    rows = _rows()
    rows.add_row(_text("system", "dim"), _text(f"{reason.system.name} ({reason.system.root})"))
    rows.add_row(_text("rule", "dim"), _text(said.rule))
    for words in said.also_considered:
        rows.add_row(_text("weighed", "dim"), _text(words))
    for words in said.contradictions:
        rows.add_row(_text("against", "yellow"), _text(words, "yellow"))
    rows.add_row(_text("would change", "dim"), _text(said.counter_question))
    _indent(parts, rows, 3)
    for line in reason.evidence:
        _write_line(parts, line)


def _write_agency(parts: Parts) -> None:
    for system in parts.view.result.systems:
        if system.agentic is None:
            continue
        said = system.agentic
        _write_title(parts, f"Agency of {system.name}")
        _indent(parts, _text(agentic_words(said.scope, matrix=parts.view.matrix)), 3)
        _indent(parts, _text(f"{said.statement} ({said.confidence} confidence)"), 3)
        _indent(parts, _text(f"Would change this: {said.counter_question}", "dim"), 3)
        for key in said.evidence:
            if key in parts.view.evidence:
                _write_line(parts, parts.view.evidence[key])


def _write_evidence(parts: Parts) -> None:
    for kind, lines in parts.view.groups:
        _write_title(parts, f"{KIND_NAMES[kind]} ({len(lines)})")
        for line in lines:
            _write_line(parts, line, indent=3)
            _indent(parts, _text(_about(line), "dim"), 5)


def _about(line: Evidence) -> str:
    value = f" = {line.value}" if line.value else ""
    attributes = "".join(f", {name} {told}" for name, told in line.attributes)
    told = f"{line.id}  {product_name(line.subject)}{value}, {line.role}, {line.confidence} confidence"
    return f"{told}, by {line.signature}{attributes}"


def _write_title(parts: Parts, words: str, style: str = "bold") -> None:
    parts.console.print()
    _indent(parts, _text(words, style), 1)


def _rows() -> Table:
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    return rows


def _text(words: str, style: str = "") -> Text:
    return Text(escape(words), style=style, overflow="fold")


def _indent(parts: Parts, thing: Text | Table, columns: int) -> None:
    parts.console.print(Padding(thing, (0, 1, 0, columns)))
