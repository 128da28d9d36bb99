"""One Terraform file as blocks and expressions, small enough to be handed from process to process. Nothing is evaluated. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import msgspec

from pentascope.collectors.source.parse.flow import unescape
from pentascope.collectors.source.parse.terraform import first_fault, tree_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tree_sitter import Node

MAX_DEPTH = 100  # nested blocks and expressions; beyond, what stands there is opaque
MAX_TEXT = 200_000  # characters of one string
OPAQUE_TEXT = 80
_BRACES = re.compile(r"(\$\{|[{}])")


class Literal(msgspec.Struct, tag="l", array_like=True, frozen=True, gc=False):
    """A number, word, truth value or null."""

    value: str | int | float | bool | None


class Template(msgspec.Struct, tag="t", array_like=True, frozen=True, gc=False):
    """A string with expressions in it."""

    parts: tuple[Expression, ...]


class Traversal(msgspec.Struct, tag="r", array_like=True, frozen=True, gc=False):
    """A name and what is taken of it: attributes and indices; `*` for every element."""

    root: Expression | str
    steps: tuple[Expression, ...]


class Function(msgspec.Struct, tag="f", array_like=True, frozen=True, gc=False):
    """A call. `is_spread`: the last argument stands for many."""

    name: str
    arguments: tuple[Expression, ...]
    is_spread: bool = False


class Conditional(msgspec.Struct, tag="?", array_like=True, frozen=True, gc=False):
    """`condition ? yes : no`."""

    condition: Expression
    yes: Expression
    no: Expression


class Operation(msgspec.Struct, tag="o", array_like=True, frozen=True, gc=False):
    """One operand, or two, and what is done with them."""

    operator: str
    operands: tuple[Expression, ...]


class Items(msgspec.Struct, tag="[", array_like=True, frozen=True, gc=False):
    """A tuple: the line of each item, and the items."""

    lines: tuple[int, ...]
    items: tuple[Expression, ...]


class Entries(msgspec.Struct, tag="{", array_like=True, frozen=True, gc=False):
    """An object: lines, keys, values."""

    lines: tuple[int, ...]
    keys: tuple[Expression, ...]
    values: tuple[Expression, ...]


class For(msgspec.Struct, tag="4", array_like=True, frozen=True, gc=False):
    """A comprehension: of a list, or with `key` of an object."""

    names: tuple[str, ...]
    over: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None


class Opaque(msgspec.Struct, tag="x", array_like=True, frozen=True, gc=False):
    """What is not read: its beginning."""

    source: str


Expression = Literal | Template | Traversal | Function | Conditional | Operation | Items | Entries | For | Opaque


class Attribute(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`name = value`."""

    name: str
    line: int
    value: Expression


