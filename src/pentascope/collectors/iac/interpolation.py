"""Variables in Compose files and `.env` files: `${NAME:-default}` and its kin. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.iac.data import Unknown
from pentascope.model.infrastructure import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_NESTING = 8
_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNMENT = re.compile(r"^[ \t]*+(?:export[ \t]++)?([A-Za-z_][\w.-]*+)[ \t]*+=[ \t]*+(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\n]*)", re.MULTILINE)


def assignments(text: str) -> dict[str, str]:
    """The variables of a `.env` file."""
    found: dict[str, str] = {}
    for match in _ASSIGNMENT.finditer(text):
        value = match[2].strip()
        quoted = len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]
        found[match[1]] = value[1:-1] if quoted else value.partition(" #")[0].strip()
    return found


def interpolated(text: str, known: Mapping[str, str], depth: int = 0) -> str | Unknown:
    """The text with its variables put in; Unknown, with its shape, where one has neither value nor default."""
    if "$" not in text:
        return text
    made: list[str] = []
    missing: list[Unknown] = []
    at = 0
    while at < len(text):
        cut = text.find("$", at)
        if cut < 0 or cut + 1 >= len(text):
            made.append(text[at:])
            break
        made.append(text[at:cut])
        value, at = _variable(text, cut, known, depth)
        if isinstance(value, Unknown):
            missing.append(value)
        made.append((value.shape or UNTOLD) if isinstance(value, Unknown) else value)
    whole = "".join(made)
    if not missing:
        return whole
    return Unknown(missing[0].why, is_given=missing[0].is_given or whole != UNTOLD, shape="" if whole == UNTOLD else whole)


def _variable(text: str, cut: int, known: Mapping[str, str], depth: int) -> tuple[str | Unknown, int]:
    """The value of the variable that begins at a dollar sign, and where the text goes on."""
    if text[cut + 1] == "$":
        return "$", cut + 2
    if text[cut + 1] != "{":
        name = _NAME.match(text, cut + 1)
        return ("$", cut + 1) if name is None else (_value(name[0], known), name.end())
    end = _closing(text, cut + 2)
    inner = text[cut + 2 : end]
    name = _NAME.match(inner)
    if name is None or depth > MAX_NESTING:
        return Unknown(f"it is ${{{inner[:60]}}}"), end + 1
    rest = inner[name.end() :]
    word = rest.lstrip(":")
    value = known.get(name[0])
    is_set = value is not None and (bool(value) or not rest.startswith(":"))
    if word[:1] == "-":
        return (value or "" if is_set else interpolated(word[1:], known, depth + 1)), end + 1
    if word[:1] == "+":
        return (interpolated(word[1:], known, depth + 1) if is_set else Unknown(f"it hangs on the variable {name[0]}")), end + 1
    if word[:1] == "?":
        return (value or "" if is_set else Unknown(f"it hangs on the variable {name[0]}", is_given=True)), end + 1
    return _value(name[0], known), end + 1


def _value(name: str, known: Mapping[str, str]) -> str | Unknown:
    return known[name] if name in known else Unknown(f"it hangs on the variable {name}")


def _closing(text: str, at: int) -> int:
    """Where the brace that is open at a place closes; the end of the text where it does not."""
    depth = 1
    for index in range(at, len(text)):
        if text.startswith("${", index):
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return len(text)
