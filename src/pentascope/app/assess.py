"""The second job: from a place that the user names to verdicts on the requirements that its scopes bring."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import msgspec

from pentascope.app.declarations import read_declarations, read_policy
from pentascope.app.results import results_of
from pentascope.app.scan import changes_of, scan_as_of, scan_tree
from pentascope.catalogue.load import load
from pentascope.checks.declared import grounds
from pentascope.collectors.iac.collector import declared
from pentascope.collectors.iac.reader import InfrastructureReader
from pentascope.collectors.results.collector import read_results
from pentascope.collectors.source.collector import default_jobs
from pentascope.engine.assess import assess as judge
from pentascope.engine.changes import touched
from pentascope.engine.confronted import confronted, declared_gaps, planned_systems
from pentascope.engine.rollup import posture
from pentascope.engine.standing import Standing, demanded, standing
from pentascope.errors import ConfigurationError, UnknownNameError
from pentascope.model.declaration import Declarations, Policy
from pentascope.model.evidence import Coverage, Gap
from pentascope.model.posture import AssessmentResult, PlannedPosture, Since
from pentascope.model.requirement import Condition
from pentascope.model.verdict import Outcome

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence

    from pentascope.collectors.source.companion import Told
    from pentascope.collectors.source.directory import DirectoryTree
    from pentascope.collectors.source.revision import Changes
    from pentascope.collectors.source.tree import Tree
    from pentascope.model.discipline import Discipline
    from pentascope.model.requirement import Requirement
    from pentascope.model.results import ResultFile
    from pentascope.model.scoping import ScanResult, System
    from pentascope.model.verdict import Exception_, Ground, Verdict


def assess(
    *targets: str | os.PathLike[str],
    jobs: int | None = None,
    use_cache: bool = True,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    declarations: str | os.PathLike[str] | None = None,
    policy: str | os.PathLike[str] | None = None,
    results: Sequence[str] = (),
    since: str | None = None,
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AssessmentResult:
    """Scan, then judge every requirement that the scopes found bring.

    `declarations` names a file of people's word, `policy` one of what an organisation demands of it; a file that merely lies
    in the scanned tree is not read. `results` names files of other tools' results. `since` judges the tree as it was at that
    commit too, by the same word and results, and tells which verdicts the change touches.
    `today` is the day on which attestations and exceptions are weighed; the present day
    (UTC) when left out.
    Raises: what `scan` raises; ResultsError.
    """
    return assess_tree(
        *targets, jobs=jobs, use_cache=use_cache, include=include, exclude=exclude, declarations=declarations, policy=policy,
        results=results, since=since, today=today, progress=progress,
    )[1]  # fmt: skip


def assess_tree(
    *targets: str | os.PathLike[str],
    jobs: int | None = None,
    use_cache: bool = True,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    declarations: str | os.PathLike[str] | None = None,
    policy: str | os.PathLike[str] | None = None,
    results: Sequence[str] = (),
    since: str | None = None,
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Tree, AssessmentResult]:
    """What `assess` does, with the tree that it read for those who read more of it."""
    day = today or datetime.now(UTC).date()
    heard = _Heard(*_word(declarations, policy, day), read_results(results), day)
    tree, found, read = scan_tree(
        *targets, companion=InfrastructureReader(), jobs=jobs, use_cache=use_cache, include=include, exclude=exclude, progress=progress
    )
    changes = changes_of(tree, since) if since is not None else None
    told = _judged(tree, found, read, heard, jobs=jobs)
    if changes is not None and since is not None:
        told = msgspec.structs.replace(told, since=_since(since, changes, told, heard, jobs=jobs))
    return tree, told


def _judged(tree: Tree, found: ScanResult, read: Told, heard: _Heard, *, jobs: int | None) -> AssessmentResult:
    """The verdicts on what was found in a tree."""
    catalogue = load()
    requirements = catalogue.matrix.requirements
    resources, gaps = declared(tree, read, jobs=jobs or default_jobs()) if found.systems else ((), ())
    infrastructure = grounds(resources, catalogue.infrastructure)
    imported = results_of(heard.files, found, (entry.path for entry in tree.files), heard.day)
    found = msgspec.structs.replace(found, systems=tuple(confronted(system, heard.word) for system in found.systems))
    verdicts = judge(
        found.systems, found.evidence, requirements, found.coverage, infrastructure=infrastructure, imported=imported.grounds,
        **heard.of(found.systems),
    )
    return AssessmentResult(
        scan=found,
        verdicts=verdicts,
        posture=posture(verdicts, _disciplines(requirements)),
        as_of=heard.day.isoformat(),
        gaps=(*gaps, *imported.gaps, *_unheard(heard.word, found.systems), *declared_gaps(heard.word, found.systems)),
        planned=_planned(heard, found.systems, requirements),
        lapsed=heard.word.lapsed(),
    )


def _since(
    revision: str, changes: tuple[Changes, DirectoryTree], told: AssessmentResult, heard: _Heard, *, jobs: int | None
) -> Since:
    """What the change did. Where no file differs, the tree need not be judged twice."""
    differs, folder = changes
    before: tuple[Verdict, ...] = told.verdicts
    if differs.since is None:
        before = ()
    elif differs.changed or differs.removed:
        earlier = scan_as_of(folder, differs.since, companion=InfrastructureReader(), jobs=jobs)
        before = _judged(*earlier, heard, jobs=jobs).verdicts
    return Since(
        revision=revision, commit=differs.since, changed=len(differs.changed), removed=len(differs.removed),
        touched=touched(before, told.verdicts), before={verdict.id: verdict.outcome for verdict in before},
    )  # fmt: skip


class _Word(TypedDict):
    """What `judge` takes of people's word."""

    word_of: Callable[[System], tuple[Ground, ...]]
    declared: dict[str, dict[Condition, bool]]
    exceptions: dict[tuple[str, str], Exception_]
    weigh: Callable[[Iterable[Ground]], tuple[Ground, ...]]
    required: frozenset[str]


