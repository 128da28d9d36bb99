"""TOML through tree-sitter: the scalars of a file with their paths and places."""

from __future__ import annotations

from pentascope.collectors.source.parse.flow import MAX_DEPTH, MAX_PAIRS, Scan, unescape
from pentascope.collectors.source.parse.syntax import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_SCALARS = frozenset(
    ("string", "integer", "float", "boolean", "offset_date_time", "local_date_time", "local_date", "local_time")
)
_CONTAINERS = frozenset(("array", "inline_table"))
MAX_BYTES = 250_000


def scan_toml(text: str) -> Scan:
    """Every scalar of a TOML text; arrays of tables are numbered."""
    source = text.encode("utf-8", "replace") + b"\n"
    scan = Scan(documents=[[]], is_complete=len(source) <= MAX_BYTES)
    tables: dict[str, int] = {}
    for node in _statements(parse("toml", source[:MAX_BYTES])):
        if node.type == "pair":
            _walk(node, "", scan)
        elif node.type in {"table", "table_array_element"}:
            path = _path_of(node)
            if node.type == "table_array_element":
                path = _numbered(path, tables)
                tables[path] = tables.get(path, -1) + 1
                path = f"{path}.{tables[path]}"
            else:
                path = _numbered(path, tables)
            for child in node.children:
                if child.type == "pair":
                    _walk(child, path, scan)
        if scan.size >= MAX_PAIRS:
            scan.is_complete = False
            break
    return scan


def _statements(root: Node) -> list[Node]:
    """The children of the root, those inside its broken stretches included."""
    found: list[Node] = []
    for child in root.children:
        if child.type == "ERROR":
            found += child.children
        else:
            found.append(child)
    return found


def _numbered(path: str, tables: dict[str, int]) -> str:
    """`[a.b]` below the array of tables `[[a]]` belongs to its last element."""
    if not tables:
        return path
    parts = path.split(".")[:MAX_DEPTH]
    head = parts[0]
    for part in parts[1:]:
        if head in tables:
            head = f"{head}.{tables[head]}"
        head = f"{head}.{part}"
    return head


def _path_of(node: Node) -> str:
    for child in node.children:
        if child.type in {"bare_key", "quoted_key", "dotted_key"}:
            return _key(child)
    return ""


def _key(node: Node) -> str:
    text = (node.text or b"").decode("utf-8", "replace")
    if '"' not in text and "'" not in text:
        return "".join(text.split())
    if node.type != "dotted_key":
        return text[1:-1]
    parts, todo = [], [node]
    while todo:
        part = todo.pop()
        if part.type == "dotted_key":
            todo += part.named_children
        else:
            parts.append(_key(part))
    return ".".join(reversed(parts))


def _walk(pair: Node, prefix: str, scan: Scan) -> None:
    """The scalars below one pair, with a stack instead of recursion."""
    todo: list[tuple[Node, str, int]] = [(pair, prefix, 0)]
    while todo:
        node, path, depth = todo.pop()
        kind = node.type
        if kind in _SCALARS:
            place = node.start_point
            scan.add(path, _scalar((node.text or b"").decode("utf-8", "replace")), place.row + 1, place.column + 1)
        elif depth >= MAX_DEPTH or scan.size >= MAX_PAIRS:
            scan.is_complete = False
            return
        elif kind == "pair":
            children = node.named_children
            if len(children) >= 2:
                name = _key(children[0])
                todo.append((children[1], f"{path}.{name}" if path else name, depth + 1))
        elif kind == "array":
            values = [child for child in node.named_children if child.type in _SCALARS or child.type in _CONTAINERS]
            todo += [(child, f"{path}.{index}", depth + 1) for index, child in enumerate(values)][::-1]
        elif kind == "inline_table":
            todo += [(child, path, depth + 1) for child in reversed(node.named_children) if child.type == "pair"]


def _scalar(text: str) -> str:
    if text.startswith(('"""', "'''")):
        body = text[3:-3].removeprefix("\n")
    elif text.startswith(('"', "'")):
        body = text[1:-1]
    else:
        return text
    return unescape(body) if text[0] == '"' else body
