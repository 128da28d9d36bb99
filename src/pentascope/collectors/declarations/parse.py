"""The text of `pentascope.toml` or of a policy to records, with errors that name file, line, key, value and remedy. Pure."""

from __future__ import annotations

import re
import tomllib
from enum import Enum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec

from pentascope.catalogue.records import closest, keys_of, line_of, steps_of
from pentascope.errors import ConfigurationError
from pentascope.model.declaration import ALL, DeclarationFile, Declarations, Policy
from pentascope.model.profile import OrganisationProfile, SystemProfile
from pentascope.model.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

RecordT = TypeVar("RecordT")
Fault = tuple[tuple[str | int, ...], str, str]  # key path, what is wrong, what to do

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_UNKNOWN_KEY = re.compile(r"unknown field `([^`]*)`")
_MISSING_KEY = re.compile(r"missing required field `([^`]*)`")
_NAMED = re.compile(r"`(\w+)` is ")  # how records tell of one of their own fields
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_SHORT_CODE = re.compile(r"([A-Z]{3})[ _-]?([0-9]{1,3})")
_WEB = ("https://", "http://")


def parse_declarations(text: str, path: str, codes: Sequence[str]) -> Declarations:
    """What a file declares; `codes` are the requirements there are. Raises: ConfigurationError."""
    file = _record(text, DeclarationFile, path, _with_ranges)
    _refuse(_faults(file, codes), text, path)
    return Declarations(
        profile=file.profile,
        systems=file.systems,
        attestations=file.attestations,
        exceptions=file.exceptions,
        confirmations=file.confirmations,
        path=path,
        attestation_lines=tuple(line_of(text, ("attestations", number)) for number, _ in enumerate(file.attestations)),
    )


def parse_policy(text: str, path: str, codes: Sequence[str]) -> Policy:
    """What an organisation demands. Raises: ConfigurationError."""
    policy = _record(text, Policy, path)
    _refuse(_faults_of_policy(policy, codes), text, path)
    return policy


def _with_ranges(data: dict[str, Any]) -> dict[str, Any]:
    """Plain numbers of a profile as ranges of equal ends: the known value."""
    tables: list[tuple[Any, type[msgspec.Struct]]] = [(data.get("profile"), OrganisationProfile)]
    systems = data.get("systems")
    tables += [(each.get("profile"), SystemProfile) for each in systems if isinstance(each, dict)] if isinstance(systems, list) else []
    for table, record in tables:
        if isinstance(table, dict):
            for field in msgspec.structs.fields(record):
                value = table.get(field.name)
                is_number = isinstance(value, int | float) and not isinstance(value, bool)
                if is_number and Range in getattr(field.type, "__args__", ()):
                    table[field.name] = {"low": value, "high": value}
    return data


