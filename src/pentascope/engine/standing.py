"""What of people's word stands on a day: attestations as grounds, exceptions in force, declared conditions. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from pentascope.engine.risk.implied import implied
from pentascope.model.declaration import ALL, Answer, Attestation, DeclaredException, LapsedWord, WordKind
from pentascope.model.profile import OrganisationProfile, SystemProfile
from pentascope.model.verdict import Exception_, Ground, Outcome, Strength

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pentascope.model.declaration import Declarations, DeclaredSystem, DocumentFact, Policy, ScopeConfirmation
    from pentascope.model.requirement import Condition
    from pentascope.model.scoping import System

EntryT = TypeVar("EntryT", Attestation, DeclaredException)

_OUTCOMES = {Answer.YES: Outcome.MET, Answer.NO: Outcome.NOT_MET, Answer.NOT_APPLICABLE: Outcome.NOT_APPLICABLE}
_WEB = ("https://", "http://")


class WeighedAttestation(NamedTuple):
    """An attestation and the ground that it gives; the ground is unknown where the word proves nothing."""

    attestation: Attestation
    ground: Ground

    @property
    def is_in_force(self) -> bool:
        """Whether the word proves anything today."""
        return self.ground.outcome is not Outcome.UNKNOWN


class WeighedException(NamedTuple):
    """An exception, and why it is not in force (None: it is)."""

    exception: DeclaredException
    fault: str | None

    @property
    def is_in_force(self) -> bool:
        """Whether the gap counts as accepted today."""
        return self.fault is None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """People's word, weighed. The methods answer for one system that a scan found."""

    attestations: tuple[WeighedAttestation, ...]
    exceptions: tuple[WeighedException, ...]
    systems: tuple[DeclaredSystem, ...]
    confirmations: tuple[ScopeConfirmation, ...]
    undeniable_conditions: frozenset[Condition]
    organisation: OrganisationProfile | None = None
    as_of: date

    def word_of(self, system: System) -> tuple[Ground, ...]:
        """One ground for each requirement that somebody attests of this system.

        The latest word of those on the system itself counts, else the latest on all systems; of one day, the last in
        the file.
        """
        mine = [entry for entry in self.attestations if self._speaks_of(entry.attestation.system, system)]
        chosen: dict[str, tuple[tuple[bool, bool, date], Ground]] = {}
        for entry in mine:
            said = entry.attestation
            rank = (said.date <= self.as_of, said.system is not None, said.date)
            if said.requirement not in chosen or rank >= chosen[said.requirement][0]:
                chosen[said.requirement] = rank, entry.ground
        return tuple(chosen[code][1] for code in sorted(chosen))

    def exceptions_of(self, system: System) -> dict[str, Exception_]:
        """The exceptions in force for this system, by code; of several, the one that lasts longest."""
        found: dict[str, DeclaredException] = {}
        for entry in self.exceptions:
            if not entry.is_in_force or not self._speaks_of(entry.exception.system, system):
                continue
            known = found.get(entry.exception.requirement)
            if known is None or entry.exception.expires > known.expires:
                found[entry.exception.requirement] = entry.exception
        return {code: _accepted(found[code]) for code in sorted(found)}

    def conditions_of(self, system: System) -> dict[Condition, bool]:
        """What is declared to hold, or not to hold, of this system. A yes outweighs a no, and both what a profile implies."""
        mine = [declared for declared in self.systems if self._speaks_of(declared.name, system)]
        denied = {name for declared in mine for name in declared.not_conditions} - self.undeniable_conditions
        held = {name for declared in mine for name in declared.conditions}
        profile, _ = self.profile_of(system)
        told = implied(self.organisation or OrganisationProfile(), profile or SystemProfile())
        heard = {name: holds for name, holds in told.items() if holds or name not in self.undeniable_conditions}
        answers = heard | dict.fromkeys(denied, False) | dict.fromkeys(held, True)
        return {name: answers[name] for name in sorted(answers)}

    def profile_of(self, system: System) -> tuple[SystemProfile | None, str | None]:
        """What people say of what a scan cannot see of this system, and who owns it. The first who say so count."""
        mine = [declared for declared in self.systems if self._speaks_of(declared.name, system)]
        profile = next((declared.profile for declared in mine if declared.profile is not None), None)
        return profile, next((declared.owner for declared in mine if declared.owner is not None), None)

    def confirmations_of(self, system: System) -> tuple[ScopeConfirmation, ...]:
        """The latest word on each scope of this system, by scope."""
        latest: dict[int, ScopeConfirmation] = {}
        for entry in self.confirmations:
            if not self._speaks_of(entry.system, system) or entry.date > self.as_of:
                continue
            if entry.scope not in latest or entry.date >= latest[entry.scope].date:
                latest[entry.scope] = entry
        return tuple(latest[scope] for scope in sorted(latest))

    def voices_of(self, system: System) -> tuple[ScopeConfirmation, ...]:
        """The latest word of each person on each scope of this system, by scope and person."""
        latest: dict[tuple[int, str], ScopeConfirmation] = {}
        for entry in self.confirmations:
            if not self._speaks_of(entry.system, system) or entry.date > self.as_of:
                continue
            known = latest.get((entry.scope, entry.by))
            if known is None or entry.date >= known.date:
                latest[entry.scope, entry.by] = entry
        return tuple(latest[key] for key in sorted(latest))

    def declared_as(self, system: System) -> tuple[DeclaredSystem, ...]:
        """What the file declares under the name of this system."""
        return tuple(entry for entry in self.systems if self._speaks_of(entry.name, system))

    def lapsed(self) -> tuple[LapsedWord, ...]:
        """The attestations and exceptions that have no force, but for those that a later word on the same has replaced."""
        standing_for = {(entry.attestation.requirement, entry.attestation.system) for entry in self.attestations if entry.is_in_force}
        accepted = {(entry.exception.requirement, entry.exception.system) for entry in self.exceptions if entry.is_in_force}
        attested = [
            _lapsed(WordKind.ATTESTATION, entry.attestation, entry.ground.says)
            for entry in self.attestations
            if not entry.is_in_force and (entry.attestation.requirement, entry.attestation.system) not in standing_for
        ]
        excepted = [
            _lapsed(WordKind.EXCEPTION, entry.exception, f"It is not in force: {entry.fault}.")
            for entry in self.exceptions
            if not entry.is_in_force and (entry.exception.requirement, entry.exception.system) not in accepted
        ]
        return (*attested, *excepted)

    def strangers(self, systems: Sequence[System]) -> tuple[str, ...]:
        """Names in the file that are neither declared nor one of these systems: words that reach nobody."""
        names = {
            *(entry.attestation.system for entry in self.attestations),
            *(entry.exception.system for entry in self.exceptions),
            *(entry.system for entry in self.confirmations),
        }
        declared = {entry.name for entry in self.systems}
        told = sorted(name for name in names if name is not None and name not in declared)
        return tuple(name for name in told if not any(self._speaks_of(name, system) for system in systems))

    def _speaks_of(self, name: str | None, system: System) -> bool:
        """A declared folder says which system is meant; without one, its id, name or folder does."""
        if name is None:
            return True
        roots = {entry.root for entry in self.systems if entry.name == name and entry.root is not None}
        return system.root in roots if roots else name in {system.id, system.name, system.root}


