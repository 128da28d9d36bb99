"""Tools that a file describes to a model as data: a name, a description and a schema of the arguments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = (b"chema", b"parameters", b"_20", b"web_search", b"code_interpreter", b"computer_use")
"""What every expression of this module needs; looked up before any of them is tried."""
MAX_TOOLS = 100
WINDOW_BYTES = 3000
_SCHEMAS = (
    (b"chema", re.compile(rb"""(?:input_?[sS]|args_s|JsonS)chema["']?\s{0,4}[:=]""")),
    (b"parameters", re.compile(rb"""parameters["']?\s{0,4}[:=]\s{0,8}\{\s{0,40}["']?type["']?\s{0,4}:\s{0,4}["']object""")),
)
_NAME = re.compile(
    rb"""(?:^|[{(,\s])(["']?)name\1\s{0,4}[:=]\s{0,8}(?:["'`]([A-Za-z_][\w.-]{0,63})["'`]|([A-Za-z_][\w.]{0,80}))\s{0,4}[,\n)]"""
)
_TYPES = frozenset({b"name", b"tool_name", b"toolName", b"str", b"string", b"String", b"None", b"Any"})
_DESCRIPTION = re.compile(rb"""\bdescription["']?\s{0,4}[:=]""")
_OWN_NAME = re.compile(rb"""\b_?(?:NAME|name)\b\s{0,2}(?::\s{0,2}[\w\[\], ]{1,40})?=\s{0,2}["']([A-Za-z_][\w.-]{0,63})["']""")
_HOSTED = re.compile(
    rb"""["'](?:(bash|computer|text_editor|web_search|web_fetch|code_execution|memory)_20\d{6}"""
    rb"""|(web_search_preview|code_interpreter|computer_use_preview))["']"""
)
_WRITES = frozenset(
    """create write update delete remove insert add set send post put patch save edit execute exec run bash book cancel buy pay transfer
    deploy publish upload move rename drop apply replace computer terminal shell schedule submit upsert""".split()
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def described(source: bytes) -> Iterator[tuple[str, int, int]]:
    """Name, line and column of every tool that is described by a schema, and of those that a provider hosts."""
    seen: set[str] = set()
    if not any(word in source for word in _WORDS):
        return
    for match in sorted((match for word, pattern in _SCHEMAS if word in source for match in pattern.finditer(source)), key=re.Match.start):
        start = max(0, match.start() - WINDOW_BYTES)
        names = list(_NAME.finditer(source, start, match.start()))
        if not names or len(seen) >= MAX_TOOLS:
            continue
        last = names[-1]
        if last[3] in _TYPES:
            continue
        if _DESCRIPTION.search(source, last.end(), match.start()) is None:
            continue
        yield from _once(_name(source, last), last.start(), source, seen)
    for match in _HOSTED.finditer(source) if b"_20" in source or b"_preview" in source or b"code_interpreter" in source else ():
        yield from _once((match[1] or match[2]).decode(), match.start(), source, seen)


def writes(name: str) -> str:
    """`yes` for a name that says that something is changed, else `no`."""
    return "no" if _WRITES.isdisjoint(re.split(r"[^a-z]+", _CAMEL.sub("_", name).lower())) else "yes"


def _name(source: bytes, match: re.Match[bytes]) -> str:
    if match[2]:
        return match[2].decode()
    symbol = match[3].decode()
    own = _OWN_NAME.search(source) if symbol.startswith(("self.", "cls.", "this.")) else None
    return own[1].decode() if own is not None else symbol.rpartition(".")[2]


def _once(name: str, offset: int, source: bytes, seen: set[str]) -> Iterator[tuple[str, int, int]]:
    if name not in seen:
        seen.add(name)
        start = source.rfind(b"\n", 0, offset + 1) + 1
        line = source.count(b"\n", 0, start) + 1
        yield name, line, max(offset - start, 0) + 1
