"""What an expression comes to: plain data, with a mark where the code does not tell. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.infrastructure import UNTOLD, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SETTINGS = 5_000  # of one resource
MAX_DEPTH = 60


class Unknown(msgspec.Struct, frozen=True, gc=False):
    """A value that the code does not tell.

    `why` says what it hangs on. `is_given` is true where something is surely handed over: a reference to a key is a key.
    `refers` is the address that it was taken from; `shape` the text with `UNTOLD` for what is missing, where some is known.
    """

    why: str
    is_given: bool = False
    refers: str = ""
    shape: str = ""


Data = str | int | float | bool | list["Data"] | dict[str, "Data"] | Unknown | None


def words(value: Data) -> str:
    """A scalar as a configuration file would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def opened(value: Data) -> Data:
    """A policy or other document that is handed over as JSON text is read through."""
    text = value.shape if isinstance(value, Unknown) else value
    if not isinstance(text, str) or text.lstrip()[:1] not in {"{", "["}:
        return value
    found = _json(text)
    if found is None:
        found = _json(_BARE.sub(f'"{UNTOLD}"', text))
    if found is None:
        return value
    return _untold(found, value.why) if isinstance(value, Unknown) else found


_BARE = re.compile(rf"(?<=[:\[,]){UNTOLD}(?=\s*[,\]}}])|(?<=[:\[,] ){UNTOLD}(?=\s*[,\]}}])")
"""A whole value that is missing, as in `"Condition": ${x}`; with quotes around it still makes JSON."""


def _json(text: str) -> Data:
    """None where it is none."""
    try:
        found: Data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


def _untold(value: Data, why: str) -> Data:
    if isinstance(value, str) and UNTOLD in value:
        return Unknown(why, is_given=True, shape=value if value != UNTOLD else "")
    if isinstance(value, list):
        return [_untold(each, why) for each in value]
    if isinstance(value, dict):
        return {key: _untold(each, why) for key, each in value.items()}
    return value


def settings(path: str, value: Data, line: int, depth: int = 0) -> Iterator[Setting]:
    """Every scalar below a value; none where nothing is set (null)."""
    value = opened(value)
    if value is None or depth > MAX_DEPTH:
        return
    if isinstance(value, Unknown):
        yield Setting(path=path, value=None, line=line, is_given=value.is_given, why=value.why, refers=value.refers, shape=value.shape)
    elif isinstance(value, list):
        for index, each in enumerate(value[:MAX_SETTINGS]):
            yield from settings(f"{path}.{index}", each, line, depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from settings(f"{path}.{key}", each, line, depth + 1)
    else:
        yield Setting(path=path, value=words(value), line=line)
