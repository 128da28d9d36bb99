"""Languages that no grammar here reads, token by token: strings, imports, simple calls, names of variables.

One expression finds the next token wherever the last one ended, so time is linear in the text and nothing recurses.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.source.parse.lexicons import FENCES, LEXICONS, Lexicon
from pentascope.collectors.source.parse.sweep import is_interesting
from pentascope.model.unit import Argument, Call, Import, Named, Text, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TOKENS = 400_000
MAX_DEPTH = 400
MAX_CALLS = 3000
MAX_TEXTS = 2000
MAX_ARGUMENTS = 60
MAX_IMPORTS = 500
MAX_TEXT_CHARS = 8000

_ENVIRONMENT = re.compile(r"\$(?:env:|ENV\{[\"']?)([A-Za-z]\w{2,80})", re.IGNORECASE)
_JOINTS = re.compile(r"::|->\$?|[$:/]")
_QUOTES = re.compile(
    r"""\A(?:[rR](?P<raw>["']-{0,3}\()|qq?(?P<list>[({])|~[a-zA-Z](?P<sigil>[(|])|@?(?P<plain>\"{3}|'{3}|\[\[|\{\||\\\\|["']))"""
)
_INTERPOLATED = re.compile(r"#\{[^{}\n]{0,200}\}|\$\{[^{}\n]{0,200}\}|\$\([^()\n]{0,200}\)|\$\w{1,60}")
_DEFINES = re.compile(r"[ \t]*(?:<-|=(?!=)|::|->)")
NEVER_CALLED = frozenset(
    """if for while function return unless elseif case cond when and or not in fn def defp defmodule do end local else then switch
    foreach param my our sub match with let where of begin import open module require library use alias""".split()
)


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file whose name ends as one of `LEXICONS` does. `wanted` is taken as other parsers take it."""
    del wanted
    ending = path[path.rfind(".") :].lower()
    lexicon = LEXICONS.get(ending)
    if lexicon is None:
        return Unit(path=path, language="light")
    text = source.decode("utf-8", "replace").replace("\r\n", "\n")
    if ending in FENCES:
        text = _chunks(text, FENCES[ending])
    return Reader(lexicon, text, path).unit()


def _chunks(text: str, fence: re.Pattern[str]) -> str:
    """Only the lines of code chunks; all others stand empty, so that line numbers stay."""
    is_code, out = False, []
    for line in text.split("\n"):
        if is_code and line.lstrip().startswith("```"):
            is_code = False
        out.append(line if is_code else "")
        if not is_code and fence.match(line):
            is_code = True
    return "\n".join(out)


class _Frame(msgspec.Struct):
    """An open bracket: of a call where `callee` is set."""

    callee: str | None
    start: int
    is_bare: bool = False
    target: str | None = None
    position: int = 0
    key: str | None = None
    has_value: bool = False
    strings: int = 0
    first_text: int = 0
    arguments: list[Argument] = msgspec.field(default_factory=list)


class Reader:
    """One file being read."""

    def __init__(self, lexicon: Lexicon, text: str, path: str) -> None:
        """Nothing is read yet."""
        self.lexicon = lexicon
        self.text = text
        self.found = Unit(path=path, language=lexicon.family)
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.stack = [_Frame(callee=None, start=0)]
        self.quiet: list[tuple[int, int]] = []  # comments and strings
        self.name: tuple[str, int, int] | None = None  # the name that ends where the last token ended, its start and end
        self.aliases: dict[str, str] = {}

    def unit(self) -> Unit:
        """Tokens first, since imports count only outside comments."""
        for count, token in enumerate(self.lexicon.tokens.finditer(self.text)):
            if count >= MAX_TOKENS:
                self.found.is_complete = False
                break
            self._read(token.lastgroup or "", token[0], token.start(), token.end())
        while len(self.stack) > 1:
            self._close()
        self._read_imports()
        self._settle_calls()
        self._read_environment()
        return self.found

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    # -- tokens -------------------------------------------------------------------------------------------------------

    def _read(self, kind: str, word: str, start: int, end: int) -> None:
        frame = self.stack[-1]
        if kind == "comment":
            self.quiet.append((start, end))
        elif kind == "string":
            self._read_string(word, start, end)
        elif kind == "name":
            self._read_name(word, start, end)
        elif kind == "keyword":
            frame.key = word.strip(":-~")
            self.name = None
        elif kind == "assign":
            if self.name is not None and self.text[self.name[2] : start].isspace() | (self.name[2] == start):
                frame.key = self.name[0].lstrip("$@%:")
            self.name = None
        elif kind == "open":
            self._open(word, start)
        elif kind == "close":
            if frame.is_bare:
                self._close()
            if len(self.stack) > 1:
                self._close()
            self.name = None
        else:
            self._separate(word, start)

    def _read_name(self, token: str, start: int, end: int) -> None:
        self.name = (token, start, end)
        lexicon = self.lexicon
        if self._is_bare_call(token, start, end):
            self._push(token, start, is_bare=True)
        elif lexicon.is_lisp and start and self.text[start - 1] == "(" and self.stack[-1].callee is None:
            self.stack[-1].callee = token
        elif self.stack[-1].callee is not None and self.stack[-1].key is not None and not self.stack[-1].has_value:
            self._argue(Argument(name=self.stack[-1].key, position=self.stack[-1].position, symbol=_dotted(token), source=token))

    def _is_bare_call(self, token: str, start: int, end: int) -> bool:
        """Whether a name that is called without brackets begins a statement or the right side of one."""
        bare = self.lexicon.bare
        if bare is None or self.stack[-1].is_bare or len(self.stack) >= MAX_DEPTH or token in NEVER_CALLED:
            return False
        if bare.fullmatch(token) is None or _DEFINES.match(self.text, end) is not None:
            return False
        head = self.text[max(start - 200, self.starts[bisect_right(self.starts, start) - 1]) : start].rstrip()
        return not head or head[-1] in "=|({;&$->"

    def _separate(self, sign: str, start: int) -> None:
        frame = self.stack[-1]
        if frame.is_bare and sign in "\n;|" and self.text[max(0, start - 1)] != "`":
            self._close()
            frame = self.stack[-1]
        if sign == ",":
            frame.position += 1
        if sign != "|" and (sign != "\n" or len(self.stack) == 1):
            frame.key = None
        frame.has_value = False
        self.name = None

    def _open(self, bracket: str, start: int) -> None:
        callee = None
        if bracket in self.lexicon.openers and self.name is not None and self.name[2] == start and not self.lexicon.is_lisp:
            is_struct = bracket == "{" and self.lexicon.family == "elixir"
            if self.name[0] not in NEVER_CALLED and (not is_struct or self.text[max(0, self.name[1] - 1)] == "%"):
                callee = self.name[0]
        if len(self.stack) < MAX_DEPTH:
            self._push(callee, self.name[1] if callee is not None and self.name is not None else start)
        self.name = None

    def _push(self, callee: str | None, start: int, *, is_bare: bool = False) -> None:
        outer = self.stack[-1]
        is_argued = callee is not None and outer.callee is not None and outer.key is not None
        if is_argued and not outer.has_value:
            self._argue(Argument(name=outer.key, position=outer.position, symbol=_dotted(callee or ""), source=callee or ""))
        elif outer.callee is not None and outer.key is not None and not outer.has_value:
            self._argue(Argument(name=outer.key, position=outer.position, source="…"))
        frame = _Frame(callee=callee, start=start, is_bare=is_bare, target=outer.key, first_text=len(self.found.texts))
        self.stack.append(frame)

    def _argue(self, argument: Argument) -> None:
        frame = self.stack[-1]
        frame.has_value = True
        if len(frame.arguments) < MAX_ARGUMENTS:
            frame.arguments.append(argument)

    def _close(self) -> None:
        frame = self.stack.pop()
        if frame.callee is None:
            outer = self.stack[-1]
            named = [argument for argument in frame.arguments if argument.name is not None]
            outer.arguments += named[: max(0, MAX_ARGUMENTS - len(outer.arguments))]
            if frame.strings > 1:
                for text in self.found.texts[frame.first_text :]:
                    text.siblings = text.siblings or frame.strings
            return
        if len(self.found.calls) < MAX_CALLS:
            line, column = self._place(frame.start)
            self.found.calls.append(
                Call(callee=frame.callee, line=line, column=column, arguments=tuple(frame.arguments), target=frame.target)
            )

    # -- strings ------------------------------------------------------------------------------------------------------

    def _read_string(self, token: str, start: int, end: int) -> None:
        self.quiet.append((start, end))
        frame = self.stack[-1]
        frame.strings += 1
        value = _plain(token)
        following = self.text[end : end + 4].lstrip(" ")
        if not self.lexicon.is_lisp and following[:1] in {":", "="} and following[:2] != "==" and len(value) < 120:
            self.name = (value, start, end)
            return
        self.name = None
        if self._is_documentation(start) or len(value) > MAX_TEXT_CHARS:
            return
        line, column = self._place(start)
        callee = next((one.callee for one in reversed(self.stack[-6:]) if one.callee is not None), None)
        if len(self.found.texts) < MAX_TEXTS and is_interesting(token.encode("utf-8", "replace")):
            self.found.texts.append(
                Text(value=value, line=line, column=column, key=frame.key, callee=_dotted(callee) if callee else None)
            )
        argument = Argument(name=frame.key, position=frame.position, texts=(value,), source=token[:200], line=line, column=column)
        self._argue(argument)
        if self.lexicon.is_lisp:
            frame.key = None

    def _is_documentation(self, start: int) -> bool:
        return self.lexicon.documents is not None and len(self.stack) == 1 and (
            self.lexicon.documents.search(self.text[max(0, start - 24) : start]) is not None
        )

    # -- imports, calls, environment ----------------------------------------------------------------------------------

    def _is_quiet(self, offset: int) -> bool:
        at = bisect_right(self.quiet, (offset, len(self.text) + 1)) - 1
        return at >= 0 and self.quiet[at][0] <= offset < self.quiet[at][1]

    def _read_imports(self) -> None:
        seen: set[tuple[str, str]] = set()
        for expression in self.lexicon.import_lines:
            for match in expression.finditer(self.text):
                if len(seen) >= MAX_IMPORTS or self._is_quiet(match.start()):
                    continue
                for path, name in _bound(match, opens=self.lexicon.opens_names):
                    if (path, name) not in seen:
                        seen.add((path, name))
                        line, column = self._place(match.start("path"))
                        self.found.imports.append(Import(path=path, name=name, line=line, column=column))
                        if name != "*":
                            self.aliases.setdefault(name, path)
        self.found.imports.sort(key=lambda entry: (entry.line, entry.column))

    def _settle_calls(self) -> None:
        """Callees in dotted form, their heads replaced by what an import bound to them."""
        owned = self.lexicon.owned
        opened = {entry.path.partition(".")[0] for entry in self.found.imports if entry.name == "*"}
        self.found.calls.sort(key=lambda call: (call.line, call.column))
        for call in self.found.calls:
            raw = call.callee
            call.callee = _dotted(raw)
            head, dot, rest = call.callee.partition(".")
            path = self.aliases.get(head)
            if path is not None:
                call.callee = path + dot + rest
            call.is_resolved = path is not None or (bool(dot) and head in opened) or (owned is not None and owned.match(raw) is not None)
            if call.is_resolved and call.target is not None and len(self.aliases) < MAX_IMPORTS:
                self.aliases.setdefault(call.target, call.callee)

    def _read_environment(self) -> None:
        for match in _ENVIRONMENT.finditer(self.text):
            line, column = self._place(match.start())
            self.found.env.append(Named(value=match[1], line=line, column=column))
            if len(self.found.env) >= MAX_TEXTS:
                return


def _bound(match: re.Match[str], *, opens: bool) -> Iterator[tuple[str, str]]:
    """Path and local name of everything that one import line binds."""
    groups = match.groupdict()
    path = _dotted(groups["path"])
    if groups.get("names"):
        for name in groups["names"].split(",")[:60]:
            if name.strip():
                yield f"{path}.{name.strip()}", name.strip().rpartition(".")[2]
    elif groups.get("name"):
        yield path, groups["name"]
        if opens:
            yield path, "*"
    else:
        yield path, "*" if opens else path.rpartition(".")[2]


def _dotted(name: str) -> str:
    """A name as paths are joined here."""
    return _JOINTS.sub(".", name.lstrip("$@%:"))


def _plain(token: str) -> str:
    """The text of a literal without its quotes, what is put into it at run time as `{}`."""
    match = _QUOTES.match(token)
    if match is None:
        return token
    opening = match[match.lastgroup or 0]
    width = 0 if opening == "\\\\" else len(opening)
    inner = token[match.end() : len(token) - width] if width else token[match.end() :]
    return _INTERPOLATED.sub("{}", inner).replace('\\"', '"').replace("\\n", "\n")
