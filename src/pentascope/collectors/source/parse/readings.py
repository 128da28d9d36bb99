"""What an expression of Python or JavaScript is made of: the names and calls whose text can end up in its value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from pentascope.model.unit import Reading, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

MAX_DEPTH = 40
MAX_PARTS = 60
MAX_NAME = 200

SANITISERS = re.compile(
    r"sanit|escape(?!d)|purify|(?:^|\.)(?:bleach|nh3)(?:\.|$)|clean_?html|encode_?(?:uri|html|entit)|(?:^|\.)(?:shlex\.)?quote\w*$|striptags|strip_?tags|(?:^|\.)xss"
    r"|literal_eval|literal_column|hljs|highlight|katex|Identifier$|safe_?eval|rehype",
    re.IGNORECASE,
)
"""Calls whose result is harmless, whatever they are given."""
_PASSES = re.compile(
    r"(?:str|String|list|dict|tuple|json|parse|loads|dumps|stringify|extract\w*|get|strip\w*|trim\w*|[lr]strip|replace\w*|r?split\w*|join|format|sub"
    r"|search|match|findall|group|slice|substring|substr|concat|at|pop|decode|lower|upper|toString|dedent|text|compile|marked|markdown|makeHtml|parseInline|parseSync"
    r"|filter|map|flatMap|next|iter|enumerate|reversed|sorted|Markup|mark_safe|SafeString|unref|reactive|ref|useMemo|computed|raw|from_string|push|append)"
)
"""Calls that hand on the text that they are given."""
_NOT_TEXT = frozenset(
    """count index find includes startswith endswith startsWith endsWith has test indexOf isalpha isdigit exists is_file every some
    keys forEach values_list""".split()
)
_LENGTH = frozenset({"length", "size"})
_SKIPPED = frozenset(
    """lambda arrow_function function_expression function comparison_operator not_operator unary_expression jsx_element
    jsx_self_closing_element string_fragment comment integer float number true false none null undefined regex type class""".split()
)
_THROUGH = frozenset(
    """await await_expression parenthesized_expression non_null_expression as_expression satisfies_expression spread_element
    list_splat dictionary_splat expression_list list tuple set array concatenated_string template_string string template_substitution
    interpolation dictionary object binary_operator boolean_operator list_comprehension set_comprehension generator_expression
    named_expression sequence_expression jsx_expression assignment_expression dictionary_comprehension formatted_string""".split()
)
_CALLS = frozenset({"call", "call_expression", "new_expression"})
_COMPARING = frozenset({"==", "===", "!=", "!==", "<", ">", "<=", ">=", "in", "instanceof", "-", "*", "/"})
_NAMES = frozenset({"identifier", "this", "shorthand_property_identifier", "self"})
_HOLE = re.compile(r"\{\{?(\w{2,40})\}?\}")


class File(Protocol):
    """The reader of the file that an expression stands in."""

    source: bytes

    def text(self, node: Node) -> str: ...

    def resolve(self, node: Node | None) -> tuple[str, bool]: ...

    def assigned(self, name: str) -> Sequence[Node]: ...


class Expression:
    """One expression being read; `read` gives the result."""

    def __init__(self, file: File, *, is_markup_kept: bool = False) -> None:
        """`is_markup_kept`: the file asks markdown-it to keep HTML, which it escapes by itself."""
        self.file = file
        self.is_markup_kept = is_markup_kept
        self.names: list[str] = []
        self.cleaned: list[str] = []
        self.calls: list[Result] = []
        self.holes: list[str] = []
        self.is_constant = True
        self.has_text = False

    def read(self, nodes: Sequence[Node]) -> Reading:
        """What these parts are made of."""
        for node in nodes:
            self._walk(node, 0)
        return Reading(
            names=tuple(dict.fromkeys(self.names)),
            cleaned=tuple(dict.fromkeys(self.cleaned)),
            calls=tuple(self.calls),
            holes=tuple(dict.fromkeys(self.holes)),
            is_constant=self.is_constant and self.has_text,
        )

    def _walk(self, node: Node, depth: int) -> None:
        kind = node.type
        if depth > MAX_DEPTH or len(self.names) + len(self.calls) > MAX_PARTS or kind in _SKIPPED:
            return
        if kind == "string":
            self.has_text = True
            self.holes += _HOLE.findall(self.file.text(node))
        if kind in _NAMES or kind in {"attribute", "member_expression", "subscript", "subscript_expression"}:
            self._chain(node, depth)
        elif kind in _CALLS:
            self._call(node, "", depth)
        elif kind == "template_string" and not node.named_child_count:
            self.has_text = True
        elif kind in {"pair", "keyword_argument"}:
            self._part(node, "value", depth)
        elif kind == "ternary_expression":
            self._part(node, "consequence", depth)
            self._part(node, "alternative", depth)
        elif kind == "conditional_expression" and node.named_child_count == 3:
            self._walk(node.named_children[0], depth + 1)
            self._walk(node.named_children[2], depth + 1)
        elif kind == "binary_expression":
            self._binary(node, depth)
        elif kind in {"list_comprehension", "set_comprehension", "generator_expression", "dictionary_comprehension"}:
            self._part(node, "body", depth)
        elif kind in {"dictionary", "object"} and _MESSAGE.match(self.file.source, node.start_byte) is not None:
            return
        elif kind in _THROUGH:
            for child in node.named_children[:MAX_PARTS]:
                self._walk(child, depth + 1)

    def _part(self, node: Node, field: str, depth: int) -> None:
        child = node.child_by_field_name(field)
        if child is not None:
            self._walk(child, depth + 1)

    def _binary(self, node: Node, depth: int) -> None:
        operator = node.child_by_field_name("operator")
        sign = self.file.text(operator) if operator is not None else ""
        if sign in _COMPARING:
            return
        if sign != "&&":
            self._part(node, "left", depth)
        self._part(node, "right", depth)

    def _chain(self, node: Node, depth: int) -> None:
        """A dotted name, or what is read of a call's result."""
        self.is_constant = False
        tail: list[str] = []
        current: Node | None = node
        for _ in range(MAX_DEPTH):
            if current is None:
                return
            kind = current.type
            if kind in _NAMES:
                name = ".".join([self.file.text(current), *reversed(tail)])[:MAX_NAME]
                if not tail or tail[0] not in _LENGTH:
                    self.names.append(name)
                return
            if kind in {"attribute", "member_expression"}:
                part = current.child_by_field_name("attribute") or current.child_by_field_name("property")
                tail.append(self.file.text(part) if part is not None else "")
                current = current.child_by_field_name("object")
            elif kind in {"subscript", "subscript_expression"}:
                key = current.child_by_field_name("subscript") or current.child_by_field_name("index")
                if key is not None and key.type == "string":
                    tail.append(self.file.text(key).strip("\"'`")[:60])
                current = current.child_by_field_name("value") or current.child_by_field_name("object")
            elif (
                kind in {"await", "await_expression", "parenthesized_expression", "non_null_expression", "as_expression"}
                and current.named_child_count
            ):
                current = current.named_children[0]
            elif kind in _CALLS:
                self._call(current, ".".join(reversed(tail)), depth + 1)
                return
            else:
                self._walk(current, depth + 1)
                return

    def _call(self, node: Node, rest: str, depth: int) -> None:
        self.is_constant = False
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if function is None:
            return
        written = _NOISE.sub("", self.file.text(function)[-MAX_NAME:])
        callee, _ = self.file.resolve(function)
        tail = written.rpartition(".")[2]
        arguments = node.child_by_field_name("arguments")
        if SANITISERS.search(written) or SANITISERS.search(callee) or self._escapes(callee):
            inner = Expression(self.file)
            for child in arguments.named_children if arguments is not None else ():
                inner._walk(child, depth + 1)
            self.cleaned += inner.names + inner.cleaned
            self.cleaned += [f"{result.written}()" for result in inner.calls]
            return
        self.calls.append(Result(written=written, callee=callee, line=function.end_point.row + 1, rest=rest))
        if "fetch" in written or tail in {"post", "request"}:
            self._address(arguments, written, rest)
        if tail in _NOT_TEXT:
            return
        receiver = function.child_by_field_name("object")
        if receiver is not None:
            self._walk(receiver, depth + 1)
        if arguments is None:
            return
        does_pass = _PASSES.fullmatch(tail) or (self.is_markup_kept and callee.startswith("markdown-it"))
        for child in arguments.named_children[:MAX_PARTS]:
            if does_pass or (_MAKES.fullmatch(tail) and self._is_model(child)):
                self._walk(_body(child), depth + 1)

    def _is_model(self, argument: Node) -> bool:
        """Whether what is made is given a model or a chain of calls to one."""
        name = argument.child_by_field_name("name") if argument.type == "keyword_argument" else argument
        return name is not None and name.end_byte - name.start_byte < 40 and _MODEL.fullmatch(self.file.text(name)) is not None

    def _escapes(self, callee: str) -> bool:
        return callee.startswith("markdown-it") and not self.is_markup_kept

    def _address(self, arguments: Node | None, written: str, rest: str) -> None:
        """The line of the address that a request goes to."""
        first = arguments.named_children[0] if arguments is not None and arguments.named_child_count else None
        if first is not None:
            self.calls.append(Result(written=written, callee=written, line=first.start_point.row + 1, rest=rest))


_MESSAGE = re.compile(rb"""\{\s{0,80}["']?role["']?\s{0,4}:\s{0,4}(?!["']assistant)""")
"""A message of a conversation: the list that it goes into is no text of its own."""
_MAKES = re.compile(r"[A-Z]\w*|from_\w+|create_\w+|create[A-Z]\w*|load_\w+|initialize_agent|from[A-Z]\w*")
_MODEL = re.compile(r"(?:self\.)?_?(?:llm|chat|chat_?model|llm_?chain|chain|agent|question_?chain)", re.IGNORECASE)
_NOISE = re.compile(r"\s+|\?(?=\.)|\([^()]*\)")


def _body(node: Node) -> Node:
    """The value of `() => value`; any other node as it is."""
    if node.type == "arrow_function":
        body = node.child_by_field_name("body")
        if body is not None and body.type != "statement_block":
            return body
    return node
