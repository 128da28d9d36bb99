"""People's word: reads `pentascope.toml` and a policy, and writes what somebody attests, accepts, declares or confirms."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from stat import S_IMODE
from typing import TYPE_CHECKING

import msgspec

from pentascope.catalogue.load import load
from pentascope.catalogue.records import closest
from pentascope.collectors.declarations.edit import with_entry, with_system
from pentascope.collectors.declarations.fetch import look_at, read_text
from pentascope.collectors.declarations.parse import nearest, parse_declarations, parse_policy
from pentascope.errors import ConfigurationError, UnknownNameError, UsageError
from pentascope.model.declaration import (
    Answer,
    Attestation,
    Decision,
    Declarations,
    DeclaredException,
    DeclaredSystem,
    Policy,
    ScopeConfirmation,
)
from pentascope.model.requirement import Condition
from pentascope.model.scoping import Scope
from pentascope.store.replacement import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pentascope.model.requirement import Requirement

FILE = "pentascope.toml"
_WEB = ("https://", "http://")


def read_declarations(
    path: str | os.PathLike[str], policy_path: str | os.PathLike[str] | None = None
) -> tuple[Declarations, Policy | None]:
    """What a file declares with what was found of its documents, and the policy that binds it.

    Raises: ConfigurationError for a file that cannot be read or is malformed.
    """
    place = os.fspath(path)
    declared = parse_declarations(read_text(place), place, _codes())
    names = [entry.document for entry in declared.attestations if entry.document is not None]
    declared = msgspec.structs.replace(declared, documents=look_at(os.path.dirname(place) or ".", names))
    return declared, read_policy(policy_path) if policy_path is not None else None


def read_policy(path: str | os.PathLike[str]) -> Policy:
    """What an organisation demands of people's word. Raises: ConfigurationError."""
    return parse_policy(read_text(os.fspath(path)), os.fspath(path), _codes())


def attest(
    code: str,
    *,
    owner: str,
    file: str = FILE,
    system: str | None = None,
    answer: Answer = Answer.YES,
    document: str | None = None,
    expires: date | None = None,
    days: int | None = None,
    note: str | None = None,
    today: date | None = None,
) -> str:
    """Write one attestation, and say so. It holds as long as the requirement's answers do when no end is named.

    Raises: UnknownNameError for a code, UsageError for words that do not fit, ConfigurationError for the file.
    """
    day = today or datetime.now(UTC).date()
    requirement = _requirement(code)
    if answer is Answer.NOT_APPLICABLE and not (note or "").strip():
        raise UsageError("An answer of not-applicable needs a reason.", hint="Give it with --note.")
    kept, sha256 = _document(document, file) if document is not None else (None, None)
    entry = Attestation(
        requirement=requirement.code,
        system=_named("--system", system),
        answer=answer,
        owner=_named("--owner", owner),
        date=day,
        expires=_end(day, expires, days if days is not None else requirement.valid_days),
        document=kept,
        sha256=sha256,
        note=_named("--note", note),
    )
    _write(file, lambda text, _: with_entry(text, "attestations", entry))
    of = f" of {entry.system}" if entry.system else " of every system"
    return f"{file}: {entry.owner} attests `{answer}` for {entry.requirement}{of} until {entry.expires.isoformat()}."


def accept(
    code: str,
    *,
    reason: str,
    owner: str,
    expires: date,
    file: str = FILE,
    system: str | None = None,
    compensating: str | None = None,
    today: date | None = None,
) -> str:
    """Write one exception, and say so. Raises: as `attest`."""
    day = today or datetime.now(UTC).date()
    entry = DeclaredException(
        requirement=_requirement(code).code,
        system=_named("--system", system),
        reason=_named("--reason", reason) or "",
        owner=_named("--owner", owner),
        date=day,
        expires=_end(day, expires, 0),
        compensating=_named("--compensating", compensating),
    )
    _write(file, lambda text, _: with_entry(text, "exceptions", entry))
    of = f" of {entry.system}" if entry.system else " of every system"
    return f"{file}: {entry.owner} accepts the gap {entry.requirement}{of} until {entry.expires.isoformat()}."


def declare(said: DeclaredSystem, *, file: str = FILE) -> str:
    """Write one system, or add what is said to the system of that name, and tell which. Raises: ConfigurationError."""
    if not said.name.strip():
        raise UsageError("The name of the system is empty.", hint="Name the system.")
    outcome = "declared"

    def edit(text: str, declared: Declarations) -> str:
        nonlocal outcome
        number = next((n for n, system in enumerate(declared.systems) if system.name == said.name), None)
        if number is None:
            return with_entry(text, "systems", said)
        outcome = "declared anew"
        return with_system(text, number, _joined(declared.systems[number], said))

    _write(file, edit)
    return f"{file}: system {said.name} is {outcome} ({said.status})."


