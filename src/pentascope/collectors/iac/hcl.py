"""One Terraform file as blocks and expressions, small enough to be handed from process to process. Nothing is evaluated. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.source.parse.flow import unescape
from pentascope.collectors.source.parse.terraform import first_fault, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    root, is_complete = tree_of(source)
    attributes, blocks = _members(root, 0)
    return ModuleFile(path, blocks, attributes, first_fault(root), is_complete)


def read_expression(text: str) -> Expression:
    """The words of a string that may hold `${ }`, as Terraform's JSON form has them."""
    if "${" not in text:
        return Literal(text)
    root, _ = tree_of(f'x = "{_quoted(text)}"'.encode("utf-8", "replace"))
    attributes, _ = _members(root, 0)
    return attributes[0].value if attributes and first_fault(root) is None else Opaque(text[:OPAQUE_TEXT])


def _quoted(text: str) -> str:
    """As it would stand between quotes in HCL: what lies inside `${ }` is code and stays."""
    parts: list[str] = []
    depth = 0
    for part in _BRACES.split(text):
        depth += (part in {"${", "{"} and (depth > 0 or part == "${")) - (part == "}" and depth > 0)
        parts.append(part if depth or part == "}" else part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
    return "".join(parts)


def _members(node: Node, depth: int) -> tuple[tuple[Attribute, ...], tuple[Block, ...]]:
    attributes: list[Attribute] = []
    blocks: list[Block] = []
    todo = list(reversed(node.children))
    while todo:
        child = todo.pop()
        kind = child.type
        if kind == "attribute":
            parts = child.named_children
            if len(parts) > 1:
                attributes.append(Attribute(_text(parts[0]), child.start_point.row + 1, _expression(parts[-1], depth + 1)))
        elif kind == "block" and depth < MAX_DEPTH:
            blocks.append(_block(child, depth + 1))
        elif kind in {"body", "ERROR"}:
            todo += reversed(child.children)
    return tuple(attributes), tuple(blocks)


def _block(node: Node, depth: int) -> Block:
    words = [_text(child).strip('"') for child in node.children if child.type in {"identifier", "string_lit"}]
    attributes, blocks = _members(node, depth)
    return Block(words[0] if words else "", tuple(words[1:]), node.start_point.row + 1, attributes, blocks)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _opaque(node: Node) -> Opaque:
    return Opaque(_text(node)[:OPAQUE_TEXT])


def _expression(node: Node, depth: int) -> Expression:
    if depth > MAX_DEPTH:
        return _opaque(node)
    kind = node.type
    if kind == "expression":
        return _sequence([child for child in node.children if child.type not in {"(", ")", "comment"}], depth)
    reader = _READERS.get(kind)
    return reader(node, depth + 1) if reader is not None else _opaque(node)


def _sequence(nodes: Sequence[Node], depth: int) -> Expression:
    """A primary expression and the steps behind it."""
    if not nodes:
        return Opaque("")
    if len(nodes) == 1:
        return _expression(nodes[0], depth + 1)
    steps: list[Expression] = []
    for node in nodes[1:]:
        step = _steps(node, depth + 1)
        if step is None:
            return Opaque(" ".join(_text(each) for each in nodes)[:OPAQUE_TEXT])
        steps += step
    if nodes[0].type == "variable_expr":
        return Traversal(_text(nodes[0]), tuple(steps))
    return Traversal(_expression(nodes[0], depth + 1), tuple(steps))


def _steps(node: Node, depth: int) -> list[Expression] | None:
    kind = node.type
    if kind == "get_attr":
        return [Literal(_text(node.named_children[-1]))] if node.named_children else None
    if kind == "index":
        inner = node.named_children[0]
        if inner.type == "legacy_index":
            return [_number(_text(inner).lstrip("."))]
        return [_expression(inner.named_children[0], depth + 1)] if inner.named_children else None
    if kind == "splat":
        found: list[Expression] = [Literal("*")]
        for child in node.named_children[0].named_children:
            step = _steps(child, depth + 1)
            if step is None:
                return None
            found += step
        return found
    return None


def _number(text: str) -> Literal:
    if text.isdecimal():
        return Literal(int(text))
    try:
        return Literal(float(text))
    except ValueError:
        return Literal(text)


def _literal(node: Node, depth: int) -> Expression:
    inner = node.named_children[0] if node.named_children else None
    kind = inner.type if inner is not None else "null_lit"
    if inner is None or kind == "null_lit":
        return Literal(None)
    text = _text(inner)
    if kind == "bool_lit":
        return Literal(text == "true")
    if kind == "numeric_lit":
        return _number(text[:40])
    return _string(inner, depth)


def _string(node: Node, _: int) -> Expression:
    text = _text(node)[:MAX_TEXT]
    inner = text[1:-1] if len(text) > 1 and text[0] == '"' and text[-1] == '"' else text
    return Literal(unescape(inner).replace("$${", "${"))


def _template(node: Node, depth: int) -> Expression:
    """A quoted or heredoc template."""
    inner = node.named_children[0] if node.type == "template_expr" and node.named_children else node
    is_heredoc = inner.type == "heredoc_template"
    whole, offset = inner.text or b"", inner.start_byte
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
        parts.append(_expression(found[0], depth + 1) if child.type == "template_interpolation" and found else _opaque(child))
    put_text(last)
    if all(isinstance(part, Literal) for part in parts):
        return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)))
    return Template(tuple(parts))


