"""TOML text to typed records, with errors that name file, line and remedy."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

import msgspec

from pentascope.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RecordT = TypeVar("RecordT")

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_UNKNOWN_KEY = re.compile(r"unknown field `([^`]*)`")
_MISSING_KEY = re.compile(r"missing required field `([^`]*)`")
_STEP = re.compile(r"\.([\w-]+)|\[(\d+|\.\.\.)\]")


def malformed(path: Path, line: int, what: str, hint: str) -> CatalogueError:
    """The error for one place in one page: `file:line: what`, and what to do about it."""
    return CatalogueError(f"{path}:{line}: {what}", hint=hint)


def decode_record(text: str, record_type: type[RecordT], path: Path, first_line: int = 1) -> RecordT:
    """The record that TOML text holds; `first_line` is where the text begins in its file.

    Raises: CatalogueError for broken TOML, unknown or missing keys, and values of the wrong type.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken_toml(error, text, path, first_line) from error
    try:
        return msgspec.convert(data, record_type)
    except msgspec.ValidationError as error:
        raise _invalid_record(error, text, record_type, path, first_line) from error


def load_table(path: Path, record_type: type[RecordT]) -> RecordT:
    """The record that a whole TOML file holds. Raises: CatalogueError."""
    return decode_record(read_text(path), record_type, path)


def read_text(path: Path) -> str:
    """The text of a catalogue file. Raises: CatalogueError if it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(
            f"{path}: cannot be read: {error}", hint="Save the page as readable UTF-8 text."
        ) from error


def closest(name: str, known: Sequence[str]) -> str:
    """A sentence that names the nearest known words, or all of them when few."""
    near = get_close_matches(name, known, n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(f'`{word}`' for word in near)}?"
    return f"Known: {', '.join(sorted(known))}."


def line_of(text: str, steps: Sequence[str | int], first_line: int = 1) -> int:
    """The line of a key path in TOML text (`("rules", 2, "fact")`), as near as headers and keys tell."""
    lines = text.splitlines()
    start, best = 0, 0
    for position, step in enumerate(steps):
        if isinstance(step, int):
            continue
        index = steps[position + 1] if position + 1 < len(steps) else None
        found = _find_key(lines, step, start, index if isinstance(index, int) else 0)
        if found is None:
            break
        start = best = found
    return first_line + best


def _find_key(lines: Sequence[str], key: str, start: int, index: int) -> int | None:
    header = re.compile(rf"\s*\[+(?:[\w\".-]+\.)?\"?{re.escape(key)}\"?\]+")
    assignment = re.compile(rf"(?:.*[{{,])?\s*\"?{re.escape(key)}\"?\s*(?:\.[\w\"-]+\s*)*=")
    headers = [number for number in range(start, len(lines)) if header.match(lines[number])]
    if headers:
        return headers[min(index, len(headers) - 1)]
    return next((number for number in range(start, len(lines)) if assignment.match(lines[number])), None)


def _broken_toml(error: tomllib.TOMLDecodeError, text: str, path: Path, first_line: int) -> CatalogueError:
    place = _TOML_PLACE.search(str(error))
    offset = int(place[1]) if place and place[1] else len(text.splitlines())
    what = _TOML_PLACE.sub("", str(error))
    return malformed(path, first_line + max(offset, 1) - 1, f"not TOML: {what}", "Write the record as TOML 1.0.")


def _invalid_record(
    error: msgspec.ValidationError, text: str, record_type: type[RecordT], path: Path, first_line: int
) -> CatalogueError:
    what, _, place = str(error).partition(" - at `")
    steps = steps_of(place)
    if unknown := _UNKNOWN_KEY.search(what):
        line = line_of(text, (*steps, unknown[1]), first_line)
        return malformed(path, line, f"unknown key `{unknown[1]}`", closest(unknown[1], keys_of(record_type, steps)))
    line = line_of(text, steps, first_line)
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    if missing := _MISSING_KEY.search(what):
        return malformed(path, line, f"missing key `{missing[1]}` in {where or 'the record'}", "Add the key.")
    return malformed(path, line, f"`{where}`: {what}", "Correct the value.")


def steps_of(place: str) -> tuple[str | int, ...]:
    """The key path that msgspec names (`$.rules[2].fact`)."""
    steps: list[str | int] = []
    for name, index in _STEP.findall(place.rstrip("`").removeprefix("$")):
        if name:
            steps.append(name)
        elif index.isdigit():
            steps.append(int(index))
    return tuple(steps)


def keys_of(record_type: type[RecordT], steps: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that the record at these steps knows."""
    current: object = record_type
    for step in steps:
        if isinstance(step, int) or not _is_struct(current):
            continue
        field = next((field for field in msgspec.structs.fields(current) if field.name == step), None)  # type: ignore[arg-type]
        inner = [
            kind for kind in getattr(field and field.type, "__args__", (field and field.type,)) if _is_struct(kind)
        ]
        current = inner[0] if inner else current
    return tuple(field.encode_name for field in msgspec.structs.fields(current)) if _is_struct(current) else ()  # type: ignore[arg-type]


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
