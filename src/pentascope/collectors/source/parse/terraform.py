"""Terraform, OpenTofu and Terragrunt: resources with their literal attributes, modules, variables resolved one level."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from pentascope.collectors.source.parse.decoding import decode
from pentascope.collectors.source.parse.flow import MAX_DEPTH, MAX_PAIRS, MAX_VALUE, scan_json, unescape
from pentascope.collectors.source.parse.syntax import parse as parse_tree
from pentascope.model.unit import Pair, Resource, Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

MAX_BYTES = 120_000
_TRANSPARENT = (b"jsonencode", b"yamlencode", b"merge", b"toset", b"concat", b"tolist", b"tomap")  # calls that are read through
BROKEN_BYTES = 20_000  # what is read of a file beyond the limits
# Broken files of more marks than this keep the grammar busy for seconds.
MAX_MARKS = ((b'"${', 5_000), (b"<<", 1_000), (b'"', 15_000), (b"{", 10_000), (b"=\n", 100))
_CHAIN = re.compile(rb"^(?:[^=\n]*+=){100}[^\n]*+", re.MULTILINE)  # `a = a = a`: quadratic in the grammar
_BLANK = re.compile(rb"[ \t]{400,}")  # quadratic in the grammar; nobody indents so far
_HEREDOC = re.compile(r"<<-?\w+\n([\s\S]*?)\n?[ \t]*\w+\s*$")
_REFERENCE = re.compile(r"(?:var|local)\.([A-Za-z_][\w-]*)")
_EMBEDDED = re.compile(r"\$\{\s*((?:var|local)\.[A-Za-z_][\w-]*)\s*\}")


class _Block(msgspec.Struct):
    """One top-level block: its words, its place, its scalars with paths below the block."""

    words: list[str]
    line: int
    pairs: list[Pair]


def parse(source: bytes, path: str) -> Unit:
    """A `.tf`, `.tofu`, `.hcl`, `.tfvars` or `.tf.json` file.

    Defaults and locals of this very file stand in place of their names; what other files assign is for `collectors.iac`.
    """
    if path.lower().endswith(".json"):
        return _parse_json(decode(source), path)
    unit = Unit(path=path, language="terraform")
    root, _, unit.is_complete = tree_of(source)
    blocks, attributes = _read_tree(root, unit)
    _fill(unit, blocks, attributes)
    return unit


@lru_cache(maxsize=1)
def tree_of(source: bytes) -> tuple[Node, bytes, bool]:
    """The root of a file, the text that it was made of, and whether that was read to its end.

    The last tree is kept: whoever reads the same file for another purpose next does not parse it again.
    """
    body = decode(source).encode("utf-8", "replace")
    is_complete = len(body) <= MAX_BYTES and all(body.count(mark) <= limit for mark, limit in MAX_MARKS)
    if not is_complete:
        body = body[:BROKEN_BYTES]
    body = _CHAIN.sub(b"", _BLANK.sub(b" ", body))
    root, is_read = parse_tree("hcl", body)
    return root, body, is_complete and is_read


def _read_tree(root: Node, unit: Unit) -> tuple[list[_Block], list[Pair]]:
    blocks: list[_Block] = []
    attributes: list[Pair] = []
    todo = list(reversed(root.children))
    while todo:
        node = todo.pop()
        if node.type in {"body", "ERROR"}:
            todo += list(reversed(node.children))
        elif node.type == "block":
            words = [_label(child) for child in node.children if child.type in {"identifier", "string_lit"}]
            block = _Block(words=words, line=node.start_point.row + 1, pairs=[])
            _read_body(node, block.pairs, unit)
            blocks.append(block)
        elif node.type == "attribute":
            _read_body(node, attributes, unit)
    return blocks, attributes


def first_fault(root: Node) -> int | None:
    """The line on which the text stops being HCL; None for a whole file."""
    node: Node | None = root if root.has_error else None
    while node is not None and node.type != "ERROR" and not node.is_missing:
        node = next((child for child in node.children if child.has_error or child.is_missing), None)
    return node.start_point.row + 1 if node is not None else None


def _label(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace").strip('"')


def _read_body(root: Node, pairs: list[Pair], unit: Unit) -> None:
    """The scalars below a block or attribute, with a stack instead of recursion."""
    todo: list[tuple[Node, str, int]] = (
        [(root, "", 0)] if root.type == "attribute" else [(child, "", 0) for child in reversed(root.children)]
    )
    counts: dict[str, int] = {}
    while todo:
        node, path, depth = todo.pop()
        if depth > MAX_DEPTH or len(pairs) >= MAX_PAIRS:
            unit.is_complete = False
            return
        kind = node.type
        if kind == "attribute":
            parts = node.named_children
            todo.append((parts[-1], _joined(path, _label(parts[0])), depth + 1))
        elif kind == "block":
            words = [_label(child) for child in node.children if child.type in {"identifier", "string_lit"}]
            name_path = _joined(path, ".".join(words))
            counts[name_path] = counts.get(name_path, -1) + 1
            if counts[name_path]:
                name_path = f"{name_path}.{counts[name_path]}"
            todo += [(child, name_path, depth + 1) for child in reversed(node.children) if child.type == "body"]
        elif kind == "object_elem":
            key, value = node.child_by_field_name("key"), node.child_by_field_name("val")
            if key is not None and value is not None:
                todo.append((value, _joined(path, _label(key).strip("()")), depth + 1))
        elif kind == "tuple":
            items = [child for child in node.named_children if child.type == "expression"]
            todo += [(child, _joined(path, str(index)), depth + 1) for index, child in enumerate(items)][::-1]
        elif kind in {"body", "object", "collection_value", "ERROR"}:
            todo += [(child, path, depth + 1) for child in reversed(node.named_children) if child.type != "comment"]
        elif kind == "expression":
            _read_expression(node, path, depth, pairs, todo)


def _read_expression(node: Node, path: str, depth: int, pairs: list[Pair], todo: list[tuple[Node, str, int]]) -> None:
    inner = node.named_children[0] if node.named_child_count == 1 else None
    if inner is not None and inner.type == "collection_value":
        todo.append((inner, path, depth + 1))
        return
    if inner is not None and inner.type == "function_call" and (inner.text or b"").startswith(_TRANSPARENT):
        arguments = [child for child in inner.named_children if child.type == "function_arguments"]
        if arguments:
            todo += [(child, path, depth + 1) for child in reversed(arguments[0].named_children)]
            return
    place = node.start_point
    pairs.append(
        Pair(path=path, value=_value((node.text or b"").decode("utf-8", "replace")), line=place.row + 1, column=place.column + 1)
    )


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _value(text: str) -> str:
    """The text of a literal; an expression keeps its source."""
    text = text[:MAX_VALUE]
    if text.startswith("<<"):
        match = _HEREDOC.match(text)
        return match[1] if match is not None else text
    if len(text) > 1 and text[0] == '"' and text[-1] == '"':
        return unescape(text[1:-1])
    return text


def _fill(unit: Unit, blocks: list[_Block], attributes: list[Pair]) -> None:
    known = _known(blocks)
    for pair in attributes:
        unit.pairs.append(_resolved(pair, known))
    for block in blocks:
        prefix = ".".join(block.words)
        pairs = [_resolved(pair, known) for pair in block.pairs]
        unit.pairs += [Pair(path=f"{prefix}.{pair.path}", value=pair.value, line=pair.line, column=pair.column) for pair in pairs]
        _add_resource(unit, block, pairs)


def _known(blocks: list[_Block]) -> dict[str, str]:
    """What variables and locals of a file stand for."""
    known = {f"local.{pair.path}": pair.value for block in blocks if block.words[:1] == ["locals"] for pair in block.pairs}
    for block in blocks:
        if block.words[:1] == ["variable"] and len(block.words) > 1:
            known |= {f"var.{block.words[1]}": pair.value for pair in block.pairs if pair.path == "default"}
    return known


def _resolved(pair: Pair, known: dict[str, str]) -> Pair:
    value = pair.value
    if _REFERENCE.fullmatch(value):
        value = known.get(value, value)
    elif "${" in value:
        value = _EMBEDDED.sub(lambda match: known.get(match[1], match[0]), value)
    return pair if value is pair.value else Pair(path=pair.path, value=value[:MAX_VALUE], line=pair.line, column=pair.column)


def _add_resource(unit: Unit, block: _Block, pairs: list[Pair]) -> None:
    kind = block.words[0] if block.words else ""
    if kind in {"resource", "data", "ephemeral"} and len(block.words) > 1:
        name = block.words[2] if len(block.words) > 2 else ""
        unit.resources.append(Resource(type=block.words[1], name=name, line=block.line, pairs=tuple(pairs)))
    elif kind in {"module", "terraform"}:
        source = next((pair.value for pair in pairs if pair.path == "source"), None)
        if source and not source.startswith((".", "/")):
            name = block.words[1] if len(block.words) > 1 else ""
            unit.resources.append(Resource(type=f"module:{source}", name=name, line=block.line, pairs=tuple(pairs)))


def _parse_json(text: str, path: str) -> Unit:
    found = scan_json(text)
    unit = Unit(path=path, language="terraform", is_complete=found.is_complete)
    blocks: dict[tuple[str, ...], _Block] = {}
    for pair in found.pairs:
        parts = pair.path.split(".")
        size = {"resource": 3, "data": 3, "module": 2, "variable": 2, "provider": 2}.get(parts[0], 1)
        words, rest = parts[:size], parts[size:]
        if rest and rest[0].isdigit():
            rest = rest[1:]
        block = blocks.setdefault(tuple(words), _Block(words=words, line=pair.line, pairs=[]))
        block.pairs.append(Pair(path=".".join(rest), value=pair.value, line=pair.line, column=pair.column))
    _fill(unit, list(blocks.values()), [])
    return unit