def standing(declarations: Declarations, policy: Policy | None, today: date) -> Standing:
    """What of the declarations stands on `today`. A policy only ever makes it less."""
    lines = (*declarations.attestation_lines, *(None for _ in declarations.attestations))
    documents = {fact.path: fact for fact in declarations.documents}
    return Standing(
        attestations=tuple(
            WeighedAttestation(entry, _ground(entry, _fault(entry, documents, policy, today), declarations.path, line))
            for entry, line in zip(declarations.attestations, lines, strict=False)
        ),
        exceptions=tuple(
            WeighedException(entry, _fault_of_exception(entry, policy, today)) for entry in declarations.exceptions
        ),
        organisation=declarations.profile,
        systems=declarations.systems,
        confirmations=declarations.confirmations,
        undeniable_conditions=frozenset(policy.undeniable_conditions if policy else ()),
        as_of=today,
    )


def demanded(grounds: Iterable[Ground], policy: Policy | None) -> tuple[Ground, ...]:
    """The grounds with what is weaker than the policy demands made unknown; what speaks against stays."""
    if policy is None:
        return tuple(grounds)
    return tuple(_too_weak(ground, policy.demands(ground.requirement)) for ground in grounds)


def _too_weak(ground: Ground, least: Strength) -> Ground:
    if ground.strength >= least or ground.outcome in {Outcome.NOT_MET, Outcome.UNKNOWN}:
        return ground
    says = f"{ground.says} The policy asks for stronger proof: {least.name.lower()}."
    return msgspec.structs.replace(ground, outcome=Outcome.UNKNOWN, says=says)


