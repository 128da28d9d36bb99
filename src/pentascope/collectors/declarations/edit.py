"""The text of `pentascope.toml` with one entry more or changed; every comment and line around it stays. Pure."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import TYPE_CHECKING, Any

import msgspec
import tomlkit

if TYPE_CHECKING:
    from pentascope.model.declaration import Attestation, DeclaredException, DeclaredSystem, ScopeConfirmation

    Entry = Attestation | DeclaredException | DeclaredSystem | ScopeConfirmation

_HEADER = re.compile(r"^[ \t]*\[\[?([^\]\n]+)\]\]?[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
_TAIL = re.compile(r"(?:^[ \t]*(?:#[^\n]*)?(?:\n|\Z))+\Z", re.MULTILINE)


def with_entry(text: str, family: str, entry: Entry) -> str:
    """The text with `entry` behind the last of its family, or at the end. What stood there is kept to the byte."""
    values = _values(entry)
    spans = _spans(text, family)
    if not spans and family in tomllib.loads(text):  # `attestations = [...]` in one place
        document: Any = tomlkit.parse(text)
        row = tomlkit.inline_table()
        row.update(values)
        document[family].append(row)
        return tomlkit.dumps(document)
    ending = "\r\n" if "\r\n" in text else "\n"
    block = tomlkit.dumps({family: [values]}).replace("\n", ending)
    place = spans[-1][1] if spans else len(text)
    before, after = text[:place], text[place:]
    gap = "" if not before else ending if before.endswith("\n") else ending * 2
    return before + gap + block + (ending if after.strip() and not after.startswith(("\n", "\r\n")) else "") + after


def with_system(text: str, number: int, entry: DeclaredSystem) -> str:
    """The text with the keys of the system at `number` set to those of `entry`; keys that it leaves out go."""
    spans = _spans(text, "systems")
    start, end = spans[number] if spans else (0, len(text))
    document: Any = tomlkit.parse(text[start:end])
    table = document["systems"][0 if spans else number]
    values = _values(entry)
    for key in [key for key in table if key not in values]:
        del table[key]
    for key, value in values.items():
        if key not in table or table[key] != value:
            table[key] = value
    return text[:start] + tomlkit.dumps(document) + text[end:]


def _spans(text: str, family: str) -> list[tuple[int, int]]:
    """Where each `[[family]]` begins and ends; blank lines and comments at its end belong to what comes next."""
    headers = [found for found in _HEADER.finditer(text) if _is_toml(text[: found.start()])]
    starts = [*(found.start() for found in headers), len(text)]
    spans = []
    for found, end in zip(headers, starts[1:], strict=True):
        if found[1].strip("[ \t\"'") == family:
            tail = _TAIL.search(text, found.end(), end)
            spans.append((found.start(), tail.start() if tail and end < len(text) else end))
    return spans


def _is_toml(text: str) -> bool:
    """Whether a text is whole: not cut inside a string or an array."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _values(entry: Entry) -> dict[str, Any]:
    """The keys of an entry as TOML values; dates stay dates, what is not said is left out."""
    said = {key: getattr(entry, key) for key in entry.__struct_fields__}
    kept = {key: value for key, value in said.items() if value is not None and value != ()}
    built = {key: msgspec.to_builtins(value, builtin_types=(dt.date,)) for key, value in kept.items()}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in built.items()}
