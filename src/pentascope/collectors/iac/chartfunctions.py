"""The functions of Helm's templates that give the same wherever a chart is installed. Pure; the rest is Unknown."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from pentascope.collectors.iac.data import Data, Unknown, words
from pentascope.model.infrastructure import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_TEXT = 500_000


def is_true(value: Data) -> bool | None:
    """Whether Go takes a value for true; None where it is not told."""
    if isinstance(value, Unknown):
        return True if value.shape.replace(UNTOLD, "").strip() else None
    return value not in (None, "", 0, False) and value not in ([], {})


def said(value: Data) -> str:
    """A value as an action writes it."""
    if isinstance(value, Unknown):
        return value.shape or UNTOLD
    if value is None:
        return ""
    return UNTOLD if isinstance(value, list | dict) else words(value)


def call(name: str, arguments: Sequence[Data]) -> Data:
    """What a function gives. One that is not known here, or that Go would refuse, gives Unknown."""
    function = _LENIENT.get(name)
    if function is None:
        unknown = next((each for each in arguments if isinstance(each, Unknown)), None)
        function = _STRICT.get(name)
        if function is None or unknown is not None:
            return Unknown(unknown.why if unknown is not None else f"it is what {name} gives", is_given=name in _GIVING)
    try:
        return function(*arguments)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError, OverflowError):
        return Unknown(f"{name} is given what it does not take")


_GIVING = frozenset({"randAlphaNum", "uuidv4", "now", "genCA", "sha256sum", "toJson"})


def _default(fallback: Data, *value: Data) -> Data:
    given = value[0] if value else None
    truth = is_true(given)
    if truth is None:
        return Unknown(given.why if isinstance(given, Unknown) else "", is_given=is_true(fallback) is True)
    return given if truth else fallback


def _first(*values: Data) -> Data:
    for value in values:
        truth = is_true(value)
        if truth is None:
            return Unknown("which of several it is, is not told")
        if truth:
            return value
    return None


def _quote(*values: Data) -> Data:
    return _text(" ".join(json.dumps(said(each), ensure_ascii=False) for each in values if each is not None))


def _text(text: str) -> Data:
    return Unknown("the values of the chart do not tell it", is_given=True, shape=text) if UNTOLD in text else text


def _indent(width: Data, text: Data) -> Data:
    pad = " " * min(int(said(width)), 200)
    return _text("\n".join(pad + row for row in said(text).split("\n"))[:MAX_TEXT])


def _new_line_indent(width: Data, text: Data) -> Data:
    found = _indent(width, text)
    return _text("\n" + said(found))


def to_yaml(value: Data) -> Data:
    """A value in lines: entries and items at the top, what is below them in brackets."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, dict) and value:
        rows = [f"{json.dumps(key, ensure_ascii=False)}: {_inline(each)}" for key, each in value.items()]
    elif isinstance(value, list) and value:
        rows = [f"- {_inline(each)}" for each in value]
    else:
        rows = [_inline(value)]
    return _text("\n".join(rows)[:MAX_TEXT])


def _inline(value: Data) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, Unknown):
        return json.dumps(value.shape or UNTOLD, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)


def _printf(pattern: Data, *values: Data) -> Data:
    rest = [said(each) for each in values]
    made: list[str] = []
    pieces = said(pattern).split("%")
    made.append(pieces[0])
    for piece in pieces[1:]:
        if not piece:
            made.append("%")
            continue
        value = rest.pop(0) if rest else UNTOLD
        made.append((json.dumps(value, ensure_ascii=False) if piece[0] == "q" else value) + piece[1:])
    return _text("".join(made)[:MAX_TEXT])


def _and(*values: Data) -> Data:
    truths = [is_true(each) for each in values]
    for value, truth in zip(values, truths, strict=True):
        if truth is False:
            return value
    return Unknown("its condition") if None in truths else values[-1]


def _or(*values: Data) -> Data:
    truths = [is_true(each) for each in values]
    if None not in truths[: truths.index(True) if True in truths else None]:
        return next((value for value, truth in zip(values, truths, strict=True) if truth), values[-1])
    return True if True in truths else Unknown("its condition")


def _not(value: Data) -> Data:
    truth = is_true(value)
    return Unknown("its condition") if truth is None else not truth


def _same(left: Data, right: Data) -> bool:
    return (words(left) if isinstance(left, int | str) else left) == (words(right) if isinstance(right, int | str) else right)


def _dict(value: Data) -> dict[str, Data]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _list(value: Data) -> list[Data]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _pairs(*values: Data) -> Data:
    return {said(key): value for key, value in zip(values[::2], values[1::2], strict=True)}


def _ternary(yes: Data, no: Data, condition: Data) -> Data:
    truth = is_true(condition)
    return Unknown("its condition") if truth is None else yes if truth else no


def _index(value: Data, *keys: Data) -> Data:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(said(key))
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key]
        elif not isinstance(value, Unknown):
            return None
    return value