def _record(
    text: str, record_type: type[RecordT], path: str, made_ready: Callable[[dict[str, Any]], dict[str, Any]] = dict
) -> RecordT:
    try:
        data = made_ready(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else max(len(text.splitlines()), 1)
        raise _malformed(path, line, f"not TOML: {_PLACE.sub('', str(error))}", "Write it as TOML 1.0.") from error
    try:
        return msgspec.convert(data, record_type)
    except msgspec.ValidationError as error:
        raise _invalid(error, text, data, record_type, path) from error


def _malformed(path: str, line: int, what: str, hint: str) -> ConfigurationError:
    return ConfigurationError(f"{path}:{line}: {what}", hint=hint)


def _invalid(
    error: msgspec.ValidationError, text: str, data: Any, record_type: type[RecordT], path: str  # noqa: ANN401
) -> ConfigurationError:
    what, _, place = str(error).partition(" - at `")
    steps = steps_of(place)
    known = keys_of(record_type, steps)
    if unknown := _UNKNOWN_KEY.search(what):
        return _malformed(path, line_of(text, (*steps, unknown[1])), f"unknown key `{unknown[1]}`", closest(unknown[1], known))
    steps = (*steps, named[1]) if (named := _NAMED.match(what)) and named[1] in known else steps
    where = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    if missing := _MISSING_KEY.search(what):
        return _malformed(path, line_of(text, steps), f"missing key `{missing[1]}` in {where or 'the file'}", "Add the key.")
    hint = f"Allowed: {', '.join(allowed)}." if (allowed := _allowed(record_type, steps)) else "Correct the value."
    return _malformed(path, line_of(text, steps), f"`{where}` is {_shown(data, steps)}: {what}", hint)


def _shown(data: Any, steps: Iterable[str | int]) -> str:  # noqa: ANN401
    for step in steps:
        is_there = isinstance(data, list if isinstance(step, int) else dict) and (isinstance(step, int) or step in data)
        if not is_there:
            break
        data = data[step]
    text = repr(data) if not hasattr(data, "isoformat") else str(data.isoformat())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _allowed(record_type: type[Any], steps: Sequence[str | int]) -> tuple[str, ...]:
    """The words that the enumeration at these steps knows."""
    kind: Any = record_type
    for step in steps:
        if isinstance(step, str) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            kind = next((field.type for field in msgspec.structs.fields(kind) if field.name == step), None)
        inner = [one for one in _parts(kind) if isinstance(one, type) and issubclass(one, msgspec.Struct | Enum)]
        kind = inner[0] if inner else kind
    return tuple(str(one.value) for one in kind) if isinstance(kind, type) and issubclass(kind, Enum) else ()


def _parts(kind: Any) -> Iterator[Any]:  # noqa: ANN401
    """What a type is made of, however deep: the regime of `tuple[Regime, ...] | None`."""
    for part in getattr(kind, "__args__", ()):
        yield part
        yield from _parts(part)


def _refuse(faults: Iterable[Fault], text: str, path: str) -> None:
    for steps, what, hint in faults:
        _stop(text, path, steps, what, hint)


def _stop(text: str, path: str, steps: tuple[str | int, ...], what: str, hint: str) -> NoReturn:
    raise _malformed(path, line_of(text, steps), what, hint)


def _faults(file: DeclarationFile, codes: Sequence[str]) -> Iterator[Fault]:
    """What the types cannot say."""
    yield from _faults_of_systems(file)
    for number, said in enumerate(file.attestations):
        at = ("attestations", number)
        yield from _code(said.requirement, codes, (*at, "requirement"))
        if said.expires < said.date:
            yield (*at, "expires"), f"`expires` {said.expires} comes before `date` {said.date}", "Correct one of the two."
        if said.sha256 is not None and not _SHA256.fullmatch(said.sha256):
            yield (*at, "sha256"), f"`sha256` is no SHA-256: {said.sha256!r}", "Write 64 hexadecimal digits."
        if said.document is not None:
            yield from _document(said.document, (*at, "document"))
    for number, accepted in enumerate(file.exceptions):
        at = ("exceptions", number)
        yield from _code(accepted.requirement, codes, (*at, "requirement"))
        if accepted.expires < accepted.date:
            yield (*at, "expires"), f"`expires` {accepted.expires} comes before `date` {accepted.date}", "Correct one of the two."


def _faults_of_systems(file: DeclarationFile) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, system in enumerate(file.systems):
        if not system.name.strip():
            yield ("systems", number, "name"), "`name` is empty", "Name the system."
        if system.name in seen:
            yield ("systems", number, "name"), f"`{system.name}` is declared twice", "Join the two."
        seen.add(system.name)
        both = sorted({*system.conditions} & {*system.not_conditions})
        if both:
            what = f"`{both[0]}` is declared to hold and not to hold of `{system.name}`"
            yield ("systems", number, "not_conditions"), what, "Take it out of one of the two."


def _document(name: str, at: tuple[str | int, ...]) -> Iterator[Fault]:
    if name.startswith(_WEB):
        return
    path = PurePosixPath(name.replace("\\", "/"))
    if not name.strip() or "\0" in name or path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        hint = "Name a file below the folder of this file, or an https:// URL."
        yield at, f"`document` leads out of the folder: {name!r}", hint


def _code(code: str, codes: Sequence[str], at: tuple[str | int, ...]) -> Iterator[Fault]:
    if code not in codes:
        yield at, f"no requirement is called `{code}`", nearest(code, codes)


def nearest(code: str, codes: Sequence[str]) -> str:
    """The known code that is meant, as a question, or where the codes are told."""
    short = _SHORT_CODE.fullmatch(code.upper())
    full = f"{short[1]}-{int(short[2]):02}" if short else code.upper()
    if full in codes:
        return f"Did you mean `{full}`?"
    said = closest(full, codes)
    return said if said.startswith("Did you mean") else "Codes look like CTL-07; see `pentascope requirement`."


def _faults_of_policy(policy: Policy, codes: Sequence[str]) -> Iterator[Fault]:
    lists = {
        "required": policy.required,
        "forbidden_exceptions": policy.forbidden_exceptions,
        "needs_document": policy.needs_document,
        "minimum_strength": tuple(policy.minimum_strength),
    }
    for key, names in lists.items():
        for code in names:
            if code != ALL:
                yield from _code(code, codes, (key,))
    for key, days in (("max_attestation_days", policy.max_attestation_days), ("max_exception_days", policy.max_exception_days)):
        if days is not None and days < 0:
            yield (key,), f"`{key}` is {days}", "Write a number of days, 0 or more."
