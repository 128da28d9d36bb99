"""Whether a place that a rule matches also has the arguments or values that the rule asks for. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.engine.patterns import glob

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pentascope.model.signature import Rule
    from pentascope.model.unit import Call, Resource


def arguments_match(rule: Rule, call: Call) -> bool:
    """Whether a call is given what the rule wants, and nothing of what it must not be given."""
    if rule.without and (call.argument(*rule.without) is not None or _is_open(call)):
        return False
    for name, patterns in rule.arguments.items():
        argument = call.argument(*name.split("|"))
        if argument is None:
            return False
        words = argument.texts or ((argument.symbol,) if argument.symbol else (argument.source,))
        if not _is_wanted(words, patterns):
            return False
    return True


def _is_wanted(words: Sequence[str], patterns: Sequence[str]) -> bool:
    """Whether one of the words is wanted: it fits a pattern, and none of those that begin with `!`."""
    barred = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")] or ["*"]
    return any(
        any(glob(pattern).fullmatch(word) for pattern in wanted) and not any(glob(pattern).fullmatch(word) for pattern in barred)
        for word in words
    )


def _is_open(call: Call) -> bool:
    """Whether a call may be given more than stands in it: `**options`, `...options`."""
    return any(argument.name is None and argument.source.startswith(("**", "...")) for argument in call.arguments)


def values_match(rule: Rule, value: str) -> bool:
    """Whether a value is one of those that the rule wants."""
    return not rule.values or any(glob(pattern).fullmatch(value) for pattern in rule.values)


def pair_matches(resource: Resource, name: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the settings of a resource has a wanted value."""
    return any(
        pair.path.rpartition(".")[2] == name or pair.path == name or ("*" in name and glob(name).fullmatch(pair.path))
        for pair in resource.pairs
        if any(glob(pattern).fullmatch(pair.value) for pattern in patterns)
    )
