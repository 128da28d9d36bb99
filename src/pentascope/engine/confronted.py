"""The scopes that were found beside what people say of them, and the systems that people only plan. Pure."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.declaration import Decision, SystemStatus
from pentascope.model.evidence import Confidence, Gap
from pentascope.model.scoping import ScopeDetermination, System

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.engine.standing import Standing
    from pentascope.model.declaration import DeclaredSystem, ScopeConfirmation

RULE_OF_PLANNED = "declared-as-planned"


def confronted(system: System, word: Standing) -> System:
    """The system with who agrees, and who contradicts, on each of its scopes. The evidence wins: no scope comes or goes."""
    if not system.scopes:
        return system
    voices = word.voices_of(system)
    declared = [entry for entry in word.declared_as(system) if entry.status is SystemStatus.CURRENT]
    return msgspec.structs.replace(system, scopes=tuple(_weighed(each, system, voices, declared) for each in system.scopes))


def _weighed(
    found: ScopeDetermination, system: System, voices: Sequence[ScopeConfirmation], declared: Sequence[DeclaredSystem]
) -> ScopeDetermination:
    mine = [voice for voice in voices if voice.scope == found.scope]
    agreeing = tuple(f"{_who(voice)} agrees{_note(voice)}." for voice in mine if voice.decision is Decision.AGREE)
    against = [
        f"{_who(voice)} says that it is not in scope {int(found.scope)}{_note(voice)}. The evidence shows that it is, and wins."
        for voice in mine
        if voice.decision is Decision.DISAGREE
    ]
    if found.scope == system.headline:
        against += _unseen(found, system, voices)
    against += [
        f"The declarations put it in {_scopes(entry.scopes)} only. The evidence shows scope {int(found.scope)}, and wins."
        for entry in declared
        if entry.scopes and found.scope not in entry.scopes
    ]
    return msgspec.structs.replace(
        found, confirmations=(*found.confirmations, *agreeing), contradictions=(*found.contradictions, *against)
    )


def _unseen(found: ScopeDetermination, system: System, voices: Iterable[ScopeConfirmation]) -> list[str]:
    """Scopes that somebody confirms and no evidence shows; told once, at the headline."""
    seen = {each.scope for each in system.scopes}
    return [
        f"{_who(voice)} confirms scope {int(voice.scope)}{_note(voice)}. No evidence shows it; the evidence shows scope "
        f"{int(found.scope)}, and wins."
        for voice in voices
        if voice.decision is Decision.AGREE and voice.scope not in seen
    ]


def planned_systems(word: Standing, found: Sequence[System]) -> tuple[System, ...]:
    """A system for each that is declared as planned with its scopes, and of which the tree shows nothing.

    Its determinations stand on a person's word: they carry no evidence. A system without a folder has its name as `root`.
    """
    known = {entry.name for system in found for entry in word.declared_as(system)}
    return tuple(
        _planned(entry) for entry in word.systems if entry.status is SystemStatus.PLANNED and entry.scopes and entry.name not in known
    )


def _planned(entry: DeclaredSystem) -> System:
    by = f"{entry.owner} declares" if entry.owner else "The declarations say"
    return System(
        id=blake2b(f"planned\0{entry.name}".encode("utf-8", "surrogateescape"), digest_size=6).hexdigest(),
        name=entry.name,
        root=entry.root or entry.name,
        scopes=tuple(
            ScopeDetermination(
                scope=scope,
                rule=RULE_OF_PLANNED,
                statement=f"{by} that {entry.name} is planned in scope {int(scope)}.",
                evidence=(),
                confidence=Confidence.LOW,
                counter_question="Is it still planned, and will it be built in this scope?",
            )
            for scope in sorted(set(entry.scopes))
        ),
    )


def declared_gaps(word: Standing, found: Sequence[System]) -> tuple[Gap, ...]:
    """What the declarations say of systems and the tree does not bear out, and that is no contradiction of a scope."""
    return tuple(gap for entry in word.systems for gap in _gaps(entry, word, found))


def _gaps(entry: DeclaredSystem, word: Standing, found: Sequence[System]) -> Iterable[Gap]:
    mine = [system for system in found if entry in word.declared_as(system)]
    name = entry.name
    if entry.status is SystemStatus.PLANNED:
        if mine:
            yield Gap(
                subject=f"planned-but-found:{name}", question="Does it run already? Then declare it as current.",
                reason=f"`{name}` is declared as planned, but its use of generative AI stands in the tree. It is judged as what runs.",
            )  # fmt: skip
        elif not entry.scopes:
            yield Gap(
                subject=f"planned-without-scope:{name}", reason=f"`{name}` is declared as planned, without a scope.",
                question=f"Which scopes will it be in? Write them with: pentascope declare {name} --planned --scope N",
            )  # fmt: skip
        return
    if not mine:
        yield Gap(
            subject=f"declared-not-found:{name}", reason=f"`{name}` is declared as running, and nothing of it was found here.",
            question="Does it stand in another tree, or is it a service that leaves no trace in code?",
        )  # fmt: skip
    for system in mine:
        missing = [scope for scope in entry.scopes if scope not in {each.scope for each in system.scopes}]
        if missing:
            yield Gap(
                subject=f"declared-scope-not-found:{name}", reason=f"`{name}` is declared in {_scopes(missing)}, of which nothing was found here.",
                question="Where does that part of it stand?",
            )  # fmt: skip


def _who(voice: ScopeConfirmation) -> str:
    return f"{voice.by} ({voice.date.isoformat()})"


def _note(voice: ScopeConfirmation) -> str:
    return f": {voice.note.strip().rstrip('.')}" if voice.note and voice.note.strip() else ""


def _scopes(scopes: Iterable[int]) -> str:
    numbers = [str(int(scope)) for scope in sorted(set(scopes))]
    return f"scope {numbers[0]}" if len(numbers) == 1 else f"scopes {', '.join(numbers[:-1])} and {numbers[-1]}"