def _ground(entry: Attestation, fault: str | None, path: str | None, line: int | None) -> Ground:
    said = f"{entry.owner or 'Somebody'} attests `{entry.answer}` until {entry.expires.isoformat()}"
    return Ground(
        seen_on=entry.date.isoformat(),
        check="attestation",
        requirement=entry.requirement,
        outcome=_OUTCOMES[entry.answer] if fault is None else Outcome.UNKNOWN,
        strength=Strength.ATTESTATION,
        says=f"{said}{_with(entry)}." if fault is None else f"{said}, which proves nothing: {fault}.",
        path=path,
        line=line,
    )


def _with(entry: Attestation) -> str:
    shown = f", with {entry.document}" if entry.document else ""
    unseen = " (not looked at)" if entry.document and entry.document.startswith(_WEB) else ""
    return f"{shown}{unseen}" + (f": {entry.note.strip().rstrip('.')}" if entry.note and entry.note.strip() else "")


def _fault(entry: Attestation, documents: dict[str, DocumentFact], policy: Policy | None, today: date) -> str | None:
    """Why an attestation proves nothing; None when it stands."""
    if not _says(entry.owner):
        return "nobody owns it"
    if entry.date > today:
        return f"it is dated {entry.date.isoformat()}, which is still to come"
    if today > entry.expires:
        return f"it expired on {entry.expires.isoformat()}"
    if entry.answer is Answer.NOT_APPLICABLE and not _says(entry.note):
        return "it says not applicable and gives no reason"
    if entry.document is not None and not entry.document.startswith(_WEB):
        fault = _fault_of_document(entry.document, entry.sha256, documents.get(entry.document))
        if fault is not None:
            return fault
    return _forbidden(entry, policy) if policy is not None and entry.answer is not Answer.NO else None


def _fault_of_document(path: str, pinned: str | None, fact: DocumentFact | None) -> str | None:
    if fact is None:
        return f"its document {path} was not looked at"
    if fact.problem is not None:
        return f"its document {path} is {fact.problem.value.replace('_', ' ')}"
    if pinned is None:
        return f"the hash of its document {path} was not kept, so nobody can tell whether it changed"
    return None if fact.sha256 == pinned.lower() else f"its document {path} has changed since"


def _forbidden(entry: Attestation, policy: Policy) -> str | None:
    """What the policy has against an attestation that speaks in favour."""
    code = entry.requirement
    if entry.answer is Answer.NOT_APPLICABLE and _named(code, policy.required):
        return "the policy requires it of every system"
    if _named(code, policy.needs_document) and entry.document is None:
        return "the policy asks for a document and it names none"
    if policy.max_attestation_days is not None and (entry.expires - entry.date).days > policy.max_attestation_days:
        return f"it runs for {(entry.expires - entry.date).days} days and the policy allows {policy.max_attestation_days}"
    if policy.demands(code) > Strength.ATTESTATION:
        return f"the policy asks for stronger proof: {policy.demands(code).name.lower()}"
    return None


def _fault_of_exception(entry: DeclaredException, policy: Policy | None, today: date) -> str | None:
    """Why an exception is not in force; None when it is."""
    if not _says(entry.owner):
        return "nobody owns it"
    if not _says(entry.reason):
        return "it gives no reason"
    if entry.date > today:
        return f"it is dated {entry.date.isoformat()}, which is still to come"
    if today > entry.expires:
        return f"it expired on {entry.expires.isoformat()}"
    if policy is None:
        return None
    if _named(entry.requirement, (*policy.required, *policy.forbidden_exceptions)):
        return "the policy forbids exceptions from it"
    days = (entry.expires - entry.date).days
    if policy.max_exception_days is not None and days > policy.max_exception_days:
        return f"it runs for {days} days and the policy allows {policy.max_exception_days}"
    return None


def _lapsed(kind: WordKind, entry: Attestation | DeclaredException, why: str) -> LapsedWord:
    return LapsedWord(
        kind=kind, requirement=entry.requirement, why=why, expires=entry.expires.isoformat(), system=entry.system, owner=entry.owner
    )


def _accepted(entry: DeclaredException) -> Exception_:
    return Exception_(
        requirement=entry.requirement,
        reason=entry.reason,
        owner=entry.owner or "",
        expires=entry.expires.isoformat(),
        compensating=entry.compensating,
    )


def _named(code: str, codes: Iterable[str]) -> bool:
    return any(name in {code, ALL} for name in codes)


def _says(text: str | None) -> bool:
    return text is not None and text.strip() != ""