def _merged(*values: Data, is_last_best: bool = False) -> Data:
    found: dict[str, Data] = {}
    for value in values if is_last_best else reversed(values):
        if isinstance(value, Unknown):
            return Unknown(value.why, is_given=True)
        for key, each in _dict(value or {}).items():
            old = found.get(key)
            both = isinstance(old, dict) and isinstance(each, dict)
            found[key] = _merged(old, each, is_last_best=True) if both else each
    return found


def _kind(value: Data) -> str:
    if isinstance(value, bool):
        return "bool"
    return {dict: "map", list: "slice", str: "string", int: "int64", float: "float64"}.get(type(value), "invalid")


def _number(value: Data) -> int:
    return int(float(said(value) or "0"))


def _base64(text: Data) -> Data:
    return base64.b64encode(said(text).encode()).decode()


_LENIENT: dict[str, Callable[..., Data]] = {
    "default": _default, "coalesce": _first, "quote": _quote, "squote": _quote, "indent": _indent, "nindent": _new_line_indent,
    "toYaml": to_yaml, "printf": _printf, "print": lambda *values: _text("".join(map(said, values))), "and": _and, "or": _or, "not": _not,
    "empty": _not, "ternary": _ternary, "required": lambda _, value: value, "list": lambda *values: list(values),
    "tuple": lambda *values: list(values), "dict": _pairs, "index": _index, "get": _index, "merge": _merged,
    "mergeOverwrite": lambda *values: _merged(*values, is_last_best=True),
    "mustMergeOverwrite": lambda *values: _merged(*values, is_last_best=True), "mustMerge": _merged,
    "toString": lambda value: _text(said(value)),
    "trunc": lambda width, text: text if isinstance(text, Unknown) else said(text)[: _number(width)],
    "trim": lambda text: _text(said(text).strip()), "trimSuffix": lambda end, text: _text(said(text).removesuffix(said(end))),
    "trimPrefix": lambda end, text: _text(said(text).removeprefix(said(end))),
    "lower": lambda text: _text(said(text).lower()),
    "replace": lambda old, new, text: _text(said(text).replace(said(old), said(new))[:MAX_TEXT]),
    "fail": lambda *_: Unknown("the chart refuses these values"), "deepCopy": lambda value: value,
    "set": lambda table, key, value: {**_dict(table), said(key): value},
}  # fmt: skip
_STRICT: dict[str, Callable[..., Data]] = {
    "eq": lambda left, *right: any(_same(left, each) for each in right), "ne": lambda left, right: not _same(left, right),
    "lt": lambda left, right: _number(left) < _number(right), "le": lambda left, right: _number(left) <= _number(right),
    "gt": lambda left, right: _number(left) > _number(right), "ge": lambda left, right: _number(left) >= _number(right),
    "upper": lambda text: said(text).upper(), "title": lambda text: said(text).title(), "int": _number, "int64": _number,
    "atoi": _number, "len": lambda value: len(value) if value is not None else 0, "add": lambda *each: sum(map(_number, each)),
    "add1": lambda value: _number(value) + 1, "sub": lambda left, right: _number(left) - _number(right),
    "mul": lambda left, right: _number(left) * _number(right),
    "hasKey": lambda table, key: said(key) in _dict(table), "keys": lambda table: list[Data](sorted(_dict(table))),
    "values": lambda table: list(_dict(table).values()), "has": lambda value, table: value in _list(table),
    "contains": lambda part, text: said(part) in said(text), "hasPrefix": lambda part, text: said(text).startswith(said(part)),
    "hasSuffix": lambda part, text: said(text).endswith(said(part)), "kindIs": lambda kind, value: _kind(value) in {kind, f"{kind}64"},
    "kindOf": _kind, "typeOf": _kind, "typeIs": lambda kind, value: _kind(value) == kind,
    "join": lambda mark, values: said(mark).join(map(said, _list(values))),
    "splitList": lambda mark, text: list[Data](said(text).split(said(mark))),
    "first": lambda values: _list(values)[0], "last": lambda values: _list(values)[-1], "rest": lambda values: _list(values)[1:],
    "concat": lambda *lists: [each for one in lists for each in _list(one)], "append": lambda values, value: [*_list(values), value],
    "uniq": lambda values: [each for at, each in enumerate(_list(values)) if each not in _list(values)[:at]],
    "compact": lambda values: [each for each in _list(values) if each],
    "omit": lambda table, *keys: {key: each for key, each in _dict(table).items() if key not in keys},
    "pick": lambda table, *keys: {key: each for key, each in _dict(table).items() if key in keys}, "b64enc": _base64,
    "toJson": _inline, "until": lambda count: list[Data](range(min(_number(count), 2_000))),
    "fromYaml": lambda value: value if isinstance(value, dict) else Unknown("it is read out of a text"),
    "b64dec": lambda text: base64.b64decode(said(text)).decode(),
}  # fmt: skip
