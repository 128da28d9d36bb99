"""What the readers of known configuration formats share: pairs grouped below a path, text as commands."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.commandlines import command_of, commands
from pentascope.model.unit import Named, Pair, Unit

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{1,120}")
_REFERENCE = re.compile(r"\$\{\{[^}]*?\b(?:secrets|vars|env)\.([A-Za-z_]\w*+)")


def add_commands(unit: Unit, pair: Pair) -> None:
    """The commands of a script that stands as a scalar; in a block scalar they start on the next line."""
    is_block = "\n" in pair.value
    unit.commands += commands(pair.value, line=pair.line + 1 if is_block else pair.line, column=pair.column)


def add_words(unit: Unit, words: list[Pair]) -> None:
    """One command whose words stand as a list."""
    unit.commands += command_of([pair.value for pair in words], line=words[0].line, column=words[0].column)


def add_env(unit: Unit, name: str, value: str | None, pair: Pair) -> None:
    """One environment variable with its literal value, and the secrets that the value names."""
    if _ENV_NAME.fullmatch(name):
        unit.env.append(Named(value=name, line=pair.line, column=pair.column, key=value or None))


def add_references(unit: Unit, pair: Pair) -> None:
    """The `secrets.X`, `vars.X` and `env.X` that an expression names."""
    if "${{" in pair.value:
        for match in _REFERENCE.finditer(pair.value[:20_000]):
            line = pair.line + (pair.value.count("\n", 0, match.start()) + 1 if "\n" in pair.value else 0)
            unit.env.append(Named(value=match[1], line=line, column=pair.column))


def listed(pairs: list[Pair], pattern: re.Pattern[str]) -> dict[str, list[Pair]]:
    """Pairs whose path is `prefix` or `prefix.N…`, by the prefix that the pattern's first group gives."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        match = pattern.fullmatch(pair.path)
        if match is not None:
            groups.setdefault(match[1], []).append(pair)
    return groups
