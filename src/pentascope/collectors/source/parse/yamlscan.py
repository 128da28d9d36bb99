"""YAML line by line: the scalars of a file with their paths and places.

Our own reader for three reasons: the tree-sitter grammar for YAML ends the process on 600 bytes of `- - - -`, PyYAML
gives no places and expands alias bombs, and neither reads Helm templates. Aliases stay text (`*name`), template
expressions are opaque, tags other than `!Sub` and the standard ones stay before their value (`!Ref Name`).
"""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.flow import MAX_DEPTH, MAX_PAIRS, MAX_PATH, MAX_TEXT, YAML_TOKENS, Scan, scan_value, unescape

_KEY = re.compile(
    r"(?>(?:[&!][^\s,\[\]{}]*+ ++)*)(?:\? ++)?"
    r'(?:"((?>(?:[^"\\\n]++|\\.)*))"|\'((?>(?:[^\'\n]++|\'\')*))\'|((?:\{\{|[^\s"\'#\[{}|>%@`])[^\n]*?)) *+:(?= |\t|$)',
    re.MULTILINE,
)
_PROPERTIES = re.compile(r"(?>(?:(?:&[^\s,\[\]{}]++|!(?:![^\s,\[\]{}]*+|Sub\b|))(?: ++|$))+)", re.MULTILINE)
_TAG = re.compile(r"(![^\s,\[\]{}]++)(?: ++|$)", re.MULTILINE)
_BLOCK = re.compile(r"[|>][+\-0-9]{0,3} *+(?:#[^\n]*+)?$", re.MULTILINE)
_DOUBLE = re.compile(r'"((?>(?:[^"\\]++|\\[\s\S])*))"?')
_SINGLE = re.compile(r"'((?>(?:[^']++|'')*))'?")
_FOLD = re.compile(r" *+\n\s*+")
_JOIN = re.compile(r"(?<!\\)\\\n\s*+")
_TEMPLATE_LINE = re.compile(r"\{[{%#](?>(?:[^\n}]++|\}(?!\s*+$))*)\}\s*+$", re.MULTILINE)
MAX_KEY = 400  # characters; a plain key is looked for no further into its line


class _Frame:
    """One open block collection: the column it stands at, its path, the key or index in hand."""

    __slots__ = ("indent", "index", "is_map", "key", "path")

    def __init__(self, indent: int, path: str, *, is_map: bool) -> None:
        self.indent, self.path, self.is_map = indent, path[:MAX_PATH], is_map
        self.key = ""
        self.index = 0

    def child(self) -> str:
        if self.indent < 0:
            return ""
        name = self.key if self.is_map else str(self.index)
        return f"{self.path}.{name}" if self.path else name


def scan_yaml(text: str) -> Scan:
    """Every scalar of a YAML text, document by document."""
    return _Reader(text).read()


