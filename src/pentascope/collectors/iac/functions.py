"""The functions of Terraform that give the same wherever they run. Pure; what is not here, or not told, is Unknown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pentascope.collectors.iac.data import Data, Unknown, words
from pentascope.model.infrastructure import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_TEXT = 1_000_000
MAX_ITEMS = 10_000
_VERB = re.compile(r"%(?:\[\d+\])?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z%]")


def is_true(value: Data) -> bool | None:
    """A truth value as Terraform converts it; None where it is not told."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def call(name: str, arguments: Sequence[Data]) -> Data:
    """What the function gives. A call that Terraform would refuse is Unknown."""
    function = _LENIENT.get(name)
    if function is None:
        unknown = next((each for each in arguments if isinstance(each, Unknown)), None)
        function = _STRICT.get(name)
        if function is None or unknown is not None:
            why = unknown.why if unknown is not None else f"it is what {name}() gives"
            return Unknown(why, is_given=name in _GIVING, refers=unknown.refers if unknown is not None else "")
    try:
        return function(*arguments)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError, OverflowError):
        return Unknown(f"{name}() is given what it does not take")


_GIVING = frozenset({"format", "join", "templatefile", "base64encode", "filebase64", "sha256", "md5", "uuid", "timestamp", "jsonencode"})
"""Functions that never give null."""


def _list(value: Data) -> list[Data]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _dict(value: Data) -> dict[str, Data]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _text(value: Data) -> str:
    if isinstance(value, list | dict | Unknown) or value is None:
        raise TypeError
    return words(value)


def _merge(*arguments: Data) -> Data:
    """Later arguments win. One that is not told could hold any key, so then nothing is told, but that something is given."""
    found: dict[str, Data] = {}
    for argument in arguments:
        if argument is None:
            continue
        if isinstance(argument, Unknown):
            return Unknown(argument.why, is_given=True)
        found |= _dict(argument)
    return found


def _concat(*arguments: Data) -> Data:
    found: list[Data] = []
    for argument in arguments:
        found += [argument] if isinstance(argument, Unknown) else _list(argument)
    return found[:MAX_ITEMS]


def _first(*arguments: Data) -> Data:
    """`coalesce`: the first that is neither null nor empty; one that is not told ends the search."""
    for argument in arguments:
        if isinstance(argument, Unknown):
            return Unknown(argument.why, is_given=argument.is_given or len(arguments) > 1, refers=argument.refers)
        if argument not in (None, ""):
            return argument
    return Unknown("nothing is left to take")


def _try(*arguments: Data) -> Data:
    return arguments[0] if arguments else Unknown("try() of nothing")


def _first_list(*arguments: Data) -> Data:
    for argument in arguments:
        if isinstance(argument, Unknown) or argument:
            return argument
    return Unknown("nothing is left to take")


def _same(value: Data, *_: Data) -> Data:
    return value


def _set(value: Data) -> Data:
    found: list[Data] = []
    for each in _list(value):
        if each not in found:
            found.append(each)
    return found


