"""The strings of which one must occur wherever a regular expression matches: what a literal prefilter can look for.

Uses the standard library's own parser of expressions, so that what is derived here is what `re` will do.
"""

from __future__ import annotations

import re._constants as kind  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_STRINGS = 96
MIN_LENGTH = 5


def necessary_literals(expression: str) -> frozenset[str] | None:
    """Lower-case strings of which at least one stands in every match; None when no useful set can be derived."""
    best = _best(parser.parse(expression.removeprefix("(?i)")))
    is_telling = best and min(map(len, best)) >= MIN_LENGTH and not any(text.startswith("-") for text in best)
    return frozenset(best) if best and is_telling else None


def _best(sequence: Iterable[tuple[Any, Any]]) -> set[str] | None:
    """The most telling set of strings of a sequence: runs of what can be spelled out, or a mandatory group's own set."""
    found: list[set[str]] = []
    run: set[str] = {""}
    for operation, argument in sequence:
        spelled = _spelled(operation, argument)
        if spelled is not None and len(run) * len(spelled) <= MAX_STRINGS:
            run = {head + tail for head in run for tail in spelled}
            continue
        starts = _starts(operation, argument) if spelled is None else None
        if starts is not None and len(run) * len(starts) <= MAX_STRINGS:
            found.append({head + tail for head in run for tail in starts})
        found.append(run)
        run = spelled if spelled is not None and len(spelled) <= MAX_STRINGS else {""}
        inner = _inner(operation, argument) if spelled is None else None
        if inner:
            found.append(inner)
    found.append(run)
    return max((one for one in found if one and min(map(len, one)) > 0), key=lambda one: min(map(len, one)), default=None)


def _spelled(operation: Any, argument: Any) -> set[str] | None:
    """Every string that an element can be, when they are few."""
    if operation is kind.LITERAL:
        return {chr(argument).lower()}
    if operation is kind.IN:
        letters = [chr(value).lower() for name, value in argument if name is kind.LITERAL]
        return set(letters) if len(letters) == len(argument) and len(letters) <= 4 else None
    if operation is kind.SUBPATTERN:
        return _spelled_sequence(argument[3])
    if operation is kind.BRANCH:
        options = [_spelled_sequence(option) for option in argument[1]]
        union = {text for option in options if option is not None for text in option}
        return union if all(option is not None for option in options) and len(union) <= MAX_STRINGS else None
    if operation in {kind.MAX_REPEAT, kind.MIN_REPEAT} and tuple(argument[:2]) == (0, 1):
        inner = _spelled_sequence(argument[2])
        return inner | {""} if inner is not None and len(inner) < MAX_STRINGS else None
    return None


def _spelled_sequence(sequence: Iterable[tuple[Any, Any]]) -> set[str] | None:
    run = {""}
    for operation, argument in sequence:
        spelled = _spelled(operation, argument)
        if spelled is None or len(run) * len(spelled) > MAX_STRINGS:
            return None
        run = {head + tail for head in run for tail in spelled}
    return run


def _starts(operation: Any, argument: Any) -> set[str] | None:
    """What an element that cannot be spelled out begins with, where every branch of it begins with something."""
    if operation is kind.SUBPATTERN:
        options = [argument[3]]
    elif operation is kind.BRANCH:
        options = argument[1]
    else:
        return None
    starts: set[str] = set()
    for option in options:
        run = {""}
        for inner_operation, inner_argument in option:
            spelled = _spelled(inner_operation, inner_argument)
            if spelled is None:
                deeper = _starts(inner_operation, inner_argument)
                run = {head + tail for head in run for tail in deeper} if deeper else run
                break
            run = {head + tail for head in run for tail in spelled}
            if len(run) > MAX_STRINGS:
                return None
        starts |= run
    return starts if "" not in starts and len(starts) <= MAX_STRINGS else None


def _inner(operation: Any, argument: Any) -> set[str] | None:
    if operation is kind.SUBPATTERN:
        return _best(argument[3])
    if operation is kind.BRANCH:
        options = [_best(option) for option in argument[1]]
        union = {text for option in options if option for text in option}
        return union if all(options) and len(union) <= 4 * MAX_STRINGS else None
    if operation is kind.ATOMIC_GROUP:
        return _best(argument)
    if operation in {kind.MAX_REPEAT, kind.MIN_REPEAT} and argument[0] >= 1:
        return _best(argument[2])
    return None
