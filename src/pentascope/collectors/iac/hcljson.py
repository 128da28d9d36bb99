"""Terraform's JSON form (`.tf.json`) as the same blocks and expressions. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.iac.hcl import (
    MAX_DEPTH,
    MAX_TEXT,
    Attribute,
    Block,
    Entries,
    Expression,
    Items,
    Literal,
    ModuleFile,
    Opaque,
    read_expression,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_OFFSET = re.compile(r"\(byte (\d+)\)")


def read_json(source: bytes, path: str) -> ModuleFile:
    """A `.tf.json` file: the same in JSON, with expressions in strings. Lines are those where a block's name first stands."""
    try:
        table = msgspec.json.decode(source, type=dict[str, object])
    except (msgspec.MsgspecError, RecursionError) as error:
        at = _OFFSET.search(str(error))
        return ModuleFile(path, (), (), source.count(b"\n", 0, int(at[1])) + 1 if at else 1)
    blocks: list[Block] = []
    for kind, body in table.items():
        size = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1}.get(kind, 0)
        for labels, inner in _labelled(body, size, ()):
            line = source.count(b"\n", 0, max(source.find(f'"{(labels or (kind,))[-1]}"'.encode()), 0)) + 1
            blocks.append(_json_block(kind, labels, inner, line))
    return ModuleFile(path, tuple(blocks), ())


def _labelled(body: object, size: int, labels: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, object]]]:
    if isinstance(body, list):
        for each in body:
            yield from _labelled(each, size, labels)
    elif isinstance(body, dict):
        if size == 0:
            yield labels, body
            return
        for name, each in body.items():
            yield from _labelled(each, size - 1, (*labels, name))


def _json_block(kind: str, labels: tuple[str, ...], body: dict[str, object], line: int) -> Block:
    """Nested objects stay arguments: their paths are those that blocks would have."""
    attributes = tuple(Attribute(name, line, _json_value(_single(value), line, 0)) for name, value in body.items() if name != "//")
    return Block(kind, labels, line, attributes, ())


def _single(value: object) -> object:
    """A list of one object is how JSON writes a block."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) else value


def _json_value(value: object, line: int, depth: int) -> Expression:
    if depth > MAX_DEPTH:
        return Opaque("deeper than is read")
    if isinstance(value, dict):
        values = tuple(_json_value(_single(each), line, depth + 1) for each in value.values())
        return Entries((line,) * len(value), tuple(Literal(key) for key in value), values)
    if isinstance(value, list):
        return Items((line,) * len(value), tuple(_json_value(each, line, depth + 1) for each in value))
    if isinstance(value, str):
        return read_expression(value[:MAX_TEXT])
    return Literal(value) if value is None or isinstance(value, int | float) else Opaque("")
