"""Compose files: images, variables, commands."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.pairing import add_commands, add_env, add_words, listed
from pentascope.collectors.source.parse.structured import scan
from pentascope.model.unit import Named, Pair, Unit

_SERVICE = re.compile(r"(?:services\.)?[^.]+\.(image|model|runtime)|models\.[^.]+\.model")
_COMPOSE_ENV = re.compile(r"(?:.+\.)?(?:environment|build\.args|args)(?:\.(\d+)|\.([A-Za-z_]\w*))|x-[^.]+\.([A-Z][A-Z0-9_]*)")
_COMPOSE_COMMAND = re.compile(r"((?:services\.)?[^.]+\.(?:command|entrypoint|post_start\.\d+\.command|healthcheck\.test))(?:\.\d+)?")


def parse(source: bytes, path: str) -> Unit:
    """A Compose file. A default in `${NAME:-value}` stands for the variable in images."""
    found = scan(source, path)
    unit = Unit(path=path, language="config", pairs=found.pairs, is_complete=found.is_complete)
    for pair in unit.pairs:
        if _SERVICE.fullmatch(pair.path) and pair.path.endswith(".image"):
            unit.images.append(Named(value=with_defaults(pair.value), line=pair.line, column=pair.column))
            continue
        variable = _COMPOSE_ENV.fullmatch(pair.path)
        if variable is None:
            continue
        if variable[1] is not None:
            name, _, value = pair.value.partition("=")
            add_env(unit, name.strip(), value, pair)
        else:
            add_env(unit, variable[2] or variable[3], pair.value, pair)
    for words in listed(unit.pairs, _COMPOSE_COMMAND).values():
        _add_command(unit, words)
    return unit


def _add_command(unit: Unit, words: list[Pair]) -> None:
    if words[0].path[-1].isdigit():
        add_words(unit, words)
    else:
        add_commands(unit, words[0])


_DEFAULT = re.compile(r"\$\{\w++:?-([^}]*+)\}")


def with_defaults(text: str) -> str:
    """The text with `${NAME:-default}` replaced by the default."""
    return _DEFAULT.sub(r"\1", text) if "${" in text else text
