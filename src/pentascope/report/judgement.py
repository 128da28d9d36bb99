"""What an assessment says, arranged once for every format: by system, cell and requirement; what changed; what to do next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.declaration import LapsedWord
from pentascope.model.discipline import Discipline, Phase
from pentascope.model.evidence import Gap
from pentascope.model.matrix import DisciplineEntry, Matrix, ScopeEntry
from pentascope.model.posture import AssessmentResult, Since, Tally
from pentascope.model.requirement import Effort, Requirement
from pentascope.model.scoping import Scope, System
from pentascope.model.verdict import Ground, Outcome, Verdict
from pentascope.report.told import Citation, Told, due, labels, planned_of, told_of, worst
from pentascope.report.words import CONDITION_NAMES, OUTCOME_NAMES, STRENGTH_NAMES, count, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STEPS_SHOWN = 5
_EFFORTS = tuple(Effort)
_PHASES = tuple(Phase)


class ByDiscipline(msgspec.Struct, frozen=True, kw_only=True):
    """What one discipline asks of one system."""

    discipline: DisciplineEntry
    tally: Tally
    told: tuple[Told, ...]


class SystemStory(msgspec.Struct, frozen=True, kw_only=True):
    """One system with its verdicts, worst first within each discipline."""

    system: System
    label: str
    number: int  # from 1, running systems first
    tally: Tally
    disciplines: tuple[ByDiscipline, ...]
    is_planned: bool


class CellStory(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the matrix: its counts, and each requirement in it with its own."""

    scope: ScopeEntry
    discipline: DisciplineEntry
    tally: Tally
    is_lit: bool
    rows: tuple[tuple[Requirement, Tally], ...]


