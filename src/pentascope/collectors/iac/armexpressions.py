"""What expressions of ARM and Bicep come to, as far as a template tells. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from pentascope.collectors.iac.data import Unknown, words
from pentascope.collectors.iac.document import Fuel, Node, plain
from pentascope.model.infrastructure import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pentascope.collectors.iac.armgrammar import Expr

MAX_NESTING = 60
MAX_TEXT = 200_000
_TOO_MUCH = Unknown("more than is worked out")
_PLACE = re.compile(r"\{(\d+)(?::[^{}]*)?\}")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class Names(Protocol):
    """What the names of a template stand for."""

    def parameter(self, name: str) -> Node: ...

    def variable(self, name: str) -> Node: ...

    def named(self, name: str) -> Node: ...


class Evaluator:
    """Works out expressions in the names of one template; `inner` are those of loops around them."""

    def __init__(self, names: Names, fuel: Fuel, inner: Mapping[str, Node] | None = None) -> None:
        self._names, self._fuel, self._inner = names, fuel, inner or {}

    def __call__(self, expr: Expr) -> Node:
        """The value, with the lines that it was written on."""
        if not self._fuel.burn() or self._fuel.depth > MAX_NESTING:
            return Node(_TOO_MUCH, expr.line)
        self._fuel.depth += 1
        found = self._worked(expr)
        self._fuel.depth -= 1
        return found

    def _worked(self, expr: Expr) -> Node:
        line = expr.line
        match expr.kind:
            case "text" | "number":
                return Node(expr.text, line)
            case "name":
                return self._name(expr)
            case "object":
                made = {said(self(key)): self(value) for key, value in zip(expr.keys, expr.items, strict=True)}
                return Node({key: each for key, each in made.items() if each.value is not None}, line)
            case "array":
                return Node([self(each) for each in expr.items], line)
            case "joined":
                return Node(joined([self(each) for each in expr.items]), line)
            case "choice":
                return self._choice(*expr.items)
            case "not":
                truth = is_true(self(expr.items[0]))
                return Node(Unknown("its condition") if truth is None else not truth, line)
            case "binary":
                return self._operated(expr)
            case "member":
                return self._member(self(expr.items[0]), self(expr.items[1]), line)
            case "call":
                return self._called(expr)
            case "each":
                return self._each(expr)
        return Node(Unknown("it is worked out at deployment"), line)

    def _name(self, expr: Expr) -> Node:
        if expr.text in _WORDS:
            return Node(_WORDS[expr.text], expr.line)
        found = self._inner.get(expr.text) or self._names.named(expr.text)
        return found if isinstance(found.value, list | dict) else Node(found.value, expr.line)

    def _choice(self, condition: Expr, yes: Expr, no: Expr) -> Node:
        truth = is_true(self(condition))
        if truth is not None:
            found = self(yes if truth else no)
            return found if isinstance(found.value, list | dict) else Node(found.value, condition.line)
        first, second = self(yes), self(no)
        if not isinstance(first.value, Unknown) and plain(first) == plain(second):
            return first
        is_given = all(_is_given(each) for each in (first, second))
        return Node(Unknown("it hangs on a condition that is not told", is_given=is_given), condition.line)

    def _operated(self, expr: Expr) -> Node:
        left, right = self(expr.items[0]), self(expr.items[1])
        if expr.text in {"&&", "||"}:
            return Node(decided([left, right], decides=expr.text == "||"), expr.line)
        if expr.text == "??":
            return right if left.value is None else left
        if expr.text in {"==", "!=", "=~", "!~"}:
            same = equal(left, right)
            return Node(same if isinstance(same, Unknown) or expr.text[0] == "=" else not same, expr.line)
        return Node(Unknown("it is worked out at deployment", is_given=True), expr.line)

    def _member(self, value: Node, key: Node, line: int) -> Node:
        if isinstance(value.value, Unknown):
            return Node(Unknown(value.value.why, is_given=bool(value.value.refers), refers=value.value.refers), line)
        if isinstance(value.value, dict) and isinstance(key.value, str):
            found = value.value.get(key.value)
            return found if found is not None else Node(None, line)
        if isinstance(value.value, list) and isinstance(key.value, str) and key.value.isdecimal() and int(key.value) < len(value.value):
            return value.value[int(key.value)]
        return Node(Unknown("it takes an element that is not told"), line)

    def _each(self, expr: Expr) -> Node:
        why = Unknown("it hangs on a loop", is_given=True)
        inner = {name: Node(why, expr.line) for name in expr.text.split()}
        return Node([Evaluator(self._names, self._fuel, {**self._inner, **inner})(expr.items[1])], expr.line)

    def _called(self, expr: Expr) -> Node:
        name = expr.text.lower()
        if name in {"if", "and", "or", "not"}:
            return self._logical(name, expr)
        arguments = [self(each) for each in expr.items]
        if name in {"parameters", "variables"} and len(arguments) == 1 and isinstance(arguments[0].value, str):
            found = (self._names.parameter if name == "parameters" else self._names.variable)(arguments[0].value)
            return found if isinstance(found.value, list | dict) else Node(found.value, expr.line)
        function = _FUNCTIONS.get(name)
        if function is None:
            return Node(Unknown(f"it is what {expr.text}() gives", is_given=True), expr.line)
        try:
            made = function(*arguments)
        except (TypeError, ValueError, IndexError):
            made = Unknown(f"{expr.text}() is given what it does not take")
        return made if isinstance(made, Node) else Node(made, expr.line)

    def _logical(self, name: str, expr: Expr) -> Node:
        if name == "if" and len(expr.items) == 3:
            return self._choice(*expr.items)
        values = [self(each) for each in expr.items]
        if name == "not" and len(values) == 1:
            truth = is_true(values[0])
            return Node(Unknown("its condition") if truth is None else not truth, expr.line)
        return Node(decided(values, decides=name == "or"), expr.line)


def is_true(node: Node) -> bool | None:
    """A truth value; None where it is not told."""
    if isinstance(node.value, bool):
        return node.value
    return {"true": True, "false": False}.get(node.value.lower()) if isinstance(node.value, str) else None


def decided(values: list[Node], *, decides: bool) -> bool | Unknown:
    """All or one of several conditions."""
    truths = [is_true(each) for each in values]
    if decides in truths:
        return decides
    return Unknown("its condition") if None in truths else not decides


def equal(left: Node, right: Node) -> bool | Unknown:
    """Whether two values are the same; ARM compares texts without regard to case."""
    for each in (left, right):
        if isinstance(each.value, Unknown):
            return Unknown(each.value.why)
    first, second = (words(value).lower() if isinstance(value := plain(each), str | int) else value for each in (left, right))
    return first == second


def said(node: Node) -> str:
    """A value as text, with the mark for what is not told."""
    if isinstance(node.value, Unknown):
        return node.value.shape or UNTOLD
    return UNTOLD if isinstance(node.value, list | dict) else "" if node.value is None else words(node.value)


def joined(parts: list[Node]) -> str | Unknown:
    """Texts one after the other."""
    text = "".join(map(said, parts))[:MAX_TEXT]
    missing = next((each.value for each in parts if isinstance(each.value, Unknown)), None)
    if missing is None:
        return text
    is_whole = len(parts) == 1
    refers = missing.refers if is_whole else ""
    return Unknown(missing.why, is_given=missing.is_given or not is_whole, refers=refers, shape="" if text == UNTOLD else text)


def _is_given(node: Node) -> bool:
    return node.value.is_given if isinstance(node.value, Unknown) else node.value is not None


def _known(*nodes: Node) -> Unknown | None:
    return next((Unknown(each.value.why, is_given=True) for each in nodes if isinstance(each.value, Unknown)), None)


def _concat(*parts: Node) -> Node | str | Unknown:
    if parts and all(isinstance(each.value, list) for each in parts):
        return Node([one for each in parts if isinstance(each.value, list) for one in each.value], parts[0].line)
    return joined(list(parts))


def _format(pattern: Node, *values: Node) -> str | Unknown:
    text = _PLACE.sub(lambda match: said(values[int(match[1])]) if int(match[1]) < len(values) else UNTOLD, said(pattern))[:MAX_TEXT]
    missing = _known(pattern, *values)
    return text if missing is None else Unknown(missing.why, is_given=True, shape="" if text == UNTOLD else text)


def _empty(value: Node) -> bool | Unknown:
    return Unknown(value.value.why) if isinstance(value.value, Unknown) else value.value in (None, "", [], {})


def _coalesce(*values: Node) -> Node:
    return next((each for each in values if each.value is not None), Node(None, 0))


def _contains(holder: Node, part: Node) -> bool | Unknown:
    missing = _known(holder, part)
    if missing is not None:
        return missing
    if isinstance(holder.value, list):
        return said(part) in map(said, holder.value)
    return said(part) in (holder.value if isinstance(holder.value, dict | str) else "")


def _union(*parts: Node) -> Node | Unknown:
    missing = _known(*parts)
    if missing is not None:
        return missing
    if isinstance(parts[0].value, list):
        return Node([one for each in parts if isinstance(each.value, list) for one in each.value], parts[0].line)
    found: dict[str, Node] = {}
    for each in parts:
        found |= each.entries()
    return Node(found, parts[0].line)


def _object(*parts: Node) -> Node:
    return Node({said(key): value for key, value in zip(parts[::2], parts[1::2], strict=True)}, parts[0].line if parts else 0)


def _changed(change: Callable[[str], str]) -> Callable[[Node], str | Unknown]:
    return lambda node: _known(node) or change(said(node))


def _same(node: Node) -> Node:
    return node


_FUNCTIONS: dict[str, Callable[..., Node | str | bool | Unknown | None]] = {
    "concat": _concat, "format": _format, "empty": _empty, "coalesce": _coalesce, "contains": _contains, "union": _union,
    "createobject": _object, "createarray": lambda *parts: Node(list(parts), parts[0].line if parts else 0), "equals": equal,
    "tolower": _changed(str.lower), "toupper": _changed(str.upper), "trim": _changed(str.strip), "string": _same, "int": _same,
    "bool": lambda node: Unknown(_known(node).why) if _known(node) else is_true(node),  # type: ignore[union-attr]
    "true": lambda: True, "false": lambda: False, "null": lambda: None, "array": _same,
    "json": lambda node: _known(node) or _WORDS.get(said(node), Unknown("it is read out of a text", is_given=True)),
    "length": lambda node: _known(node) or str(len(node.value)),
    "first": lambda node: _known(node) or (node.value[0] if node.value else None),
    "last": lambda node: _known(node) or (node.value[-1] if node.value else None),
    "split": lambda node, mark: _known(node, mark) or Node([Node(each, node.line) for each in said(node).split(said(mark))], node.line),
    "join": lambda parts, mark: _known(parts, mark, *parts.value) or said(mark).join(map(said, parts.value)),
    "replace": lambda text, old, new: _known(text, old, new) or said(text).replace(said(old), said(new))[:MAX_TEXT],
    "startswith": lambda text, part: _known(text, part) or said(text).lower().startswith(said(part).lower()),
    "endswith": lambda text, part: _known(text, part) or said(text).lower().endswith(said(part).lower()),
    "tryget": lambda table, key: _known(table, key) or table.get(said(key)),
}  # fmt: skip
