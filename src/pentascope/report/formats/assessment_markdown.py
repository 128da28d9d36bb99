"""An assessment as a comment on a pull request: what changed first, then what is not met; never more than 60 KB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.model.verdict import Outcome
from pentascope.report.formats.markdown import code, text
from pentascope.report.judgement import disagreement, judgement_of, score_words
from pentascope.report.view import looked_at
from pentascope.report.words import OUTCOME_NAMES, STRENGTH_NAMES, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult
    from pentascope.report.judgement import Judgement
    from pentascope.report.told import Told

LARGEST_BYTES = 60_000
"""What GitHub takes as a comment is 65,536 characters (docs.github.com, REST API of issue comments); the rest is left for a frame."""
_SIGNS = {Outcome.NOT_MET: "❌", Outcome.UNKNOWN: "❔", Outcome.MET: "✅", Outcome.NOT_APPLICABLE: "➖"}
_CHANGES_SHOWN, _FAILING_SHOWN, _LINES_SHOWN = 40, 30, 10
_WORDS_SHOWN = 400


def render(result: AssessmentResult, *, matrix: Matrix, baseline: Mapping[str, Outcome] | None = None) -> str:
    """The assessment as GitHub-flavoured Markdown; nothing of the scanned tree becomes markup, a mention or a link in it."""
    story = judgement_of(result, matrix=matrix, baseline=baseline)
    blocks = (
        _head(story), _changes(story), _disagreements(story), _failing(story), _steps(story), _matrix(story), _lapsed(story),
        _not_seen(story), _foot(story),
    )  # fmt: skip
    return _fitting([block for block in blocks if block])


def _fitting(blocks: Sequence[str]) -> str:
    """As many whole blocks as fit; what is left out is said."""
    note = "_Cut here: the whole stands in `--format html`._\n"
    kept: list[str] = []
    room = LARGEST_BYTES - len(note.encode())
    for block in blocks:
        size = len(block.encode()) + 2
        if size > room:
            return "\n\n".join([*kept, note])
        kept.append(block)
        room -= size
    return "\n\n".join(kept) + "\n"


def _head(story: Judgement) -> str:
    whole = story.result.posture.whole
    lines = [f"### {text(story.sentence)}"]
    if story.systems:
        counts = " | ".join(f"{_SIGNS[outcome]} {OUTCOME_NAMES[outcome]}" for outcome in Outcome)
        numbers = " | ".join(str(number) for number in (whole.not_met, whole.unknown, whole.met, whole.not_applicable))
        score = "no score" if whole.score_pct is None else f"{whole.score_pct} %"
        covered = "nothing applies" if whole.coverage_pct is None else f"{whole.coverage_pct} %"
        lines += ["", f"| Score | Coverage | {counts} |", "| --: | --: | --: | --: | --: | --: |", f"| {score} | {covered} | {numbers} |"]
        lines += ["", text(score_words(whole))]
    if story.result.planned:
        lines += ["", f"**Planned, not part of these numbers:** {text(score_words(story.result.planned.posture.whole))}"]
    return "\n".join(lines)


def _changes(story: Judgement) -> str:
    if story.changes is None:
        return ""
    lines = [f"**Since {text(story.compared_with)}**", ""]
    if not story.changes:
        lines.append("Nothing changed.")
    else:
        lines += ["| Was | Is | Requirement | System |", "| :-- | :-- | :-- | :-- |"]
    for change in story.changes[:_CHANGES_SHOWN]:
        before = f"{_SIGNS[change.before]} {OUTCOME_NAMES[change.before]}" if change.before else "new"
        now = change.told.verdict.outcome
        places = f" {code(change.fresh[0].where[:_WORDS_SHOWN])}" if now is Outcome.NOT_MET and change.fresh else ""
        lines.append(f"| {before} | {_SIGNS[now]} {OUTCOME_NAMES[now]} | {_name(change.told)}{places} | {_short(change.told.label)} |")
    lines += _more(len(story.changes) - _CHANGES_SHOWN, "change")
    if story.gone:
        lines += ["", f"{count(story.gone, 'verdict')} of {text(story.compared_with)} no longer asked for."]
    return "\n".join(lines)


def _disagreements(story: Judgement) -> str:
    told = [f"- :warning: {_short(label)}, scope {int(scope)}: {_short(words)}" for label, scope, words in story.contradictions]
    told += [
        f"- :warning: {_name(one)} in {_short(one.label)}: {text(disagreement(one.verdict))}. The stronger proof won."
        for one in story.conflicts
    ]
    if not told:
        return ""
    return "\n".join(("**Contradictions and conflicts**", "", *told[:_FAILING_SHOWN], *_more(len(told) - _FAILING_SHOWN, "contradiction")))


def _failing(story: Judgement) -> str:
    failing = story.told(Outcome.NOT_MET)
    if not failing:
        return ""
    lines = [f"**Not met ({len(failing)})**", "", "| Requirement | System | Where | Proof | Fix |", "| :-- | :-- | :-- | :-- | :-- |"]
    for one in failing[:_FAILING_SHOWN]:
        proof = STRENGTH_NAMES[one.verdict.strength] if one.verdict.strength else ""
        accepted = f" (accepted until {one.verdict.exception.expires})" if one.verdict.exception else ""
        lines.append(f"| {_name(one)}{accepted} | {_short(one.label)} | {_where(one)} | {proof} | {_short(one.requirement.fix)} |")
    return "\n".join((*lines, *_more(len(failing) - _FAILING_SHOWN, "requirement")))


def _steps(story: Judgement) -> str:
    if not story.steps:
        return ""
    told = (f"**{text(step.what)}** {code(step.command)}  \n   {_short(step.why)}" for step in story.steps)
    lines = [f"{number}. {words}" for number, words in enumerate(told, start=1)]
    return "\n".join(("**Next**", "", *lines))


def _matrix(story: Judgement) -> str:
    if not story.systems:
        return ""
    lit = [entry for entry in story.matrix.scopes if int(entry.scope) in story.result.scan.summary.scopes]
    head = " | ".join(f"{int(entry.scope)} {text(entry.name)}" for entry in lit)
    rows = [f"| not met / unknown / met | {head} |", "| :-- |" + " :-: |" * len(lit)]
    for discipline, cells in story.rows:
        told = " | ".join(f"{cell.tally.not_met} / {cell.tally.unknown} / {cell.tally.met}" for cell in cells if cell.is_lit)
        rows.append(f"| {text(discipline.name)} | {told} |")
    return "\n".join(rows)


def _lapsed(story: Judgement) -> str:
    if not story.lapsed:
        return ""
    lines = [f"- {code(word.requirement)} {word.kind}: {_short(word.why)}" for word in story.lapsed[:_LINES_SHOWN]]
    return "\n".join(("**No longer in force**", "", *lines, *_more(len(story.lapsed) - _LINES_SHOWN, "word")))


def _not_seen(story: Judgement) -> str:
    lines = [f"<details><summary>What nobody could look at: {looked_at(story.result.scan)}</summary>", ""]
    lines += [f"- {_short(gap.question)} {_short(gap.reason)}" for gap in story.gaps[:_LINES_SHOWN]]
    lines += [f"- Not read: {number:,} {reason}." for reason, number in story.result.scan.coverage.skipped_counts]
    lines += [] if len(lines) > 2 else ["- Nothing that could have mattered was left unread."]
    return "\n".join((*lines, *_more(len(story.gaps) - _LINES_SHOWN, "gap"), "", "</details>"))


def _foot(story: Judgement) -> str:
    scan = story.result.scan
    made = f"pentascope {_short(scan.tool_version)}, catalogue {_short(scan.catalogue_version)}"
    return f"<sub>{made}, {_short(story.title)}, as of {story.result.as_of}</sub>"


def _name(one: Told) -> str:
    return f"**{one.requirement.code}** {text(one.requirement.title)}"


def _where(one: Told) -> str:
    spots = one.places(Outcome.NOT_MET)
    more = f" and {len(spots) - 1} more" if len(spots) > 1 else ""
    return f"{code(spots[0][:_WORDS_SHOWN])}{more}" if spots else ""


def _short(words: str) -> str:
    words = " ".join(words.split())
    return text(words if len(words) <= _WORDS_SHOWN else words[: _WORDS_SHOWN - 1] + "…")


def _more(number: int, noun: str) -> Iterable[str]:
    return ("", f"and {count(number, f'more {noun}')}") if number > 0 else ()
