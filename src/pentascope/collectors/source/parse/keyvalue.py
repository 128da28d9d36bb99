"""INI, `.env`, `.properties` and other `key = value` files as pairs."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.decoding import decode
from pentascope.collectors.source.parse.flow import MAX_PAIRS, MAX_VALUE
from pentascope.model.unit import Named, Pair, Unit

_LINE = re.compile(
    r"[ \t]*+(?:"
    r"(?P<comment>[#;!][^\n]*+|//[^\n]*+)"
    r"|\[(?P<section>[^\]\n]*+)\]"
    r"|(?:export[ \t]++|set[ \t]++)?(?P<key>[^\s=:#\[][^=:\n]*?)[ \t]*+(?:=|:(?!//))[ \t]*+(?P<value>[^\n]*+)"
    r")?"
)
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MAX_CONTINUATIONS = 500


def parse(source: bytes, path: str) -> Unit:
    """A line-based configuration file; keys below a section carry its name. A `.env` also names its variables."""
    unit = Unit(path=path, language="config")
    name = path.rpartition("/")[2].lower()
    is_env = ".env" in name or name.startswith("env.") or name.endswith(".envrc") or name == "env"
    is_properties = name.endswith(".properties")
    lines = decode(source).split("\n")
    section, number = "", 0
    while number < len(lines):
        text, line = lines[number][:MAX_VALUE], number + 1
        number += 1
        match = _LINE.match(text)
        if match is None or match["comment"] is not None:
            continue
        if match["section"] is not None:
            section = match["section"].strip().replace('"', "").replace(" ", ".")
        elif match["key"] is not None:
            value = match["value"]
            for _ in range(MAX_CONTINUATIONS):
                if number >= len(lines) or not _continues(value, lines[number], is_ini=not (is_env or is_properties)):
                    break
                value = f"{value.removesuffix(chr(92))} {lines[number].strip()}" if value else lines[number].strip()
                number += 1
            _add(unit, section, match, value[:MAX_VALUE], line, is_env=is_env)
        if len(unit.pairs) >= MAX_PAIRS:
            unit.is_complete = False
            break
    return unit


def _continues(value: str, following: str, *, is_ini: bool) -> bool:
    if value.endswith("\\"):
        return True
    return is_ini and following[:1] in {" ", "\t"} and following.strip()[:1] not in {"", "#", ";", "["}


def _add(unit: Unit, section: str, match: re.Match[str], value: str, line: int, *, is_env: bool) -> None:
    key, value = match["key"].strip(), _unquoted(value)
    column = match.start("value") + 1
    unit.pairs.append(Pair(path=f"{section}.{key}" if section else key, value=value, line=line, column=column))
    if is_env and _ENV_NAME.fullmatch(key):
        unit.env.append(Named(value=key, line=line, column=match.start("key") + 1, key=value or None))


def _unquoted(value: str) -> str:
    value = value.strip()
    if value[:1] in {"'", '"'}:
        end = value.find(value[0], 1)
        if end > 0:
            return value[1:end]
    cut = value.find(" #")
    return value[:cut].rstrip() if cut >= 0 else value
