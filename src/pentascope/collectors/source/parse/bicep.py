"""Bicep, line by line: resources with their literal attributes, modules of a registry, literal parameters and variables."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.declared import without_comments
from pentascope.collectors.source.parse.decoding import decode
from pentascope.collectors.source.parse.flow import MAX_DEPTH, MAX_PAIRS
from pentascope.model.unit import Pair, Resource, Unit

_HEAD = re.compile(r"[ \t]*+(resource|module)[ \t]++(\w++)[ \t]++'([^'\n]++)'")
_DEFAULT = re.compile(r"[ \t]*+(?:param|var)[ \t]++(\w++)(?:[ \t]++\w++)?[ \t]*+=[ \t]*+([^\n]*+)")
_KEY = re.compile(r"[ \t]*+('?)([\w.-]++)\1[ \t]*+:[ \t]*+([^\n]*+)")
_EMBEDDED = re.compile(r"\$\{(\w++)\}")
MAX_LINES = 50_000


class _Reader:
    """The open resources and brackets of one file."""

    def __init__(self, path: str) -> None:
        self.unit = Unit(path=path, language="terraform")
        self.known: dict[str, str] = {}
        self.resource: Resource | None = None
        self.pairs: list[Pair] = []
        self.keys: list[str] = []
        self.counts: list[int] = []
        self.outer = ""

    def read(self, row: str, line: int) -> None:
        """One line without comments."""
        head = _HEAD.match(row)
        if head is not None:
            self.close()
            kind = head[3].partition("@")[0] if head[1] == "resource" else f"module:{head[3]}"
            if "/" in kind:
                self.outer = kind
            elif self.outer and head[1] == "resource":  # a child written inside its parent
                kind = f"{self.outer}/{kind}"
            if head[1] == "resource" or head[3].startswith(("br", "ts")):
                self.resource = Resource(type=kind, name=head[2], line=line)
                self.unit.resources.append(self.resource)
            self.keys, self.counts = [], []
            return
        default = _DEFAULT.match(row)
        if default is not None and not self.keys:
            value = self.value(default[2])
            self.known[default[1]] = value
            self.unit.pairs.append(Pair(path=default[1], value=value, line=line, column=default.start(2) + 1))
            if default[2].rstrip().endswith(("{", "[")):
                self.open(default[1])
            return
        self._read_member(row, line)

    def _read_member(self, row: str, line: int) -> None:
        member = _KEY.match(row)
        bare = row.strip()
        if member is not None:
            value = member[3].rstrip()
            if value.endswith(("{", "[")):
                self.open(member[2])
            elif value:
                self.add(member[2], value, line, member.start(3) + 1)
        elif bare in {"{", "["}:
            self.open(self.index())
        elif bare[:1] in {"}", "]"} and self.keys:
            self.keys.pop()
            self.counts.pop()
        elif bare[:1] == "'" and self.keys:
            self.add(self.index(), bare, line, row.index("'") + 1)

    def index(self) -> str:
        if not self.counts:
            return ""
        self.counts[-1] += 1
        return str(self.counts[-1])

    def open(self, key: str) -> None:
        if len(self.keys) >= MAX_DEPTH:
            self.unit.is_complete = False
            return
        self.keys.append(key)
        self.counts.append(-1)

    def add(self, key: str, value: str, line: int, column: int) -> None:
        path = ".".join([*self.keys, key] if key else self.keys).removeprefix("properties.")
        pair = Pair(path=path, value=self.value(value), line=line, column=column)
        self.pairs.append(pair)
        self.unit.pairs.append(pair)

    def value(self, text: str) -> str:
        """The characters of a literal with known names put in; a known name's value; other expressions as written."""
        text = text.strip().rstrip(",")
        if len(text) > 1 and text[0] == "'" and text[-1] == "'":
            return _EMBEDDED.sub(lambda match: self.known.get(match[1], match[0]), text[1:-1])
        return self.known.get(text, text)

    def close(self) -> None:
        if self.resource is not None:
            self.resource.pairs = tuple(self.pairs)
        self.resource, self.pairs = None, []


def parse(source: bytes, path: str) -> Unit:
    """A `.bicep` or `.bicepparam` file."""
    reader = _Reader(path)
    lines = without_comments(decode(source)).split("\n")
    for number, row in enumerate(lines[:MAX_LINES], start=1):
        if row and not row.isspace():
            reader.read(row[:20_000], number)
        if len(reader.unit.pairs) >= MAX_PAIRS:
            reader.unit.is_complete = False
            break
    reader.close()
    reader.unit.is_complete = reader.unit.is_complete and len(lines) <= MAX_LINES
    return reader.unit
