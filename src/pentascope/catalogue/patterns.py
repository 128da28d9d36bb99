"""Regular expressions that stay quick on hostile text: what makes one slow is found in its parse, before it ever runs.

Python's engine backtracks. Two shapes make that explode: a repeated group whose parts can be cut in many ways
(`(?:[-.][a-z.]+){0,7}`), and a run over whole files (`(?s)a.*b`) that starts again at every `a`.
"""

from __future__ import annotations

import re
from re import _constants as op
from re import _parser as parser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Node = tuple[Any, Any]  # operation and its argument, as Python's own parser gives them
Chars = frozenset[int]

_OTHER = 128  # stands for every character outside ASCII
_ALL = frozenset(range(_OTHER + 1))
_SPACES = frozenset(map(ord, " \t\n\r\f\v"))
_DIGITS = frozenset(map(ord, "0123456789"))
_WORDS = frozenset(code for code in range(_OTHER) if chr(code).isalnum() or chr(code) == "_") | {_OTHER}
_CATEGORIES = {
    op.CATEGORY_SPACE: _SPACES, op.CATEGORY_NOT_SPACE: _ALL - _SPACES,
    op.CATEGORY_DIGIT: _DIGITS, op.CATEGORY_NOT_DIGIT: _ALL - _DIGITS,
    op.CATEGORY_WORD: _WORDS, op.CATEGORY_NOT_WORD: _ALL - _WORDS,
}
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
_FEW = 2  # a group repeated at most this often cannot explode
_MANY = 1000  # steps that a file may cost at each place where an expression can begin


def slow_part(pattern: str, *, is_file: bool = False) -> str | None:
    """Why the expression can take superlinear time, or None. `is_file`: it is searched in the text of whole files."""
    tree = parser.parse(pattern)
    dot = _ALL if tree.state.flags & re.DOTALL else _ALL - {ord("\n")}
    if any(_is_ambiguous(items, dot, int(most)) for items, most in _repeated(list(tree))):
        return "a repeated group can be cut in many ways; keep its first character out of its last run"
    if is_file and _ways_across_lines(list(tree), dot) > _MANY:
        return "runs cross lines and start again at every match of their beginning; bound one to 999, or make them atomic"
    return None


def _ways_across_lines(items: Sequence[Node], dot: Chars) -> int:
    """In how many ways runs across lines can share out the text after one beginning: the product of their lengths."""
    ways = 1
    for node in items:
        kind, argument = node
        if kind is op.BRANCH:
            ways *= max(_ways_across_lines(list(branch), dot) for branch in argument[1])
        elif kind in _REPEATS:
            chars = _first(list(argument[2]), dot)
            is_across = ord("\n") in chars and len(chars) > len(_ALL) - len(_SPACES)
            ways *= int(argument[1]) if is_across else _ways_across_lines(list(argument[2]), dot)
        else:
            ways *= _ways_across_lines(_inside(node), dot)
    return ways


def _is_ambiguous(items: Sequence[Node], dot: Chars, most: int) -> bool:
    """Whether a run inside the group can swallow its end and the beginning of the next round."""
    if most <= _FEW:
        return False
    begin = _first(items, dot)
    return any(run & begin and (not rest or run & rest) for run, rest in _runs(items, dot))


def _runs(items: Sequence[Node], dot: Chars) -> Iterator[tuple[Chars, Chars]]:
    """Every run of varying length in the group: its characters, and those that must follow it (none: it may end there)."""
    for place, (kind, argument) in enumerate(items):
        after = items[place + 1 :]
        rest: Chars = frozenset() if _is_nullable(after) else _first(after, dot)
        if kind in _REPEATS and argument[0] != argument[1] and argument[1] > 1:
            yield _first(list(argument[2]), dot), rest
        elif kind in {op.SUBPATTERN, op.BRANCH}:
            for inner in [list(argument[3])] if kind is op.SUBPATTERN else [list(branch) for branch in argument[1]]:
                for run, follows in _runs(inner, dot):
                    yield run, follows or rest


def _repeated(items: Sequence[Node]) -> Iterator[tuple[list[Node], int]]:
    """The body and the upper bound of every repeated group."""
    for kind, argument in _nodes(items):
        if kind in _REPEATS:
            yield list(argument[2]), argument[1]


def _nodes(items: Sequence[Node]) -> Iterator[Node]:
    """All nodes outside atomic groups and possessive runs, which never go back."""
    todo = list(items)
    while todo:
        node = todo.pop()
        yield node
        todo += _inside(node)


def _inside(node: Node) -> list[Node]:
    kind, argument = node
    if kind is op.SUBPATTERN:
        return list(argument[3])
    if kind in _REPEATS:
        return list(argument[2])
    if kind is op.BRANCH:
        return [child for branch in argument[1] for child in branch]
    return []


def _first(items: Sequence[Node], dot: Chars) -> Chars:
    """The characters with which a match of these nodes can begin."""
    found: set[int] = set()
    for node in items:
        found |= _begin(node, dot)
        if not _is_nullable([node]):
            break
    return frozenset(found)


def _begin(node: Node, dot: Chars) -> Chars:
    kind, argument = node
    if kind is op.ANY:
        return dot
    if kind is op.LITERAL:
        return _both_cases({min(argument, _OTHER)})
    if kind is op.NOT_LITERAL:
        return _ALL - {argument}
    if kind is op.IN:
        return _class(argument)
    if kind is op.BRANCH:
        return frozenset().union(*(_first(list(branch), dot) for branch in argument[1]))
    if kind is op.ATOMIC_GROUP:
        return _first(list(argument), dot)
    if kind in {*_REPEATS, op.POSSESSIVE_REPEAT}:
        return _first(list(argument[2]), dot)
    return _first(list(argument[3]), dot) if kind is op.SUBPATTERN else frozenset()


def _class(members: Sequence[Node]) -> Chars:
    found: set[int] = set()
    for kind, argument in members:
        if kind is op.LITERAL:
            found.add(min(argument, _OTHER))
        elif kind is op.RANGE:
            found |= set(range(min(argument[0], _OTHER), min(argument[1], _OTHER) + 1))
        elif kind is op.CATEGORY:
            found |= _CATEGORIES.get(argument, _ALL)
    chars = _both_cases(found)
    return _ALL - chars if members[0][0] is op.NEGATE else chars


def _both_cases(codes: set[int]) -> Chars:
    """Letters in both cases: expressions are matched without regard to it."""
    return frozenset(codes | {ord(chr(code).swapcase()) for code in codes if code < _OTHER})


def _is_nullable(items: Sequence[Node]) -> bool:
    """Whether these nodes can match nothing at all."""
    for kind, argument in items:
        if kind in {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN}:
            return False
        if kind in {*_REPEATS, op.POSSESSIVE_REPEAT} and argument[0] > 0 and not _is_nullable(list(argument[2])):
            return False
        if kind is op.SUBPATTERN and not _is_nullable(list(argument[3])):
            return False
        if kind is op.ATOMIC_GROUP and not _is_nullable(list(argument)):
            return False
        if kind is op.BRANCH and not any(_is_nullable(list(branch)) for branch in argument[1]):
            return False
    return True
