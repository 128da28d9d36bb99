"""The answer as a comment on a pull request: GitHub-flavoured Markdown that fits one screen."""

from __future__ import annotations

import re

from pentascope.model.evidence import Evidence
from pentascope.model.matrix import Matrix
from pentascope.model.scoping import ScanResult, System
from pentascope.report.escape import escape
from pentascope.report.view import Reason, ScopeReasons, Tone, View, looked_at, place, view_of
from pentascope.report.words import MODIFIER_NAMES, count, join

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_ACTIVE = re.compile(r"(@(?=\w)|#(?=\d)|\bGH-|\bhttps?:|\bwww\.)", re.IGNORECASE)  # mentions, references and bare links
_FENCES = re.compile(r"`+")
_EXCERPT_LENGTH = 120
_REASONS_SHOWN = 3
_SYSTEMS_SHOWN = 10
_WORDS_SHOWN = 6
_GAPS_SHOWN = 5


def render(result: ScanResult, *, matrix: Matrix) -> str:
    """The answer as Markdown; nothing of the scanned tree becomes markup, a mention or a link in it."""
    view = view_of(result, matrix=matrix)
    blocks = (_head(view), *_scopes(view), _facts(view), _systems(view), _contradictions(view), _not_seen(view), _foot(view))
    return "\n\n".join(block for block in blocks if block) + "\n"


def text(words: str) -> str:
    """Words of the scanned tree as plain text in Markdown."""
    return _ACTIVE.sub(r"\1<!-- -->", _MARKUP.sub(r"\\\1", escape(words)))


def code(words: str) -> str:
    """Words of the scanned tree as a code span, whatever back-ticks they hold; safe inside a table."""
    plain = escape(words).strip().replace("|", "\\|")
    if not plain:
        return ""
    longest = max((len(fence) for fence in _FENCES.findall(plain)), default=0)
    fence = "`" * (longest + 1)
    space = " " if plain[0] == "`" or plain[-1] == "`" else ""
    return f"{fence}{space}{plain}{space}{fence}"


def _head(view: View) -> str:
    cells = [
        f"**{int(entry.scope)} {text(entry.name)}**" if any(seen.scope == entry.scope for seen in view.scopes) else
        f"{int(entry.scope)} {text(entry.name)}"
        for entry in view.matrix.scopes
    ]  # fmt: skip
    signs = ["●" if any(seen.scope == entry.scope for seen in view.scopes) else "·" for entry in view.matrix.scopes]
    strip = "\n".join(("| " + " | ".join(cells) + " |", "|" + " :-: |" * len(cells), "| " + " | ".join(signs) + " |"))
    return f"### {text(view.sentence)}\n\n{strip}" + (f"\n\n{text(view.calm)}" if view.calm else "")


def _scopes(view: View) -> tuple[str, ...]:
    return tuple(_scope(entry) for entry in view.scopes)


def _scope(entry: ScopeReasons) -> str:
    lines = [f"**Scope {int(entry.scope)}, {text(entry.name)}**", ""]
    for reason in entry.reasons[:_REASONS_SHOWN]:
        lines.append(f"- {text(reason.determination.statement)} <sub>{reason.determination.confidence} confidence</sub>")
        lines.extend(_proof(reason))
    more = entry.reasons[_REASONS_SHOWN:]
    if more:
        lines.append(f"- and in {count(len(more), 'more system')}")
    lines.append(f"- <sub>Would change this: {text(entry.reasons[0].determination.counter_question)}</sub>")
    return "\n".join(lines)


def _proof(reason: Reason) -> tuple[str, ...]:
    if not reason.evidence:
        return ()
    more = len(reason.evidence) - 1
    tail = f" and {count(more, 'more line')}" if more else ""
    return (f"  {_line(reason.evidence[0])}{tail}",)


def _line(line: Evidence) -> str:
    excerpt = line.excerpt.strip()
    short = excerpt if len(excerpt) <= _EXCERPT_LENGTH else excerpt[: _EXCERPT_LENGTH - 1] + "…"
    return f"{code(place(line))} {code(short)}".rstrip()


def _facts(view: View) -> str:
    if not view.facts:
        return ""
    rows = ["| | |", "| :-- | :-- |"]
    for fact in view.facts:
        shown = ", ".join(text(word) for word in fact.words[:_WORDS_SHOWN])
        more = len(fact.words) - _WORDS_SHOWN
        told = f"{shown} and {more} more" if more > 0 else shown
        is_alarm = fact.tone is Tone.ALARM
        rows.append(f"| **{fact.label}** | :warning: {told} |" if is_alarm else f"| {fact.label} | {told} |")
    return "\n".join(rows)


def _systems(view: View) -> str:
    systems = view.result.systems
    if len(systems) < 2:
        return ""
    rows = ["| System | Folder | Scopes | With |", "| :-- | :-- | :-- | :-- |", *(_row(each) for each in systems[:_SYSTEMS_SHOWN])]
    more = len(systems) - _SYSTEMS_SHOWN
    return "\n".join(rows) + (f"\n\nand {more} more" if more > 0 else "")


def _row(system: System) -> str:
    scopes = ", ".join(str(int(each.scope)) for each in system.scopes)
    modifiers = ", ".join(MODIFIER_NAMES[finding.modifier] for finding in system.modifiers)
    return f"| {text(system.name)} | {code(system.root)} | {scopes} | {modifiers} |"


def _contradictions(view: View) -> str:
    if not view.contradictions:
        return ""
    return "\n".join(("**Contradictions**", "", *(f"- {text(words)}" for words in view.contradictions)))


def _not_seen(view: View) -> str:
    coverage = view.result.coverage
    lines = [f"<details><summary>What was not seen: {looked_at(view.result)}</summary>", ""]
    if view.absences:
        lines.append(f"- None found in {count(coverage.files_read, 'file')} read: {join(view.absences)}.")
    if coverage.skipped_counts:
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in coverage.skipped_counts)
        lines.append(f"- Not read: {reasons}.")
    lines.extend(f"- {text(gap.question)} {text(gap.subject)}: {text(gap.reason)}" for gap in view.result.gaps[:_GAPS_SHOWN])
    return "\n".join((*lines, "", "</details>"))


def _foot(view: View) -> str:
    result = view.result
    return f"<sub>pentascope {text(result.tool_version)}, catalogue {text(result.catalogue_version)}, {text(view.title)}</sub>"