class RequirementStory(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement over all systems: its counts and its verdicts by outcome, worst first."""

    requirement: Requirement
    tally: Tally
    outcomes: tuple[tuple[Outcome, tuple[Told, ...]], ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do next, why, and how many verdicts it can settle."""

    what: str
    why: str
    command: str
    settles: int
    code: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict that is not what it was before, or is not met in a place that is new; `before` is None where it is new."""

    told: Told
    before: Outcome | None
    fresh: tuple[Citation, ...] = ()  # places that are new; none where only outcomes are compared


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment arranged for telling. Strings are as scanned: the format escapes them."""

    result: AssessmentResult
    matrix: Matrix
    title: str
    sentence: str
    systems: tuple[SystemStory, ...]
    planned: tuple[SystemStory, ...]
    rows: tuple[tuple[DisciplineEntry, tuple[CellStory, ...]], ...]
    requirements: tuple[tuple[DisciplineEntry, tuple[RequirementStory, ...]], ...]
    conflicts: tuple[Told, ...]
    contradictions: tuple[tuple[str, Scope, str], ...]  # system, scope, words
    lapsed: tuple[LapsedWord, ...]
    accepted: tuple[Told, ...]
    gaps: tuple[Gap, ...]
    steps: tuple[Step, ...]
    compared_with: str  # what changes are told against: a revision, or the baseline
    changes: tuple[Change, ...] | None  # None: there is nothing to compare with
    gone: int  # verdicts of then that nothing asks for any more

    def told(self, outcome: Outcome) -> tuple[Told, ...]:
        """The verdicts of what runs with this outcome: by phase, since that is when they are due, then as the matrix lists them."""
        own = (one for story in self.systems for group in story.disciplines for one in group.told)
        return tuple(sorted((one for one in own if one.verdict.outcome is outcome), key=due))


def judgement_of(result: AssessmentResult, *, matrix: Matrix, baseline: Mapping[str, Outcome] | None = None) -> Judgement:
    """The assessment arranged; `baseline` are the outcomes of an earlier one by id of verdict, where no revision was asked for."""
    scan = result.scan
    runs = labels(scan.systems)
    before = baseline if result.since is None else result.since.before
    systems = _systems(scan.systems, told_of(result, matrix), matrix, first=1, is_planned=False)
    ahead = result.planned.systems if result.planned else ()
    planned = _systems(ahead, planned_of(result, matrix), matrix, first=1 + len(systems), is_planned=True)
    told = tuple(one for story in systems for group in story.disciplines for one in group.told)
    return Judgement(
        result=result,
        matrix=matrix,
        title=scan.target if scan.revision is None else f"{scan.target} @ {scan.revision[:12]}",
        sentence=_sentence(result),
        systems=systems,
        planned=planned,
        rows=_rows(result, matrix),
        requirements=_requirements(told, matrix),
        conflicts=tuple(one for one in told if one.verdict.is_conflict),
        contradictions=tuple(
            (runs[system.id], each.scope, words) for system in scan.systems for each in system.scopes for words in each.contradictions
        ),
        lapsed=result.lapsed,
        accepted=tuple(one for one in told if one.verdict.exception is not None),
        gaps=(*result.gaps, *scan.gaps),
        steps=_steps(told),
        compared_with=result.since.revision if result.since else "the baseline",
        changes=_changes(told, baseline) if result.since is None else _changed(told, result.since),
        gone=len(before.keys() - {one.verdict.id for one in told}) if before is not None else 0,
    )


def score_words(tally: Tally) -> str:
    """Score and coverage in one sentence, never one without the other."""
    decided = tally.met + tally.not_met
    applying = decided + tally.unknown
    if not applying:
        return "Nothing applies, so there is neither a score nor a coverage."
    score = f"Score {tally.score_pct} % ({tally.met:,} met of {decided:,} decided)" if decided else "No score yet, since nothing is decided"
    return f"{score}; coverage {tally.coverage_pct} % ({decided:,} decided of {applying:,} that apply)."


def _sentence(result: AssessmentResult) -> str:
    systems, scopes = result.scan.systems, result.scan.summary.scopes
    planned = count(len(result.planned.systems), "system") if result.planned else None
    if not systems:
        found = "No file was read, so nothing can be said" if not result.scan.coverage.files_read else "No use of generative AI was found"
        return f"{found}; {planned} planned." if planned else f"{found}."
    where = f"{'scopes' if len(scopes) > 1 else 'scope'} {join(str(scope) for scope in scopes)}"
    running = f"{count(len(systems), 'system')} in {where}"
    return f"{running}, and {planned} planned." if planned else f"{running}."


def _systems(
    systems: Sequence[System], verdicts: Iterable[Told], matrix: Matrix, *, first: int, is_planned: bool
) -> tuple[SystemStory, ...]:
    names = labels(systems)
    own: dict[str, list[Told]] = {system.id: [] for system in systems}
    for one in sorted(verdicts, key=worst):
        own[one.system.id].append(one)
    stories = []
    for number, system in enumerate(systems, start=first):
        told = own[system.id]
        groups = [(entry, tuple(one for one in told if one.requirement.discipline is entry.id)) for entry in matrix.disciplines]
        stories.append(
            SystemStory(
                system=system, label=names[system.id], number=number, tally=tally_of(told), is_planned=is_planned,
                disciplines=tuple(ByDiscipline(discipline=entry, tally=tally_of(group), told=group) for entry, group in groups if group),
            )
        )  # fmt: skip
    return tuple(stories)


def tally_of(told: Iterable[Told]) -> Tally:
    """The outcomes, counted."""
    return Tally.of(one.verdict.outcome for one in told)


def _rows(result: AssessmentResult, matrix: Matrix) -> tuple[tuple[DisciplineEntry, tuple[CellStory, ...]], ...]:
    requirements = {each.code: each for each in matrix.requirements}
    present = set(result.scan.summary.scopes)
    tallies = {(cell.scope, cell.discipline): cell.tally for cell in result.posture.cells}
    found: dict[tuple[Scope, Discipline], dict[str, list[Outcome]]] = {}
    for verdict in result.verdicts:
        for scope in verdict.scopes:
            cell = found.setdefault((scope, requirements[verdict.requirement].discipline), {})
            cell.setdefault(verdict.requirement, []).append(verdict.outcome)
    return tuple(
        (
            entry,
            tuple(
                CellStory(
                    scope=scope, discipline=entry, tally=tallies[scope.scope, entry.id], is_lit=int(scope.scope) in present,
                    rows=tuple(
                        (requirements[code], Tally.of(outcomes))
                        for code, outcomes in sorted(found.get((scope.scope, entry.id), {}).items())
                    ),
                )
                for scope in matrix.scopes
            ),
        )
        for entry in matrix.disciplines
    )  # fmt: skip


def _requirements(told: Sequence[Told], matrix: Matrix) -> tuple[tuple[DisciplineEntry, tuple[RequirementStory, ...]], ...]:
    by_code: dict[str, list[Told]] = {}
    for one in told:
        by_code.setdefault(one.requirement.code, []).append(one)
    stories = {code: _requirement(own) for code, own in by_code.items()}
    return tuple(
        (entry, tuple(stories[each.code] for each in matrix.requirements if each.discipline is entry.id and each.code in stories))
        for entry in matrix.disciplines
    )


def _requirement(told: Sequence[Told]) -> RequirementStory:
    outcomes = ((outcome, tuple(one for one in told if one.verdict.outcome is outcome)) for outcome in Outcome)
    return RequirementStory(
        requirement=told[0].requirement, tally=tally_of(told), outcomes=tuple((outcome, own) for outcome, own in outcomes if own)
    )


def _changes(told: Sequence[Told], baseline: Mapping[str, Outcome] | None) -> tuple[Change, ...] | None:
    if baseline is None:
        return None
    changed = [
        Change(told=one, before=baseline.get(one.verdict.id)) for one in told if baseline.get(one.verdict.id) is not one.verdict.outcome
    ]
    return tuple(sorted(changed, key=lambda change: worst(change.told)))


def _changed(told: Sequence[Told], since: Since) -> tuple[Change, ...]:
    """What the change touches, worst first."""
    touched = {one.verdict: one for one in since.touched}
    changed = [(one, touched[one.verdict.id]) for one in sorted(told, key=worst) if one.verdict.id in touched]
    return tuple(
        Change(told=one, before=touch.before, fresh=tuple(each for each in one.citations if each.mark in touch.fresh))
        for one, touch in changed
    )


def _steps(told: Sequence[Told]) -> tuple[Step, ...]:
    """Close what is shown to be missing; say what whole groups of requirements hang on; then ask, what is due first."""
    failing = sorted((one for one in told if one.verdict.outcome is Outcome.NOT_MET and one.verdict.exception is None), key=due)
    fixes = [_fix(group) for group in _by_code(failing)]
    unknown = [one for one in told if one.verdict.outcome is Outcome.UNKNOWN and one.verdict.exception is None]
    hanging = Counter(condition for one in unknown for condition in one.verdict.open_conditions)
    says = [
        Step(
            what=f"Say whether {CONDITION_NAMES[condition]}", settles=number,
            why="What hangs on it stays unknown until somebody says. Where it does not hold, use --not-condition.",
            command=f"pentascope declare SYSTEM --condition {condition.value}",
        )
        for condition, number in sorted(hanging.items(), key=lambda item: (-item[1], item[0]))
    ]  # fmt: skip
    questions = [_question(group) for group in sorted(_by_code(one for one in unknown if not one.verdict.open_conditions), key=_soonest)]
    mixed = [step for pair in zip(says, questions, strict=False) for step in pair]
    rest = [*says[len(questions) :], *questions[len(says) :]]
    return (*fixes, *mixed, *rest)[:STEPS_SHOWN]


def _by_code(told: Iterable[Told]) -> list[list[Told]]:
    groups: dict[str, list[Told]] = {}
    for one in told:
        groups.setdefault(one.requirement.code, []).append(one)
    return list(groups.values())


def _soonest(group: Sequence[Told]) -> tuple[int, int, int, str]:
    entry = group[0].requirement
    return _PHASES.index(entry.phase), _EFFORTS.index(entry.effort), -len(group), entry.code


def _fix(group: Sequence[Told]) -> Step:
    entry = group[0].requirement
    first = next((where for one in group for where in one.places(Outcome.NOT_MET)), None)
    where = join(one.label for one in group) if len(group) <= 2 else count(len(group), "system")
    fix = " ".join(entry.fix.split())
    return Step(
        what=f"Close {entry.code}: {entry.title}", settles=len(group), code=entry.code, command=f"pentascope requirement {entry.code}",
        why=f"Not met in {where}{f', first at {first}' if first else ''}. {fix}",
    )  # fmt: skip


def _question(group: Sequence[Told]) -> Step:
    entry = group[0].requirement
    return Step(
        what=f"Answer {entry.code}: {entry.title}", why=f"{entry.question} ({entry.document})", settles=len(group), code=entry.code,
        command=f"pentascope attest {entry.code} --owner YOU",
    )  # fmt: skip


def disagreement(verdict: Verdict) -> str:
    """What the kinds of proof of a conflict say: `not met by code; met by attestation`; signs only where nothing else differs."""
    whole = dict.fromkeys(_said(ground) for ground in verdict.grounds if ground.is_whole)
    return "; ".join(whole if len(whole) > 1 else dict.fromkeys(_said(ground) for ground in verdict.grounds))


def _said(ground: Ground) -> str:
    by = f" ({ground.check})" if ground.source else ""
    return f"{OUTCOME_NAMES[ground.outcome].lower()} by {STRENGTH_NAMES[ground.strength]}{by}"
