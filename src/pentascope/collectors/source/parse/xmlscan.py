"""XML as pairs of element path and text, with the pull parser of Python; entities are never declared or expanded."""

from __future__ import annotations

import re
from xml.parsers import expat

from pentascope.collectors.source.parse.flow import MAX_DEPTH, MAX_PAIRS, MAX_VALUE, Scan
from pentascope.model.unit import Unit

MAX_BYTES = 4_000_000
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\]\s*+)?>")


class _Reader:
    """The handlers of one parse: the open elements and the text between tags."""

    def __init__(self) -> None:
        self.scan = Scan(documents=[[]])
        self.path: list[str] = []
        self.counts: list[dict[str, int]] = [{}]
        self.text: list[str] = []
        self.place = (1, 1)
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text.append
        self.depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH or self.scan.size >= MAX_PAIRS:
            self.scan.is_complete = False
            return
        name = name.rpartition(":")[2]
        seen = self.counts[-1]
        seen[name] = seen.get(name, -1) + 1
        self.path.append(f"{name}.{seen[name]}" if seen[name] else name)
        self.counts.append({})
        self.text.clear()
        self.place = (self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        for key, value in list(attributes.items())[:100]:
            if not key.startswith("xmlns"):
                self.scan.add(".".join((*self.path, "@" + key.rpartition(":")[2])), value, *self.place)

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.depth >= MAX_DEPTH or len(self.path) <= self.depth:
            return
        value = "".join(self.text)[:MAX_VALUE].strip()
        self.text.clear()
        if value:
            self.scan.add(".".join(self.path), value, *self.place)
        self.path.pop()
        self.counts.pop()


def scan_xml(source: bytes) -> Scan:
    """Every text and attribute (`@name`) of an XML file; a repeated element carries its index. Broken XML gives what
    stands before the break.
    """
    reader = _Reader()
    body = _DOCTYPE.sub(b"", source[:MAX_BYTES], count=1)
    try:
        reader.parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError):
        reader.scan.is_complete = False
    return reader.scan


def parse(source: bytes, path: str) -> Unit:
    """An XML configuration file as pairs."""
    scan = scan_xml(source)
    return Unit(path=path, language="config", pairs=scan.pairs, is_complete=scan.is_complete)