class _Heard(NamedTuple):
    """People's word that stands, the policy that it stood against, other tools' results, and the day on which all is weighed."""

    word: Standing
    policy: Policy | None
    files: tuple[ResultFile, ...]
    day: date

    def of(self, systems: Sequence[System]) -> _Word:
        """The word on these systems."""
        return {
            "word_of": self.word.word_of,
            "declared": {system.id: self.word.conditions_of(system) for system in systems},
            "exceptions": {(system.id, code): one for system in systems for code, one in self.word.exceptions_of(system).items()},
            "weigh": lambda each: demanded(each, self.policy),
            "required": frozenset(self.policy.required if self.policy else ()),
        }


def _planned(heard: _Heard, found: Sequence[System], requirements: Sequence[Requirement]) -> PlannedPosture | None:
    """What is planned, judged by people's word alone: no code speaks of it, and no absence in code either."""
    systems = planned_systems(heard.word, found)
    if not systems:
        return None
    asked = [msgspec.structs.replace(each, checks=()) for each in requirements]
    verdicts = judge(systems, (), asked, Coverage(), visible=frozenset({Condition.TUNED}), **heard.of(systems))
    return PlannedPosture(systems=systems, verdicts=verdicts, posture=posture(verdicts, _disciplines(requirements)))


def _disciplines(requirements: Iterable[Requirement]) -> dict[str, Discipline]:
    """By code."""
    return {each.code: each.discipline for each in requirements}


def _word(
    declarations: str | os.PathLike[str] | None, policy: str | os.PathLike[str] | None, day: date
) -> tuple[Standing, Policy | None]:
    """What of people's word stands on that day, and the policy that it stood against."""
    said, demanded_by = Declarations(), None
    if declarations is not None:
        said, demanded_by = read_declarations(declarations, policy)
    elif policy is not None:
        demanded_by = read_policy(policy)
    return standing(said, demanded_by, day), demanded_by


def _unheard(word: Standing, systems: Sequence[System]) -> Iterable[Gap]:
    """Words that reach nobody: a system of that name was not found."""
    for name in word.strangers(systems):
        yield Gap(
            subject=f"unknown-system:{name}",
            reason=f"The declarations speak of a system `{name}` that was not found here.",
            question="Was it renamed, or does it stand in another tree?",
        )


_FAILURES = {"not-met": frozenset({Outcome.NOT_MET}), "unknown": frozenset({Outcome.NOT_MET, Outcome.UNKNOWN})}


def failing(
    verdicts: Iterable[Verdict], wanted: Sequence[str], known: frozenset[str] = frozenset(), since: Since | None = None
) -> tuple[Verdict, ...]:
    """The verdicts for which a build should fail: of the outcomes, or not met and of the codes, that are `wanted`.

    What somebody accepted, and what stands in `known` (ids of what was not met in a baseline), does not fail. Where `since`
    tells what a change touches, nothing else fails.
    Raises: UnknownNameError for a word that is neither an outcome nor a code.
    """
    codes = {each.code for each in load().matrix.requirements}
    for word in wanted:
        if word not in _FAILURES and word.upper() not in codes:
            raise UnknownNameError(
                f"--fail-on {word}: neither an outcome nor a requirement.", hint="Write not-met, unknown, or codes like CTL-07."
            )
    outcomes = frozenset[Outcome]().union(*(_FAILURES[word] for word in wanted if word in _FAILURES))
    named = {word.upper() for word in wanted if word not in _FAILURES}
    touched_ones = None if since is None else {one.verdict for one in since.touched}
    return tuple(
        verdict
        for verdict in verdicts
        if (verdict.outcome in outcomes or (verdict.outcome is Outcome.NOT_MET and verdict.requirement in named))
        and verdict.exception is None
        and verdict.id not in known
        and (touched_ones is None or verdict.id in touched_ones)
    )


class _OldVerdict(msgspec.Struct, frozen=True):
    id: str
    outcome: Outcome


class _Baseline(msgspec.Struct, frozen=True):
    verdicts: tuple[_OldVerdict, ...]


def read_baseline(path: str) -> dict[str, Outcome]:
    """The outcomes of an earlier assessment (`--format json`) by id of verdict. Raises: ConfigurationError."""
    try:
        old = msgspec.json.decode(Path(path).read_bytes(), type=_Baseline)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigurationError(
            f"{path}: no baseline: {error}", hint="Make one with: pentascope assess . --format json -o FILE"
        ) from error
    return {verdict.id: verdict.outcome for verdict in old.verdicts}