class Block(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A block with its labels: `resource "aws_x" "y" {`."""

    type: str
    labels: tuple[str, ...]
    line: int
    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name."""
        return next((one for one in self.attributes if one.name == name), None)


class ModuleFile(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A file of a module; of `.tfvars` only `attributes` are filled. `fault` is the line that is not HCL."""

    path: str
    blocks: tuple[Block, ...]
    attributes: tuple[Attribute, ...]
    fault: int | None = None
    is_complete: bool = True


def read(source: bytes, path: str) -> ModuleFile:
    """A `.tf`, `.tofu` or `.tfvars` file. Broken text gives what stands around the break."""
    root, body, is_complete = tree_of(source)
    attributes, blocks = _Reading(body).members(root)
    return ModuleFile(path, blocks, attributes, first_fault(root), is_complete)


def read_expression(text: str) -> Expression:
    """The words of a string that may hold `${ }`, as Terraform's JSON form has them."""
    if "${" not in text:
        return Literal(text)
    root, body, _ = tree_of(f'x = "{_quoted(text)}"'.encode("utf-8", "replace"))
    attributes, _ = _Reading(body).members(root)
    return attributes[0].value if attributes and first_fault(root) is None else Opaque(text[:OPAQUE_TEXT])


def _quoted(text: str) -> str:
    """As it would stand between quotes in HCL: what lies inside `${ }` is code and stays."""
    parts: list[str] = []
    depth = 0
    for part in _BRACES.split(text):
        depth += (part in {"${", "{"} and (depth > 0 or part == "${")) - (part == "}" and depth > 0)
        parts.append(part if depth or part == "}" else part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
    return "".join(parts)


def _number(text: str) -> Literal:
    if text.isdecimal():
        return Literal(int(text))
    try:
        return Literal(float(text))
    except ValueError:
        return Literal(text)


_PARTS = frozenset({"template_literal", "template_interpolation", "template_directive"})


class _Reading:
    """One tree with the text that it was made of: to slice that is many times faster than to ask a node for its own."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def members(self, root: Node) -> tuple[tuple[Attribute, ...], tuple[Block, ...]]:
        """The attributes and blocks of a file."""
        return self._members(root, 0)

    def _members(self, node: Node, depth: int) -> tuple[tuple[Attribute, ...], tuple[Block, ...]]:
        attributes: list[Attribute] = []
        blocks: list[Block] = []
        todo = list(reversed(node.children))
        while todo:
            child = todo.pop()
            kind = child.type
            if kind == "attribute":
                parts = child.named_children
                if len(parts) > 1:
                    attributes.append(Attribute(self._text(parts[0]), child.start_point.row + 1, self._expression(parts[-1], depth + 1)))
            elif kind == "block" and depth < MAX_DEPTH:
                blocks.append(self._block(child, depth + 1))
            elif kind in {"body", "ERROR"}:
                todo += reversed(child.children)
        return tuple(attributes), tuple(blocks)

    def _block(self, node: Node, depth: int) -> Block:
        words = [self._text(child).strip('"') for child in node.children if child.type in {"identifier", "string_lit"}]
        attributes, blocks = self._members(node, depth)
        return Block(words[0] if words else "", tuple(words[1:]), node.start_point.row + 1, attributes, blocks)

    def _text(self, node: Node) -> str:
        return self._body[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def _opaque(self, node: Node) -> Opaque:
        return Opaque(self._text(node)[:OPAQUE_TEXT])

    def _expression(self, node: Node, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            return self._opaque(node)
        kind = node.type
        if kind == "expression":
            return self._sequence([child for child in node.children if child.type not in {"(", ")", "comment"}], depth)
        reader = self._readers.get(kind)
        return reader(self, node, depth + 1) if reader is not None else self._opaque(node)

    def _sequence(self, nodes: Sequence[Node], depth: int) -> Expression:
        """A primary expression and the steps behind it."""
        if not nodes:
            return Opaque("")
        if len(nodes) == 1:
            return self._expression(nodes[0], depth + 1)
        steps: list[Expression] = []
        for node in nodes[1:]:
            step = self._steps(node, depth + 1)
            if step is None:
                return Opaque(" ".join(self._text(each) for each in nodes)[:OPAQUE_TEXT])
            steps += step
        if nodes[0].type == "variable_expr":
            return Traversal(self._text(nodes[0]), tuple(steps))
        return Traversal(self._expression(nodes[0], depth + 1), tuple(steps))

    def _steps(self, node: Node, depth: int) -> list[Expression] | None:
        kind = node.type
        if kind == "get_attr":
            return [Literal(self._text(node.named_children[-1]))] if node.named_children else None
        if kind == "index":
            inner = node.named_children[0]
            if inner.type == "legacy_index":
                return [_number(self._text(inner).lstrip("."))]
            return [self._expression(inner.named_children[0], depth + 1)] if inner.named_children else None
        if kind == "splat":
            found: list[Expression] = [Literal("*")]
            for child in node.named_children[0].named_children:
                step = self._steps(child, depth + 1)
                if step is None:
                    return None
                found += step
            return found
        return None

    def _literal(self, node: Node, depth: int) -> Expression:
        inner = node.named_children[0] if node.named_children else None
        kind = inner.type if inner is not None else "null_lit"
        if inner is None or kind == "null_lit":
            return Literal(None)
        text = self._text(inner)
        if kind == "bool_lit":
            return Literal(text == "true")
        if kind == "numeric_lit":
            return _number(text[:40])
        return self._string(inner, depth)

    def _string(self, node: Node, _: int) -> Expression:
        text = self._text(node)[:MAX_TEXT]
        inner = text[1:-1] if len(text) > 1 and text[0] == '"' and text[-1] == '"' else text
        return Literal(unescape(inner).replace("$${", "${"))

    def _template(self, node: Node, depth: int) -> Expression:
        """A quoted or heredoc template."""
        inner = node.named_children[0] if node.type == "template_expr" and node.named_children else node
        is_heredoc = inner.type == "heredoc_template"
        whole, offset = self._body[inner.start_byte : inner.end_byte], inner.start_byte
        inside = [child for child in inner.named_children if child.type in _PARTS]
        bounds = [child for child in inner.named_children if child.type not in _PARTS]
        first = next((child.end_byte for child in reversed(bounds) if not inside or child.end_byte <= inside[0].start_byte), offset)
        after = max(first, inside[-1].end_byte) if inside else first
        last = next((child.start_byte for child in bounds if child.start_byte >= after), first)
        parts: list[Expression] = []
        position = first

        def put_text(end: int) -> None:
            text = whole[position - offset : end - offset].decode("utf-8", "replace")[:MAX_TEXT]
            if text:
                parts.append(Literal((text if is_heredoc else unescape(text)).replace("$${", "${")))

        for child in inside:
            if child.type == "template_literal":
                continue  # the grammar drops blanks beside a marker, so text is what stands between markers
            put_text(child.start_byte)
            position = child.end_byte
            found = [each for each in child.named_children if each.type == "expression"]
            parts.append(self._expression(found[0], depth + 1) if child.type == "template_interpolation" and found else self._opaque(child))
        put_text(last)
        if all(isinstance(part, Literal) for part in parts):
            return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)))
        return Template(tuple(parts))

    def _variable(self, node: Node, _: int) -> Expression:
        return Traversal(self._text(node), ())

    def _function(self, node: Node, depth: int) -> Expression:
        name = next((self._text(child) for child in node.named_children if child.type == "identifier"), "")
        arguments = next((child for child in node.named_children if child.type == "function_arguments"), None)
        if arguments is None:
            return Function(name, ())
        found = tuple(self._expression(child, depth + 1) for child in arguments.named_children if child.type == "expression")
        return Function(name, found, any(child.type == "ellipsis" for child in arguments.children))

    def _collection(self, node: Node, depth: int) -> Expression:
        return self._expression(node.named_children[0], depth) if node.named_children else self._opaque(node)

    def _tuple(self, node: Node, depth: int) -> Expression:
        items = [child for child in node.named_children if child.type == "expression"]
        return Items(tuple(child.start_point.row + 1 for child in items), tuple(self._expression(child, depth + 1) for child in items))

    def _object(self, node: Node, depth: int) -> Expression:
        lines: list[int] = []
        keys: list[Expression] = []
        values: list[Expression] = []
        for child in node.named_children:
            parts = [each for each in child.named_children if each.type == "expression"] if child.type == "object_elem" else []
            if len(parts) != 2:
                continue
            words = [each for each in parts[0].children if each.type != "comment"]
            is_word = len(words) == 1 and words[0].type == "variable_expr"
            lines.append(child.start_point.row + 1)
            keys.append(Literal(self._text(words[0])) if is_word else self._expression(parts[0], depth + 1))
            values.append(self._expression(parts[1], depth + 1))
        return Entries(tuple(lines), tuple(keys), tuple(values))

    def _conditional(self, node: Node, depth: int) -> Expression:
        parts = [child for child in node.named_children if child.type != "comment"]
        if len(parts) != 3:
            return self._opaque(node)
        condition, yes, no = (self._expression(part, depth + 1) for part in parts)
        return Conditional(condition, yes, no)

    def _operation(self, node: Node, depth: int) -> Expression:
        inner = node.named_children[0] if node.named_children else node
        children = [child for child in inner.children if child.type != "comment"]
        at = next((index for index, child in enumerate(children) if not child.is_named), None)
        if at is None:
            return self._opaque(node)
        sides: Iterable[Sequence[Node]] = [side for side in (children[:at], children[at + 1 :]) if side]
        return Operation(self._text(children[at]), tuple(self._sequence(side, depth + 1) for side in sides))

    def _for(self, node: Node, depth: int) -> Expression:
        inner = node.named_children[0] if node.named_children else node
        intro = next((child for child in inner.named_children if child.type == "for_intro"), None)
        values = [child for child in inner.named_children if child.type == "expression"]
        over = next((child for child in intro.named_children if child.type == "expression"), None) if intro is not None else None
        if intro is None or over is None or len(values) not in {1, 2}:
            return self._opaque(node)
        condition = next((child for child in inner.named_children if child.type == "for_cond"), None)
        wanted = next((child for child in condition.named_children if child.type == "expression"), None) if condition is not None else None
        return For(
            tuple(self._text(child) for child in intro.named_children if child.type == "identifier"),
            self._expression(over, depth + 1),
            self._expression(values[0], depth + 1) if len(values) == 2 else None,
            self._expression(values[-1], depth + 1),
            self._expression(wanted, depth + 1) if wanted is not None else None,
        )

    _readers: ClassVar[dict[str, Callable[[_Reading, Node, int], Expression]]] = {
        "literal_value": _literal, "string_lit": _string, "template_expr": _template, "quoted_template": _template,
        "heredoc_template": _template,
        "variable_expr": _variable, "function_call": _function, "collection_value": _collection, "tuple": _tuple, "object": _object,
        "conditional": _conditional, "operation": _operation, "for_expr": _for,
    }  # fmt: skip
