"""The grammar of Go's text templates: text, actions and blocks, each with its line. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.iac.data import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WORDS = 2_000  # of one action
_ACTION = re.compile(r"\{\{(-?)((?:[^}\"`]|\}(?!\})|\"(?:[^\"\\]|\\.)*\"|`[^`]*`)*?)(-?)\}\}", re.DOTALL)
_COMMENT = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
_WORD = re.compile(
    r'\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`'  # 1, 2 text
    r"|(-?\d+(?:\.\d+)?)(?![\w.])"  # 3 number
    r"|(\$\w*(?:\.\w[\w-]*)*|(?:\.\w[\w-]*)+|\.)"  # 4 variable or field
    r"|(:=|=|[()|,])"  # 5 mark
    r"|([A-Za-z_]\w*))"  # 6 name
)


class Word(msgspec.Struct, frozen=True):
    """One word of an action; `kind` is text, number, path, mark, name or fault."""

    kind: str
    text: str


class Part(msgspec.Struct):
    """Text, an action (`output`), or a block (`if`, `with`, `range`, `define`) with its branches."""

    kind: str
    line: int
    text: str = ""
    words: tuple[Word, ...] = ()
    branches: list[Branch] = []


class Branch(msgspec.Struct):
    """One side of a block: its condition (empty for `else`), and what stands in it."""

    words: tuple[Word, ...]
    parts: list[Part]


class Parsed(msgspec.Struct):
    """The parts of a template, up to the line of what Go would refuse."""

    parts: list[Part]
    fault: tuple[int, str] | None = None


def parse(source: str) -> Parsed:
    """A template as its parts."""
    root = Branch((), [])
    stack: list[tuple[Part, Branch]] = [(Part("root", 1), root)]
    for part in _pieces(_COMMENT.sub(_blanked, source)):
        what = _placed(part, stack)
        if what:
            return Parsed(root.parts, (part.line, what))
    return Parsed(root.parts, (stack[-1][0].line, "opens a block that does not end") if len(stack) > 1 else None)


def _placed(part: Part, stack: list[tuple[Part, Branch]]) -> str:
    """Puts a part into the block that is open, or opens and closes one; what is wrong with it, if anything."""
    head = part.words[0].text if part.words and part.words[0].kind == "name" else ""
    if any(word.kind == "fault" for word in part.words):
        return "holds an action that cannot be read"
    if head in {"else", "end"} and len(stack) < 2:
        return f"has an `{head}` outside of a block"
    if head in {"if", "with", "range", "define", "block"}:
        block = Part(head, part.line, words=part.words[1:], branches=[Branch(part.words[1:], [])])
        stack[-1][1].parts.append(block)
        stack.append((block, block.branches[0]))
        return f"is nested deeper than {MAX_DEPTH}" if len(stack) > MAX_DEPTH else ""
    if head == "else":
        is_chained = len(part.words) > 1 and part.words[1].text in {"if", "with"}
        branch = Branch(part.words[2:] if is_chained else (), [])
        stack[-1][0].branches.append(branch)
        stack[-1] = (stack[-1][0], branch)
    elif head == "end":
        stack.pop()
    elif part.kind == "text" or part.words:
        stack[-1][1].parts.append(part)
    return ""


def _blanked(match: re.Match[str]) -> str:
    """A comment as an action without words that keeps the trimming of its marks and its lines."""
    text = match[0]
    return f"{text[:3] if text[2] == '-' else '{{'} {chr(10) * text.count(chr(10))} {'-}}' if text.endswith('-}}') else '}}'}"


def _pieces(source: str) -> Iterator[Part]:
    """Text and actions in turn; white space that an action trims is gone, its lines are still counted."""
    at, line, trims = 0, 1, False
    for match in _ACTION.finditer(source):
        yield from _text(source[at : match.start()], line, trims_start=trims, trims_end=match[1] == "-")
        line += source.count("\n", at, match.start())
        yield Part("output", line, words=tuple(_words(match[2])))
        line += source.count("\n", match.start(), match.end())
        at, trims = match.end(), match[3] == "-"
    yield from _text(source[at:], line, trims_start=trims, trims_end=False)


def _text(text: str, line: int, *, trims_start: bool, trims_end: bool) -> Iterator[Part]:
    if trims_start:
        bare = text.lstrip()
        line, text = line + text.count("\n", 0, len(text) - len(bare)), bare
    if trims_end:
        text = text.rstrip()
    if text:
        yield Part("text", line, text=text)


def _words(source: str) -> Iterator[Word]:
    at, count = 0, 0
    source = source.strip()
    while at < len(source):
        match = _WORD.match(source, at)
        if match is None or count > MAX_WORDS:
            yield Word("fault", "")
            return
        kind = ("text", "text", "number", "path", "mark", "name")[(match.lastindex or 1) - 1]
        text = match[match.lastindex or 1]
        yield Word(kind, _unescaped(text) if match.lastindex == 1 else text)
        at, count = match.end(), count + 1


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text) if "\\" in text else text