def confirm(
    system: str,
    scope: int,
    *,
    by: str,
    decision: Decision = Decision.AGREE,
    note: str | None = None,
    file: str = FILE,
    today: date | None = None,
) -> str:
    """Write a person's word on one scope, and say so. Raises: as `attest`."""
    entry = ScopeConfirmation(
        system=_named("SYSTEM", system) or "",
        scope=Scope(scope),
        by=_named("--by", by) or "",
        date=today or datetime.now(UTC).date(),
        decision=decision,
        note=_named("--note", note),
    )
    _write(file, lambda text, _: with_entry(text, "confirmations", entry))
    verb = "agrees" if decision is Decision.AGREE else "does not agree"
    return f"{file}: {by} {verb} that {system} is in scope {scope}."


def conditions(names: Sequence[str]) -> tuple[Condition, ...]:
    """The conditions of these names. Raises: UnknownNameError."""
    known = [condition.value for condition in Condition]
    for name in names:
        if name not in known:
            raise UnknownNameError(f"no condition is called `{name}`", hint=closest(name, known))
    return tuple(Condition(name) for name in dict.fromkeys(names))


def _joined(old: DeclaredSystem, new: DeclaredSystem) -> DeclaredSystem:
    """Two words on one system: the newer one wins where they differ, and nothing else is lost."""
    return DeclaredSystem(
        name=old.name,
        root=new.root if new.root is not None else old.root,
        status=new.status,
        scopes=(*old.scopes, *(scope for scope in new.scopes if scope not in old.scopes)),
        conditions=(
            *(one for one in old.conditions if one not in new.not_conditions),
            *(one for one in new.conditions if one not in old.conditions),
        ),
        not_conditions=(
            *(one for one in old.not_conditions if one not in new.conditions),
            *(one for one in new.not_conditions if one not in old.not_conditions),
        ),
        owner=new.owner if new.owner is not None else old.owner,
    )


def _write(file: str, edit: Callable[[str, Declarations], str]) -> None:
    """Edit the file as a whole. What cannot be read before or after stays untouched."""
    is_new = not os.path.lexists(file)
    text = "" if is_new else read_text(file)
    before = parse_declarations(text, file, _codes())
    changed = edit(text, before)
    after = parse_declarations(changed, file, _codes())
    if not _is_kept(before, after):
        raise ConfigurationError(f"{file}: was not changed: an entry would have been lost.", hint="Write the entry by hand.")
    place = os.path.realpath(file)
    try:
        replace(changed.encode(), place, None if is_new else S_IMODE(os.stat(place).st_mode))
    except OSError as error:
        raise UsageError(f"Cannot write {file}: {error.strerror}.", hint="Name a file in a folder that exists and is yours.") from error


def _is_kept(before: Declarations, after: Declarations) -> bool:
    """Whether everything that was said is still said."""
    pairs = (
        (before.attestations, after.attestations),
        (before.exceptions, after.exceptions),
        (before.confirmations, after.confirmations),
        ([each.name for each in before.systems], [each.name for each in after.systems]),
    )
    return all(list(new[: len(old)]) == list(old) for old, new in pairs)


def _document(name: str, file: str) -> tuple[str, str | None]:
    """A document as the file names it, and its hash."""
    if name.startswith(_WEB):
        return name, None
    folder = os.path.realpath(os.path.dirname(file) or ".")
    kept = os.path.relpath(os.path.realpath(name), folder).replace(os.sep, "/")
    if kept.startswith("../") or os.path.isabs(kept):
        raise UsageError(f"{name} lies outside the folder of {file}.", hint="Keep the document below that folder, or name its URL.")
    (fact,) = look_at(folder, [kept])
    if fact.problem is not None:
        raise UsageError(f"{name}: {fact.problem.value.replace('_', ' ')}.", hint="Name a readable file, or a URL.")
    return kept, fact.sha256


def _end(day: date, expires: date | None, days: int) -> date:
    end = expires if expires is not None else day + timedelta(days=days)
    if end < day:
        raise UsageError(f"{end.isoformat()} has passed.", hint="Name a day to come.")
    return end


def _named(what: str, text: str | None) -> str | None:
    if text is not None and not text.strip():
        raise UsageError(f"{what} is empty.", hint="Say it in words, or leave it out where it may be.")
    return text


def _codes() -> tuple[str, ...]:
    return tuple(entry.code for entry in load().matrix.requirements)


def _requirement(name: str) -> Requirement:
    for entry in load().matrix.requirements:
        if name.upper() == entry.code or name in {entry.id, *entry.aliases}:
            return entry
    raise UnknownNameError(f"no requirement is called `{name}`", hint=nearest(name, _codes()))
