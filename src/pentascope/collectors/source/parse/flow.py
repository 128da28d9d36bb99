"""JSON, JSON with comments, JSON lines and the flow style of YAML, token by token.

A tokeniser rather than a grammar: it stops at the limits without reading the rest, keeps no tree, and a broken file
gives what stands before and after the break.
"""

from __future__ import annotations

import re

import msgspec

from pentascope.model.unit import Pair

MAX_PAIRS = 20_000  # a file; enough for every hand-written configuration
MAX_DEPTH = 60
MAX_TOKENS = 300_000  # a file; bounds the time on files of brackets without a scalar
MAX_TEXT = 8_000_000  # characters of a file
MAX_PATH = 1_000  # characters; bounds the memory that one long key above many scalars takes
MAX_VALUE = 65_536  # characters of one scalar

JSON_TOKENS = re.compile(
    r'"((?>(?:[^"\\\n]++|\\.)*))"?'  # 1 double-quoted
    r"|(?:'((?>(?:[^'\\\n]++|\\.)*))'?)"  # 2 single-quoted (JSON5)
    r"|([\[{])|([\]}])|([:,])"  # 3 open, 4 close, 5 mark
    r"|(//[^\n]*+|/\*(?>(?:[^*]++|\*(?!/))*)(?:\*/)?)"  # 6 comment
    r"|([^\s\[\]{}:,\"'/]++|/)"  # 7 plain
)
YAML_TOKENS = re.compile(
    r'"((?>(?:[^"\\]++|\\[\s\S])*))"?'
    r"|'((?>(?:[^']++|'')*))'?"
    r"|([\[{](?!\{))|([\]}])|(,|:(?=[\s\[\]{},\"']|$))"
    r"|((?<=\s)#[^\n]*+|![\w:.-]*+(?=[\s\[{]))"  # 6 comment or tag
    r"|(\{\{(?>(?:[^}\n]++|\}(?!\}))*)(?>(?:\}\})?)[^\n,\]}]*+|(?:[^\s\[\]{},:\"']|:(?![\s,\]}]|$))(?>(?:[^\[\]{},:\n#]++|(?<=\S)#|:(?![\s,\]}]|$))*))"
)
TOML_TOKENS = re.compile(
    r'(?!""")"((?>(?:[^"\\\n]++|\\.)*))"?'
    r"|(?!''')'([^'\n]*+)'?"
    r"|([\[{])|([\]}])|([=,])|(#[^\n]*+)"
    r"|([^\s\[\]{}=,\"'#]++)"
    r'|"""\n?((?>(?:[^"\\]++|\\[\s\S]|"(?!""))*))(?:"""|\Z)'  # 8 over several lines
    r"|'''\n?((?>(?:[^']++|'(?!''))*))(?:'''|\Z)"  # 9 over several lines, literal
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "a": "\a", "e": "\x1b", "v": "\v", "\n": ""}
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_CONTINUED = re.compile(r"(?<!\\)\\[ \t]*+\n\s*+")
_ESCAPE = re.compile(r"\\(U[0-9a-fA-F]{8}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])")


class Scan(msgspec.Struct):
    """The scalars of a file, document by document. Shape: path "" is a scalar at the root."""

    documents: list[list[Pair]]
    is_complete: bool = True
    size: int = 0
    tokens: int = 0

    def add(self, path: str, value: str, line: int, column: int) -> None:
        """One more scalar of the last document."""
        self.size += 1
        self.documents[-1].append(Pair(path=path[:MAX_PATH], value=value[:MAX_VALUE], line=line, column=column))

    @property
    def pairs(self) -> list[Pair]:
        """All scalars, the documents joined."""
        if len(self.documents) == 1:
            return self.documents[0]
        return [pair for document in self.documents for pair in document]


class _Level:
    """One open bracket: its path and the key or index that comes next."""

    __slots__ = ("index", "is_map", "key", "path")

    def __init__(self, path: str, *, is_map: bool) -> None:
        self.path, self.is_map = path[:MAX_PATH], is_map
        self.key: str | None = None
        self.index = 0

    def child(self) -> str:
        name = (self.key or "") if self.is_map else str(self.index)
        return f"{self.path}.{name}" if self.path else name


