"""TOML statement by statement: the scalars of a file with their paths and places.

Not the tree-sitter grammar: 300 KB of unclosed strings keep it busy for minutes. Not `tomllib`: no places, and one
error loses the file.
"""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.flow import (
    MAX_DEPTH,
    MAX_PAIRS,
    MAX_PATH,
    MAX_TEXT,
    MAX_TOKENS,
    TOML_TOKENS,
    Scan,
    scan_value,
    unescape,
)

_PART = r"(?:[A-Za-z0-9_\-]++|\"(?>(?:[^\"\\\n]++|\\.)*)\"|'[^'\n]*+')"
_KEY = re.compile(rf"[ \t]*+({_PART}(?>(?:[ \t]*+\.[ \t]*+{_PART})*))[ \t]*+=[ \t]*+(?=[^\s#])")
_TABLE = re.compile(rf"[ \t]*+(\[\[?)[ \t]*+({_PART}(?>(?:[ \t]*+\.[ \t]*+{_PART})*))[ \t]*+\]")
_ONE = re.compile(_PART)


def scan_toml(text: str) -> Scan:
    """Every scalar of a TOML text; arrays of tables are numbered."""
    scan = Scan(documents=[[]], is_complete=len(text) <= MAX_TEXT)
    text = text[:MAX_TEXT]
    tables: dict[str, int] = {}
    prefix, position, line = "", 0, 1
    while position < len(text):
        statement = _KEY.match(text, position)
        end = position
        if statement is not None:
            path = _path(statement[1])
            end = scan_value(
                text,
                statement.end(),
                scan,
                tokens=TOML_TOKENS,
                prefix=f"{prefix}.{path}" if prefix else path,
                line=line,
                line_start=position,
            )
        elif (table := _TABLE.match(text, position)) is not None:
            prefix = _open(_path(table[2])[:MAX_PATH], tables, is_array=table[1] == "[[")
        if scan.size >= MAX_PAIRS or scan.tokens >= MAX_TOKENS:
            scan.is_complete = False
            break
        newline = text.find("\n", end)
        newline = len(text) if newline < 0 else newline
        line += text.count("\n", position, newline) + 1
        position = newline + 1
    return scan


def _open(path: str, tables: dict[str, int], *, is_array: bool) -> str:
    """The path that the entries of a table get; `[a.b]` below `[[a]]` belongs to the last element of a."""
    path = _numbered(path, tables)
    if not is_array:
        return path
    tables[path] = tables.get(path, -1) + 1
    return f"{path}.{tables[path]}"


def _path(key: str) -> str:
    if '"' not in key and "'" not in key:
        return "".join(key.split())
    parts = (match[0] for match in _ONE.finditer(key))
    return ".".join(unescape(part[1:-1]) if part[0] == '"' else part.strip("'") for part in parts)


def _numbered(path: str, tables: dict[str, int]) -> str:
    if not tables:
        return path
    parts = path.split(".")[:MAX_DEPTH]
    head = parts[0]
    for part in parts[1:]:
        if head in tables:
            head = f"{head}.{tables[head]}"
        head = f"{head}.{part}"
    return head
