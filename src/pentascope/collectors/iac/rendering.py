"""What a chart's templates come to with its default values. Only what is decided by them is rendered. Pure.

What is not told becomes `UNTOLD`: as text where text stands, as an entry (`…: …`) or item (`- …`) where lines stand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pentascope.collectors.iac import gotemplate
from pentascope.collectors.iac.chartfunctions import call, is_true, said
from pentascope.collectors.iac.data import Data, Unknown
from pentascope.collectors.iac.document import Fuel
from pentascope.model.infrastructure import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pentascope.collectors.iac.gotemplate import Branch, Part, Word

MAX_NESTING = 60
MAX_OUTPUT = 4_000_000  # characters of one chart
MAX_ROUNDS = 2_000
_UNKNOWN = Unknown("the values of the chart do not tell it")
_ALONE = re.compile(rf"([ \t]*)(- )?{UNTOLD}+[ \t]*")


class Rendered(NamedTuple):
    """A text, and the line of the template that each of its lines comes from."""

    text: str
    lines: list[int]


class Renderer:
    """Renders the templates of one chart. `missing` are named templates that the tree does not hold."""

    def __init__(self, root: Mapping[str, Data], fuel: Fuel) -> None:
        self._root = dict(root)
        self._fuel = fuel
        self._named: dict[str, list[Part]] = {}
        self._depth = 0
        self._length = 0
        self.missing: dict[str, None] = {}

    def define(self, parts: Sequence[Part]) -> None:
        """Keeps the named templates of a file."""
        for part in parts:
            if part.kind in {"define", "block"} and part.words and part.words[0].kind == "text":
                self._named.setdefault(part.words[0].text, part.branches[0].parts)

    def render(self, parts: Sequence[Part]) -> Rendered:
        """One file, its lines made whole YAML where only a mark stands on one."""
        out: list[tuple[str, int, bool]] = []
        _Scope(self, self._root, {"$": self._root}).run(parts, out)
        lines = [1]
        for text, line, is_source in out:
            for count in range(text.count("\n")):
                lines.append(line + count + 1 if is_source else line)
        for _, line, _ in out[:1]:
            lines[0] = line
        return Rendered(_entries("".join(text for text, _, _ in out)), lines)

    def include(self, name: str, dot: Data) -> Data:
        """What a named template comes to."""
        parts = self._named.get(name)
        if parts is None:
            self.missing[name] = None
            return Unknown(f"the template {name} is not in the tree", is_given=True)
        if self._depth > MAX_NESTING:
            return _UNKNOWN
        out: list[tuple[str, int, bool]] = []
        self._depth += 10
        _Scope(self, dot, {"$": dot}).run(parts, out)
        self._depth -= 10
        return shaped("".join(text for text, _, _ in out))

    def again(self, text: str, dot: Data) -> Data:
        """`tpl`: a value that is a template itself."""
        if "{{" not in text:
            return text
        parsed = gotemplate.parse(text)
        if parsed.fault is not None or self._depth > MAX_NESTING:
            return _UNKNOWN
        out: list[tuple[str, int, bool]] = []
        self._depth += 10
        _Scope(self, dot, {"$": self._root}).run(parsed.parts, out)
        self._depth -= 10
        return shaped("".join(text for text, _, _ in out))

    def burn(self, length: int = 0) -> bool:
        """False when the chart comes to more than is rendered."""
        self._length += length
        return self._fuel.burn() and self._length < MAX_OUTPUT and self._depth <= MAX_NESTING

    def enter(self, by: int) -> None:
        """One block deeper, or back."""
        self._depth += by


def shaped(text: str) -> Data:
    """Text that holds what is not told is Unknown with its shape."""
    return Unknown(_UNKNOWN.why, is_given=text.strip() != UNTOLD, shape=text) if UNTOLD in text else text


class _Scope:
    """The dot and the variables at one place of a template."""

    def __init__(self, renderer: Renderer, dot: Data, variables: dict[str, Data]) -> None:
        self._renderer, self._dot, self._variables = renderer, dot, variables

    def run(self, parts: Sequence[Part], out: list[tuple[str, int, bool]]) -> None:
        """Appends what the parts come to."""
        self._renderer.enter(1)
        for part in parts:
            if not self._renderer.burn():
                break
            if part.kind == "text":
                out.append((part.text, part.line, True))
                self._renderer.burn(len(part.text))
            elif part.kind == "output":
                self._output(part, out)
            elif part.kind == "range":
                self._range(part, out)
            elif part.kind in {"if", "with"}:
                self._choose(part, out)
        self._renderer.enter(-1)

    def _output(self, part: Part, out: list[tuple[str, int, bool]]) -> None:
        words = part.words
        if words[0].text == "template" and words[0].kind == "name":
            words = (gotemplate.Word("name", "include"), *words[1:])
        if len(words) > 1 and words[1].text in {":=", "="} and words[0].kind == "path":
            self._variables[words[0].text] = self.value(words[2:])
            return
        text = said(self.value(words))
        if self._renderer.burn(len(text)):
            out.append((text, part.line, False))

    def _choose(self, part: Part, out: list[tuple[str, int, bool]]) -> None:
        for branch in part.branches:
            if not branch.words:
                self._inner(branch, self._dot, out)
                return
            name, words = _assigned(branch.words)
            value = self.value(words)
            truth = is_true(value)
            if truth is None:
                self._variables.update(dict.fromkeys(_reassigned(part), _UNKNOWN))
                out.append((_hole(part), part.line, False))
                return
            if truth:
                if name:
                    self._variables[name] = value
                self._inner(branch, value if part.kind == "with" else self._dot, out)
                return

    def _inner(self, branch: Branch, dot: Data, out: list[tuple[str, int, bool]]) -> None:
        _Scope(self._renderer, dot, self._variables).run(branch.parts, out)

    def _range(self, part: Part, out: list[tuple[str, int, bool]]) -> None:
        branch = part.branches[0]
        names, words = _ranged(branch.words)
        over = self.value(words)
        if isinstance(over, Unknown):
            out.append((_hole(part), part.line, False))
            return
        pairs: list[tuple[Data, Data]] = list(enumerate(over)) if isinstance(over, list) else []
        if isinstance(over, dict):
            pairs = [(key, over[key]) for key in sorted(over)]
        if isinstance(over, int) and not isinstance(over, bool):
            pairs = [(each, each) for each in range(min(over, MAX_ROUNDS))]
        if not pairs and len(part.branches) > 1:
            self._inner(part.branches[1], self._dot, out)
        for key, value in pairs[:MAX_ROUNDS]:
            told = dict(zip(names, (key, value) if len(names) == 2 else (value,), strict=False))
            _Scope(self._renderer, value, {**self._variables, **told}).run(branch.parts, out)

    # Expressions

    def value(self, words: Sequence[Word]) -> Data:
        """What a pipeline comes to."""
        value, at = self._pipeline(words, 0, 0)
        return value if at >= len(words) else _UNKNOWN

    def _pipeline(self, words: Sequence[Word], at: int, depth: int) -> tuple[Data, int]:
        piped: list[Data] = []
        while True:
            value, at = self._command(words, at, piped, depth)
            if at < len(words) and words[at].kind == "mark" and words[at].text == "|":
                piped, at = [value], at + 1
                continue
            return value, at

    def _command(self, words: Sequence[Word], at: int, piped: list[Data], depth: int) -> tuple[Data, int]:
        if at >= len(words) or depth > MAX_NESTING:
            return _UNKNOWN, len(words)
        name = words[at].text if words[at].kind == "name" and words[at].text not in _CONSTANTS else ""
        at += bool(name)
        arguments: list[Data] = []
        while at < len(words) and not (words[at].kind == "mark" and words[at].text in {"|", ")", ",", ":=", "="}):
            argument, at = self._operand(words, at, depth)
            arguments.append(argument)
        arguments += piped
        if not name:
            return (arguments[0] if len(arguments) == 1 else _UNKNOWN), at
        return self._called(name, arguments), at

    def _called(self, name: str, arguments: list[Data]) -> Data:
        if name in {"include", "tpl"}:
            if len(arguments) != 2 or not isinstance(arguments[0], str):
                return arguments[0] if arguments and isinstance(arguments[0], Unknown) else _UNKNOWN
            return (self._renderer.include if name == "include" else self._renderer.again)(arguments[0], arguments[1])
        return call(name, arguments)

    def _operand(self, words: Sequence[Word], at: int, depth: int) -> tuple[Data, int]:
        word = words[at]
        if word.kind == "mark" and word.text == "(":
            value, at = self._pipeline(words, at + 1, depth + 1)
            at += 1
            if at < len(words) and words[at].kind == "path" and words[at].text[:1] == "." and len(words[at].text) > 1:
                return _field(value, words[at].text), at + 1
            return value, at
        if word.kind == "path":
            return self._path(word.text), at + 1
        if word.kind == "number":
            return (int(word.text) if "." not in word.text else float(word.text)), at + 1
        if word.kind == "name":
            return (_CONSTANTS[word.text] if word.text in _CONSTANTS else call(word.text, [])), at + 1
        return word.text, at + 1

    def _path(self, path: str) -> Data:
        if path == ".":
            return self._dot
        if path[0] != "$":
            return _field(self._dot, path)
        name, dot, rest = path.partition(".")
        value = self._variables.get(name, _UNKNOWN)
        return _field(value, f".{rest}") if dot else value


_CONSTANTS: dict[str, Data] = {"true": True, "false": False, "nil": None}


def _field(value: Data, path: str) -> Data:
    """A field below a value; nothing below nothing, as Helm has it."""
    for name in path[1:].split("."):
        if isinstance(value, Unknown):
            return value if not value.shape else _UNKNOWN
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _assigned(words: Sequence[Word]) -> tuple[str, Sequence[Word]]:
    if len(words) > 2 and words[1].text == ":=":
        return words[0].text, words[2:]
    return "", words


def _ranged(words: Sequence[Word]) -> tuple[list[str], Sequence[Word]]:
    """The variables of a `range`, and what it goes over."""
    cut = next((index for index, word in enumerate(words[:4]) if word.text == ":=" and word.kind == "mark"), None)
    if cut is None:
        return [], words
    return [word.text for word in words[:cut] if word.kind == "path"], words[cut + 1 :]


def _reassigned(part: Part) -> Iterator[str]:
    """The variables that a block may set."""
    for branch in part.branches:
        for one in branch.parts:
            yield from _reassigned(one)
            if len(one.words) > 1 and one.words[1].text in {":=", "="} and one.words[0].kind == "path":
                yield one.words[0].text


def _hole(part: Part) -> str:
    """The mark for a block that may or may not be there, shaped as its first branch is."""
    body = "".join(one.text if one.kind == "text" else "x" for one in part.branches[0].parts)
    if "\n" not in body:
        return UNTOLD
    first = next((line for line in body.split("\n") if line.strip()), "")
    bare = body.strip()
    start = body.index(bare) if bare else 0
    head, tail = body[:start], body[start + len(bare) :]
    lead = "" if head.endswith((" ", "\n")) or not head else head[len(head.rstrip()) :]
    return f"{head}{lead}{f'- {UNTOLD}' if first.lstrip().startswith('- ') else f'{UNTOLD}: {UNTOLD}'}{tail}"


def _entries(text: str) -> str:
    """Lines on which only the mark stands, as an entry or an item of what stands around them."""
    if UNTOLD not in text:
        return text
    rows = text.split("\n")
    for index, row in enumerate(rows):
        match = _ALONE.fullmatch(row)
        if match is not None and not match[2]:
            rows[index] = f"{match[1]}{_neighbour(rows, index, len(match[1]))}"
    return "\n".join(rows)


def _neighbour(rows: Sequence[str], index: int, indent: int) -> str:
    """The form of the nearest line at the same depth."""
    for row in (*reversed(rows[max(index - 40, 0) : index]), *rows[index + 1 : index + 40]):
        bare = row.lstrip(" ")
        depth = len(row) - len(bare)
        if bare and depth == indent and not bare.startswith("#"):
            return f"- {UNTOLD}" if bare.startswith("- ") else f"{UNTOLD}: {UNTOLD}"
    return f"{UNTOLD}: {UNTOLD}"
