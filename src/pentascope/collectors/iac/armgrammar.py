"""The expressions of ARM templates and the language of Bicep, which writes the same with more signs. Pure."""

from __future__ import annotations

import re

import msgspec

from pentascope.collectors.iac.data import MAX_DEPTH

MAX_TOKENS = 300_000
_TOKEN = re.compile(
    r"(?:[ \t\r]|//[^\n]*|/\*.*?\*/)*(?:"
    r"(\n)|'''(.*?)'''|'((?:[^'\\\n$]|\\.|\$(?!\{)|\$\{(?:[^{}'\n]|'[^'\n]*'|\{[^{}]*\})*\}|'')*)'"  # 1 line, 2 and 3 text
    r"|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)"  # 4 number, 5 name
    r"|(==|!=|<=|>=|=~|!~|&&|\|\||\?\?|\.\?|\[\?|::|=>|[-+*/%<>!?:.,()\[\]{}=@#|;~\\\"&^$])"  # 6 sign
    r")",
    re.DOTALL,
)
_PARTS = re.compile(r"\$\{((?:[^{}']|'[^']*'|\{[^{}]*\})*)\}")
_RANKS = {
    "??": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, "=~": 4, "!~": 4, "<": 5, ">": 5, "<=": 5, ">=": 5, "+": 6, "-": 6, "*": 7, "/": 7, "%": 7,
}  # fmt: skip


class Expr(msgspec.Struct, frozen=True):
    """One expression. `kind`: text, number, name, call, member, choice, not, binary, joined, object, array, each, opaque."""

    kind: str
    line: int
    text: str = ""
    items: tuple[Expr, ...] = ()
    keys: tuple[Expr, ...] = ()


class Statement(msgspec.Struct, frozen=True):
    """One `param`, `var`, `resource` or `module`. `existing` ones are not made here; `condition` decides the others."""

    kind: str
    name: str
    line: int
    value: Expr | None = None
    target: str = ""
    condition: Expr | None = None
    is_existing: bool = False
    children: tuple[Statement, ...] = ()


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    line: int


def expression(text: str, line: int) -> Expr:
    """One ARM expression, without its brackets."""
    parser = _Parser(_tokens(text.replace("''", "\\'"), line))
    found = parser.expression(0)
    return found if parser.peek().kind == "end" else Expr("opaque", line)


def statements(text: str) -> tuple[list[Statement], int | None]:
    """The statements of a Bicep file, and the first line that is none."""
    parser = _Parser(_tokens(text, 1))
    return parser.statements(0), parser.fault


def _tokens(text: str, line: int) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text) and len(found) < MAX_TOKENS:
        match = _TOKEN.match(text, at)
        if match is None:
            at += 1
            continue
        line += text.count("\n", at, match.start(match.lastindex or 0))
        kind = ("", "line", "block", "text", "number", "name", "sign")[match.lastindex or 0]
        found.append(_Token(kind, match[match.lastindex or 0], line))
        line += text.count("\n", match.start(match.lastindex or 0), match.end())
        at = match.end()
    found.append(_Token("end", "", line))
    return found