def _format(pattern: Data, *values: Data) -> Data:
    rest = list(values)
    unknown = next((each for each in values if isinstance(each, Unknown)), None)

    def put(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        value = rest.pop(0) if rest else UNTOLD
        if isinstance(value, Unknown):
            return value.shape or UNTOLD
        return json.dumps(value) if isinstance(value, list | dict) else words(value)

    text = _VERB.sub(put, _text(pattern))
    return text if unknown is None else Unknown(unknown.why, is_given=True, refers=unknown.refers, shape=text)


def _join(separator: Data, *lists: Data) -> Data:
    parts = [each for one in lists for each in _list(one)]
    unknown = next((each for each in parts if isinstance(each, Unknown)), None)
    text = _text(separator).join((each.shape or UNTOLD) if isinstance(each, Unknown) else _text(each) for each in parts)[:MAX_TEXT]
    return text if unknown is None else Unknown(unknown.why, is_given=True, shape=text)


def _lookup(table: Data, key: Data, *default: Data) -> Data:
    found = _dict(table)
    return found[_text(key)] if not default else found.get(_text(key), default[0])


def _contains(values: Data, wanted: Data) -> Data:
    return wanted in _list(values)


def _flatten(value: Data) -> Data:
    found: list[Data] = []
    for each in _list(value):
        found += _list(_flatten(each)) if isinstance(each, list) else [each]
    return found[:MAX_ITEMS]


def _replace(text: Data, old: Data, new: Data) -> Data:
    pattern = _text(old)
    if len(pattern) > 1 and pattern[0] == pattern[-1] == "/":
        return Unknown("replace() with an expression is not worked out", is_given=True)
    return _text(text).replace(pattern, _text(new))[:MAX_TEXT]


def _range(*bounds: Data) -> Data:
    numbers = [each for each in bounds if isinstance(each, int)]
    found = range(*numbers)
    if len(found) > MAX_ITEMS:
        raise ValueError
    return list(found)


def _jsondecode(text: Data) -> Data:
    found: Data = json.loads(_text(text)) if isinstance(text, str) else text
    return found


def _element(values: Data, index: Data) -> Data:
    found = _list(values)
    if not isinstance(index, int) or not found:
        raise TypeError
    return found[index % len(found)]


def _one(values: Data) -> Data:
    found = _list(values)
    if len(found) > 1:
        raise ValueError
    return found[0] if found else None


def _length(value: Data) -> Data:
    if not isinstance(value, list | dict | str):
        raise TypeError
    return len(value)


_LENIENT: dict[str, Callable[..., Data]] = {
    "jsonencode": _same, "yamlencode": _same, "merge": _merge, "concat": _concat, "coalesce": _first,
    "coalescelist": _first_list, "try": _try,
    "tolist": _same, "tomap": _same, "toset": lambda value: value if isinstance(value, Unknown) else _set(value), "format": _format,
    "join": _join,
    "sensitive": _same, "nonsensitive": _same, "lookup": _lookup, "flatten": _flatten,
    "length": _length, "compact": lambda values: [each for each in _list(values) if each not in (None, "")],
    "distinct": _set, "setunion": lambda *lists: _set(_concat(*lists)), "values": lambda table: list(_dict(table).values()),
    "keys": lambda table: list[Data](sorted(_dict(table))),
    "zipmap": lambda keys, values: dict(zip(map(_text, _list(keys)), _list(values), strict=True)),
    "element": _element, "one": _one, "reverse": lambda values: _list(values)[::-1],
}  # fmt: skip
_STRICT: dict[str, Callable[..., Data]] = {
    "lower": lambda text: _text(text).lower(), "upper": lambda text: _text(text).upper(), "title": lambda text: _text(text).title(),
    "tostring": _text, "tonumber": lambda value: int(_text(value)), "tobool": is_true,
    "split": lambda separator, text: list[Data](_text(text).split(_text(separator))), "contains": _contains, "replace": _replace,
    "range": _range,
    "jsondecode": _jsondecode, "trimspace": lambda text: _text(text).strip(), "trim": lambda text, cut: _text(text).strip(_text(cut)),
    "trimprefix": lambda text, cut: _text(text).removeprefix(_text(cut)),
    "trimsuffix": lambda text, cut: _text(text).removesuffix(_text(cut)),
    "startswith": lambda text, part: _text(text).startswith(_text(part)), "endswith": lambda text, part: _text(text).endswith(_text(part)),
    "min": lambda *values: min(values), "max": lambda *values: max(values),
    "sort": lambda values: list[Data](sorted(map(_text, _list(values)))),
    "abs": abs, "can": lambda *_: True, "alltrue": lambda values: all(is_true(each) is True for each in _list(values)),
    "anytrue": lambda values: any(is_true(each) is True for each in _list(values)),
}  # fmt: skip