class _Reader:
    """A cursor over the lines of one text."""

    def __init__(self, text: str) -> None:
        self.text, self.length = text[:MAX_TEXT], min(len(text), MAX_TEXT)
        self.position, self.line = 0, 1
        self.scan = Scan(documents=[[]], is_complete=len(text) <= MAX_TEXT)
        self.frames = [_Frame(-1, "", is_map=True)]
        self.pending: tuple[str, int, int] | None = None  # a key whose value has not come yet

    def read(self) -> Scan:
        text = self.text
        while self.position < self.length:
            start = self.position
            end = text.find("\n", start)
            end = self.length if end < 0 else end
            stripped = text[start:end].strip()
            if not stripped or stripped[0] == "#":
                self._advance(end)
            elif text[start] in "-.%" and self._read_document_mark(start, end):
                continue
            elif stripped[0] == "{" and _TEMPLATE_LINE.match(stripped) and stripped[1] in "{%#":
                self._advance(end)
            else:
                first = text[start:end]
                self._read_line(start + len(first) - len(first.lstrip()), start, end)
            if self.scan.size >= MAX_PAIRS or len(self.frames) > MAX_DEPTH:
                self.scan.is_complete = False
                break
        self._flush()
        documents = [document for document in self.scan.documents if document]
        self.scan.documents = documents or [[]]
        return self.scan

    def _advance(self, end: int) -> None:
        """Moves to the line after the one that ends at `end`."""
        self.line += self.text.count("\n", self.position, end) + 1
        self.position = end + 1

    def _read_document_mark(self, start: int, end: int) -> bool:
        head = self.text[start : start + 4].rstrip()
        if head[:1] == "%":
            self._advance(end)
            return True
        if head not in {"---", "..."}:
            return False
        self._flush()
        self.frames = [_Frame(-1, "", is_map=True)]
        if self.scan.documents[-1]:
            self.scan.documents.append([])
        rest = self.text[start + 3 : end]
        offset = start + 3 + len(rest) - len(rest.lstrip())
        if offset < end and self.text[offset] != "#":
            self._read_value(offset, start, end, "", -1)
        else:
            self._advance(end)
        return True

    def _flush(self) -> None:
        if self.pending is not None:
            self.scan.add(self.pending[0], "", self.pending[1], self.pending[2])
            self.pending = None

    def _read_line(self, offset: int, start: int, end: int) -> None:
        """One line from its first character: dashes, then a key or a scalar."""
        text = self.text
        while text[offset] == "-" and (offset + 1 >= end or text[offset + 1] in " \t"):
            self._open_item(offset - start)
            rest = text[offset + 1 : end]
            column = offset - start + 1
            offset += 1 + len(rest) - len(rest.lstrip())
            if offset >= end or text[offset] == "#":
                self.pending = (self.frames[-1].child(), self.line, column)
                self._advance(end)
                return
            if len(self.frames) > MAX_DEPTH:
                return
        key = _KEY.match(text, offset, min(end, offset + MAX_KEY))
        if key is None:
            parent = self._parent(offset - start)
            self._read_value(offset, start, end, parent.child(), parent.indent)
            return
        if not self._open_key(offset - start, key):
            return
        column = offset - start
        rest = text[key.end() : end]
        offset = key.end() + len(rest) - len(rest.lstrip())
        path = self.frames[-1].child()
        if offset >= end or text[offset] == "#":
            self.pending = (path, self.line, column + 1)
            self._advance(end)
        else:
            self._read_value(offset, start, end, path, column)

    def _parent(self, column: int) -> _Frame:
        frames = self.frames
        while len(frames) > 1 and frames[-1].indent >= column:
            frames.pop()
        return frames[-1]

    def _open_item(self, column: int) -> None:
        frames = self.frames
        while frames[-1].indent > column:
            frames.pop()
        top = frames[-1]
        if top.indent == column and not top.is_map:
            self._flush()
            top.index += 1
            return
        self._open(column, top, is_map=False)

    def _open(self, column: int, parent: _Frame, *, is_map: bool) -> None:
        path = parent.child()
        if self.pending is not None and self.pending[0] == path:
            self.pending = None
        self._flush()
        self.frames.append(_Frame(column, path, is_map=is_map))

    def _open_key(self, column: int, key: re.Match[str]) -> bool:
        frames = self.frames
        while frames[-1].indent > column or (frames[-1].indent == column and not frames[-1].is_map):
            frames.pop()
        if frames[-1].indent == column:
            self._flush()
        else:
            self._open(column, frames[-1], is_map=True)
        double, single, plain = key[1], key[2], key[3]
        if double is not None:
            frames[-1].key = unescape(double)
        elif single is not None:
            frames[-1].key = single.replace("''", "'")
        else:
            frames[-1].key = plain.strip()
        return True

    def _read_value(self, offset: int, start: int, end: int, path: str, indent: int) -> None:
        """The scalar or flow collection at `offset`, to the end of its last line."""
        text, tag = self.text, ""
        properties = _PROPERTIES.match(text, offset, end)
        if properties is not None:
            offset = properties.end()
        tagged = _TAG.match(text, offset, end)
        if tagged is not None:
            tag, offset = tagged[1] + " ", tagged.end()
        self.pending = None
        if offset >= end:
            self.pending = (path, self.line, offset - start + 1)
            self._advance(end)
            return
        character, column = text[offset], offset - start + 1
        if character in "|>" and _BLOCK.match(text, offset, end):
            self._read_block(offset, end, path, indent=indent, tag=tag, column=column)
        elif character in "\"'":
            self._read_quoted(offset, path, tag, column)
        elif character in "[{" and text[offset + 1 : offset + 2] not in {"{", "%"}:
            self._read_flow(offset, start, path)
        else:
            self._read_plain(offset, end, path, indent=indent, tag=tag, column=column)

    def _read_quoted(self, offset: int, path: str, tag: str, column: int) -> None:
        is_double = self.text[offset] == '"'
        match = (_DOUBLE if is_double else _SINGLE).match(self.text, offset)
        assert match is not None
        raw = match[1]
        if "\n" in raw:
            raw = _FOLD.sub(_folded, _JOIN.sub("", raw) if is_double else raw)
        value = unescape(raw) if is_double else raw.replace("''", "'")
        self.scan.add(path, tag + value, self.line, column)
        self._finish(match.end())

    def _read_flow(self, offset: int, start: int, path: str) -> None:
        end = scan_value(
            self.text, offset, self.scan, tokens=YAML_TOKENS, prefix=path, line=self.line, line_start=start
        )
        self._finish(end)

    def _finish(self, end: int) -> None:
        """Moves past the rest of the line on which a quoted or bracketed value ends."""
        newline = self.text.find("\n", end)
        self._advance(self.length if newline < 0 else newline)

    def _read_block(self, offset: int, end: int, path: str, *, indent: int, tag: str, column: int) -> None:
        text, line = self.text, self.line
        is_folded = text[offset] == ">"
        self._advance(end)
        body: list[str] = []
        margin: int | None = None
        while self.position < self.length:
            stop = text.find("\n", self.position)
            stop = self.length if stop < 0 else stop
            row = text[self.position : stop]
            bare = row.lstrip()
            width = len(row) - len(bare)
            if bare and width <= indent:
                break
            if bare and margin is None:
                margin = width
            body.append(row[min(margin or 0, width) :] if bare else "")
            self._advance(stop)
        while body and not body[-1]:
            body.pop()
        value = " ".join(part for part in body if part) if is_folded else "\n".join(body)
        self.scan.add(path, tag + value, line, column)

    def _read_plain(self, offset: int, end: int, path: str, *, indent: int, tag: str, column: int) -> None:
        text, line = self.text, self.line
        parts = [_without_comment(text[offset:end])]
        self._advance(end)
        while self.position < self.length and indent >= 0:
            stop = text.find("\n", self.position)
            stop = self.length if stop < 0 else stop
            row = text[self.position : stop]
            bare = row.lstrip()
            if not bare or len(row) - len(bare) <= indent or bare[0] == "#" or bare.startswith(("{{", "{%")):
                break
            if bare.startswith("- ") or _KEY.match(bare, 0, MAX_KEY):
                break
            parts.append(_without_comment(bare))
            self._advance(stop)
        self.scan.add(path, tag + " ".join(parts), line, column)


def _folded(match: re.Match[str]) -> str:
    return "\n" * (match[0].count("\n") - 1) or " "


def _without_comment(text: str) -> str:
    cut = text.find(" #", text.rfind("}}") + 1)
    return text[:cut].strip() if cut >= 0 else text.strip()