class _Parser:
    """A cursor over tokens."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0
        self.fault: int | None = None

    def peek(self, ahead: int = 0) -> _Token:
        """The token in hand, or one further on."""
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _take(self) -> _Token:
        found = self.peek()
        self._at += 1
        return found

    def _accept(self, text: str) -> bool:
        if self.peek().text == text and self.peek().kind in {"sign", "name"}:
            self._at += 1
            return True
        return False

    def _lines(self) -> None:
        while self.peek().kind == "line":
            self._at += 1

    # Statements

    def statements(self, depth: int) -> list[Statement]:
        """All statements up to the end, or to the brace that closes a resource."""
        found: list[Statement] = []
        while self.peek().kind != "end":
            if self.peek().text in {"param", "var", "resource", "module"} and self.peek().kind == "name" and self.peek(1).kind == "name":
                found.append(self._statement(depth))
            else:
                self._skip()
        return found

    def _skip(self) -> None:
        """Over one line, with whatever brackets it opens."""
        depth = 0
        while self.peek().kind != "end":
            token = self._take()
            depth += token.text in {"(", "[", "{"} and token.kind == "sign"
            depth -= token.text in {")", "]", "}"} and token.kind == "sign"
            if token.kind == "line" and depth <= 0:
                return

    def _statement(self, depth: int) -> Statement:
        kind, name = self._take(), self._take()
        if kind.text == "param":
            while self.peek().kind not in {"line", "end"} and self.peek().text != "=":
                self._take()
            value = self.expression(0) if self._accept("=") else None
            return Statement("param", name.text, name.line, value)
        if kind.text == "var":
            self._accept("=")
            return Statement("var", name.text, name.line, self.expression(0))
        target = self._take().text if self.peek().kind == "text" else ""
        is_existing = self._accept("existing")
        if not self._accept("="):
            self.fault = self.fault or name.line
            self._skip()
            return Statement(kind.text, name.text, name.line, None, target, is_existing=True)
        condition: Expr | None = None
        if self._accept("if"):
            condition = self._primary()
        self._children: list[Statement] = []
        value = self.expression(0)
        children, self._children = self._children if depth < MAX_DEPTH else [], []
        return Statement(kind.text, name.text, name.line, value, target, condition, is_existing, tuple(children))

    # Expressions

    def expression(self, rank: int) -> Expr:
        """An expression whose operators bind more than `rank`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._depth -= 1
            self._take()
            return Expr("opaque", self.peek().line)
        left = self._unary()
        while self.peek().kind == "sign" and _RANKS.get(self.peek().text, 0) > rank:
            sign = self._take()
            self._lines()
            left = Expr("binary", sign.line, sign.text, (left, self.expression(_RANKS[sign.text])))
        if rank == 0:
            left = self._choice(left)
        self._depth -= 1
        return left

    def _choice(self, left: Expr) -> Expr:
        ahead = 0
        while self.peek(ahead).kind == "line":
            ahead += 1
        if self.peek(ahead).text != "?" or self.peek(ahead).kind != "sign":
            return left
        self._at += ahead + 1
        self._lines()
        yes = self.expression(0)
        self._lines()
        self._accept(":")
        self._lines()
        return Expr("choice", left.line, items=(left, yes, self.expression(0)))

    def _unary(self) -> Expr:
        token = self.peek()
        if token.kind == "sign" and token.text in {"!", "-"}:
            self._take()
            self._depth += 1
            inner = self._unary() if self._depth <= MAX_DEPTH else Expr("opaque", token.line)
            self._depth -= 1
            return Expr("not" if token.text == "!" else "opaque", token.line, items=(inner,))
        return self._members(self._primary())

    def _members(self, left: Expr) -> Expr:
        while self.peek().kind == "sign":
            token = self.peek()
            if token.text in {".", ".?", "::"}:
                self._take()
                name = self._take()
                if self.peek().text == "(" and self.peek().kind == "sign":
                    left = Expr("call", token.line, name.text, self._arguments())
                else:
                    left = Expr("member", token.line, items=(left, Expr("text", name.line, name.text)))
            elif token.text in {"[", "[?"}:
                self._take()
                inner = self.expression(0)
                self._accept("]")
                left = Expr("member", token.line, items=(left, inner))
            elif token.text == "!":
                self._take()
            else:
                break
        return left

    def _primary(self) -> Expr:
        token = self._take()
        if token.kind == "text":
            return _text(token)
        if token.kind in {"block", "number"}:
            return Expr("text" if token.kind == "block" else "number", token.line, token.text)
        if token.kind == "name":
            if self.peek().text == "(" and self.peek().kind == "sign":
                return Expr("call", token.line, token.text, self._arguments())
            return Expr("name", token.line, token.text)
        if token.text == "(":
            self._lines()
            inner = self.expression(0)
            self._lines()
            self._accept(")")
            return inner
        if token.text == "{":
            return self._object(token.line)
        if token.text == "[":
            return self._array(token.line)
        self.fault = self.fault or token.line
        return Expr("opaque", token.line)

    def _arguments(self) -> tuple[Expr, ...]:
        self._take()
        found: list[Expr] = []
        self._lines()
        while self.peek().kind != "end" and not self._accept(")"):
            at = self._at
            found.append(self.expression(0))
            self._lines()
            self._accept(",")
            self._lines()
            self._at = max(self._at, at + 1)
        return tuple(found)

    def _object(self, line: int) -> Expr:
        keys: list[Expr] = []
        values: list[Expr] = []
        nested: list[Statement] = []
        while self.peek().kind != "end" and not self._accept("}"):
            token = self.peek()
            if token.kind == "line" or token.text == ",":
                self._take()
            elif token.text == "@" and token.kind == "sign":
                self._skip()
            elif token.text == "resource" and self.peek(1).kind == "name" and self.peek(2).kind == "text":
                nested.append(self._statement(self._depth))
            elif token.kind in {"name", "text", "number"} and self.peek(1).text == ":" and self.peek(1).kind == "sign":
                self._at += 2
                self._lines()
                keys.append(_text(token))
                values.append(self.expression(0))
            else:
                self._skip()
        self._children = nested
        return Expr("object", line, items=tuple(values), keys=tuple(keys))

    def _array(self, line: int) -> Expr:
        self._lines()
        if self.peek().text == "for" and self.peek().kind == "name":
            return self._each(line)
        found: list[Expr] = []
        while self.peek().kind != "end" and not self._accept("]"):
            if self.peek().kind == "line" or self.peek().text == ",":
                self._take()
                continue
            at = self._at
            found.append(self.expression(0))
            self._at = max(self._at, at + 1)
        return Expr("array", line, items=tuple(found))

    def _each(self, line: int) -> Expr:
        """`[for name in list: value]`; what is made is told once, for a name that is not told."""
        self._take()
        names: list[str] = []
        while self.peek().kind != "end" and self.peek().text != "in":
            token = self._take()
            names += [token.text] if token.kind == "name" else []
        self._take()
        over = self.expression(1)
        self._accept(":")
        self._lines()
        condition = self._primary() if self._accept("if") else None
        body = self.expression(0)
        self._lines()
        self._accept("]")
        return Expr("each", line, " ".join(names), (over, body, *([condition] if condition is not None else [])))


def _text(token: _Token) -> Expr:
    """A text; one with `${}` as what is joined."""
    if "${" not in token.text:
        return Expr("text", token.line, _unescaped(token.text))
    parts: list[Expr] = []
    at = 0
    for match in _PARTS.finditer(token.text):
        parts += [Expr("text", token.line, _unescaped(token.text[at : match.start()]))] if match.start() > at else []
        parts.append(_Parser(_tokens(match[1], token.line)).expression(0))
        at = match.end()
    parts += [Expr("text", token.line, _unescaped(token.text[at:]))] if at < len(token.text) else []
    return Expr("joined", token.line, items=tuple(parts))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1]), text) if "\\" in text else text