def unescape(raw: str) -> str:
    """The characters that a double-quoted string stands for."""
    if "\\" not in raw:
        return raw
    return _ESCAPE.sub(_unescaped, _SURROGATES.sub(_joined, raw) if "\\u" in raw else raw)


def _joined(match: re.Match[str]) -> str:
    return chr(0x10000 + ((int(match[1], 16) - 0xD800) << 10) + int(match[2], 16) - 0xDC00)


def _unescaped(match: re.Match[str]) -> str:
    word = match[1]
    if len(word) > 1:
        code = int(word[1:], 16)
        return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"
    return _ESCAPES.get(word, word)


def scan_json(text: str) -> Scan:
    """Every scalar of a JSON text; each value at the root (JSON lines) is a document."""
    scan = Scan(documents=[[]], is_complete=len(text) <= MAX_TEXT)
    text = text[:MAX_TEXT]
    position, line, line_start = 0, 1, 0
    while position < len(text):
        if scan.size >= MAX_PAIRS or scan.tokens >= MAX_TOKENS:
            scan.is_complete = False
            break
        end = scan_value(text, position, scan, tokens=JSON_TOKENS, prefix="", line=line, line_start=line_start)
        if end >= len(text):
            break
        newlines = text.count("\n", position, end)
        if newlines:
            line, line_start = line + newlines, text.rfind("\n", position, end) + 1
        position = end
        if scan.documents[-1]:
            scan.documents.append([])
    if len(scan.documents) > 1 and not scan.documents[-1]:
        scan.documents.pop()
    return scan


def scan_value(
    text: str, position: int, scan: Scan, *, tokens: re.Pattern[str], prefix: str, line: int, line_start: int
) -> int:
    """Adds the scalars of the bracketed value that starts at `position`; gives the offset after its last bracket."""
    levels: list[_Level] = []
    seen = position
    for token in tokens.finditer(text, position):
        kind = token.lastindex
        if kind == 6:
            continue
        scan.tokens += 1
        if kind == 3:
            path = levels[-1].child() if levels else prefix
            if len(levels) >= MAX_DEPTH:
                break
            levels.append(_Level(path, is_map=token[3] == "{"))
        elif kind == 4:
            _close(levels, scan, line)
            if not levels:
                return token.end()
        elif kind == 5:
            _mark(levels, token[5], scan, line)
        else:
            start = token.start()
            newlines = text.count("\n", seen, start)
            if newlines:
                line, line_start = line + newlines, text.rfind("\n", seen, start) + 1
            seen = start
            _scalar(levels, _value(token), prefix, scan, (line, start - line_start + 1))
            if not levels:
                return token.end()
        if scan.size >= MAX_PAIRS or scan.tokens >= MAX_TOKENS:
            break
    else:
        scan.is_complete = scan.is_complete and not levels
        return len(text)
    scan.is_complete = False
    return len(text)


def _value(token: re.Match[str]) -> str:
    kind = token.lastindex
    if kind == 1:
        return unescape(token[1])
    if kind == 2:
        return token[2].replace("''", "'") if "''" in token[2] else token[2]
    if kind == 8:
        return unescape(_CONTINUED.sub("", token[8]))
    return token[9] if kind == 9 else token[7].rstrip()


def _scalar(levels: list[_Level], value: str, prefix: str, scan: Scan, place: tuple[int, int]) -> None:
    if not levels:
        scan.add(prefix, value, *place)
        return
    level = levels[-1]
    if level.is_map and level.key is None:
        level.key = value[:MAX_PATH]
        return
    scan.add(level.child(), value, *place)
    if level.is_map:
        level.key = None


def _mark(levels: list[_Level], mark: str, scan: Scan, line: int) -> None:
    if mark == "," and levels:
        level = levels[-1]
        if level.is_map and level.key is not None:
            scan.add(level.child(), "", line, 1)
            level.key = None
        level.index += 1


def _close(levels: list[_Level], scan: Scan, line: int) -> None:
    if not levels:
        return
    level = levels.pop()
    if level.is_map and level.key is not None:
        scan.add(level.child(), "", line, 1)
    if levels and levels[-1].is_map:
        levels[-1].key = None