_PARTS = frozenset({"template_literal", "template_interpolation", "template_directive"})


def _variable(node: Node, _: int) -> Expression:
    return Traversal(_text(node), ())


def _function(node: Node, depth: int) -> Expression:
    name = next((_text(child) for child in node.named_children if child.type == "identifier"), "")
    arguments = next((child for child in node.named_children if child.type == "function_arguments"), None)
    if arguments is None:
        return Function(name, ())
    found = tuple(_expression(child, depth + 1) for child in arguments.named_children if child.type == "expression")
    return Function(name, found, any(child.type == "ellipsis" for child in arguments.children))


def _collection(node: Node, depth: int) -> Expression:
    return _expression(node.named_children[0], depth) if node.named_children else _opaque(node)


def _tuple(node: Node, depth: int) -> Expression:
    items = [child for child in node.named_children if child.type == "expression"]
    return Items(tuple(child.start_point.row + 1 for child in items), tuple(_expression(child, depth + 1) for child in items))


def _object(node: Node, depth: int) -> Expression:
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
        keys.append(Literal(_text(words[0])) if is_word else _expression(parts[0], depth + 1))
        values.append(_expression(parts[1], depth + 1))
    return Entries(tuple(lines), tuple(keys), tuple(values))


def _conditional(node: Node, depth: int) -> Expression:
    parts = [child for child in node.named_children if child.type != "comment"]
    if len(parts) != 3:
        return _opaque(node)
    condition, yes, no = (_expression(part, depth + 1) for part in parts)
    return Conditional(condition, yes, no)


def _operation(node: Node, depth: int) -> Expression:
    inner = node.named_children[0] if node.named_children else node
    children = [child for child in inner.children if child.type != "comment"]
    at = next((index for index, child in enumerate(children) if not child.is_named), None)
    if at is None:
        return _opaque(node)
    sides: Iterable[Sequence[Node]] = [side for side in (children[:at], children[at + 1 :]) if side]
    return Operation(_text(children[at]), tuple(_sequence(side, depth + 1) for side in sides))


def _for(node: Node, depth: int) -> Expression:
    inner = node.named_children[0] if node.named_children else node
    intro = next((child for child in inner.named_children if child.type == "for_intro"), None)
    values = [child for child in inner.named_children if child.type == "expression"]
    over = next((child for child in intro.named_children if child.type == "expression"), None) if intro is not None else None
    if intro is None or over is None or len(values) not in {1, 2}:
        return _opaque(node)
    condition = next((child for child in inner.named_children if child.type == "for_cond"), None)
    wanted = next((child for child in condition.named_children if child.type == "expression"), None) if condition is not None else None
    return For(
        tuple(_text(child) for child in intro.named_children if child.type == "identifier"),
        _expression(over, depth + 1),
        _expression(values[0], depth + 1) if len(values) == 2 else None,
        _expression(values[-1], depth + 1),
        _expression(wanted, depth + 1) if wanted is not None else None,
    )


_READERS = {
    "literal_value": _literal, "string_lit": _string, "template_expr": _template, "quoted_template": _template,
    "heredoc_template": _template,
    "variable_expr": _variable, "function_call": _function, "collection_value": _collection, "tuple": _tuple, "object": _object,
    "conditional": _conditional, "operation": _operation, "for_expr": _for,
}  # fmt: skip
