"""What the facts of a scan say of a requirement: the checks of the catalogue, evaluated. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pentascope.engine.weigh import COUNTED_ROLES, ranked
from pentascope.model.evidence import Confidence, Coverage, Evidence, FactKind, Role, SkipReason
from pentascope.model.requirement import CodeCheck, Fact, Otherwise, Requirement
from pentascope.model.verdict import Ground, Outcome, Strength

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ANY_ROLE = frozenset({FactKind.PRACTICE, FactKind.EVALUATION, FactKind.PROVIDER_KEY})
"""Facts that count wherever people wrote them: a key in a test is a key, evaluations live among tests."""
_NEVER = frozenset({Role.VENDORED, Role.GENERATED})
_HARMLESS = frozenset(
    {SkipReason.EXCLUDED, SkipReason.VENDORED, SkipReason.BINARY, SkipReason.LINK, SkipReason.MINIFIED, SkipReason.NOT_REGULAR}
)
_SHOWN = 20


def is_whole(coverage: Coverage) -> bool:
    """Whether absence means something: nothing that could have mattered was left unread."""
    return all(reason in _HARMLESS for reason, count in coverage.skipped_counts if count)


def code_grounds(requirement: Requirement, evidence: Sequence[Evidence], coverage: Coverage) -> tuple[Ground, ...]:
    """What each check of the requirement says of one system, from the system's own evidence."""
    return tuple(ground for check in requirement.checks if (ground := _judge(requirement, check, evidence, coverage)) is not None)


def _judge(requirement: Requirement, check: CodeCheck, evidence: Sequence[Evidence], coverage: Coverage) -> Ground | None:
    """None where the check has nothing to speak of."""
    needed = _matching(check.needs, evidence)
    bad = _matching(check.not_met, evidence)
    good = _matching(check.met, evidence)
    if check.needs and not needed:
        return None
    breaking = _in_the_product(bad, evidence)
    if breaking:
        return _ground(requirement, check, Outcome.NOT_MET, breaking, "")
    if bad:
        return _ground(requirement, check, Outcome.UNKNOWN, bad, "Against it only in examples or tests. ")
    if good:
        return _ground(requirement, check, Outcome.MET, good, "")
    if check.otherwise is Otherwise.UNKNOWN:
        return None
    if not is_whole(coverage):
        return _ground(requirement, check, Outcome.UNKNOWN, needed, "Not everything that could show it was read. ")
    return _ground(requirement, check, Outcome(check.otherwise.value), needed, _ABSENCE[check.otherwise])


def _in_the_product(bad: Sequence[Evidence], evidence: Iterable[Evidence]) -> Sequence[Evidence]:
    """The lines that break a requirement of the system itself, and not of a demonstration beside it.

    A key is a key wherever it stands. Any other fact breaks from production code, and from an example where the system is
    made of examples alone; from a test never.
    """
    is_product = any(entry.kind in _SYSTEM_FACTS and entry.role is Role.PRODUCTION and _counts(entry) for entry in evidence)
    roles = {Role.PRODUCTION} if is_product else {Role.PRODUCTION, Role.EXAMPLE}
    return [entry for entry in bad if entry.kind is FactKind.PROVIDER_KEY or entry.role in roles]


_SYSTEM_FACTS = frozenset({FactKind.INFERENCE, FactKind.AGENT, FactKind.SERVING, FactKind.TUNING, FactKind.TRAINING})

_ABSENCE = {
    Otherwise.MET: "Nothing against it in the files read. ",
    Otherwise.NOT_MET: "Nothing of it in the files read. ",
}


def _ground(requirement: Requirement, check: CodeCheck, outcome: Outcome, lines: Sequence[Evidence], before: str) -> Ground:
    return Ground(
        check=check.id,
        requirement=requirement.code,
        outcome=outcome,
        strength=Strength.CODE,
        says=before + (check.says if outcome is Outcome.MET else f"Wanted: {check.says}"),
        evidence=tuple(dict.fromkeys(line.id for line in lines))[:_SHOWN],
        is_whole=check.proves_whole or outcome is not Outcome.MET,
    )


def _matching(patterns: Sequence[Fact], evidence: Iterable[Evidence]) -> list[Evidence]:
    """The lines that fit one of the patterns, best first; what is unsure proves nothing."""
    if not patterns:
        return []
    return ranked(entry for entry in evidence if _counts(entry) and any(_fits(pattern, entry) for pattern in patterns))


def _counts(entry: Evidence) -> bool:
    if entry.confidence is Confidence.LOW or entry.role in _NEVER:
        return False
    return entry.role in COUNTED_ROLES or entry.kind in _ANY_ROLE


def _fits(pattern: Fact, entry: Evidence) -> bool:
    if entry.kind is not pattern.kind:
        return False
    if pattern.subjects and not any(fnmatchcase(entry.subject, glob) for glob in pattern.subjects):
        return False
    return all(fnmatchcase(entry.attribute(name) or "", glob) for name, glob in pattern.attributes.items())
