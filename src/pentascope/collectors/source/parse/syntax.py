"""Grammars, trees and queries: the one place that knows tree-sitter's API. Pure: bytes in, nodes out."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from tree_sitter import Language, Parser, Query, QueryCursor

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMARS = {
    "python": ("tree_sitter_python", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "java": ("tree_sitter_java", "language"),
    "kotlin": ("tree_sitter_kotlin", "language"),
    "scala": ("tree_sitter_scala", "language"),
    "go": ("tree_sitter_go", "language"),
    "csharp": ("tree_sitter_c_sharp", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "ruby": ("tree_sitter_ruby", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "swift": ("tree_sitter_swift", "language"),
    "dart": ("tree_sitter_dart", "language"),
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "bash": ("tree_sitter_bash", "language"),
    "hcl": ("tree_sitter_hcl", "language"),
    "yaml": ("tree_sitter_yaml", "language"),
    "toml": ("tree_sitter_toml", "language"),
    "json": ("tree_sitter_json", "language"),
    "dockerfile": ("tree_sitter_dockerfile", "language"),
}

MATCH_LIMIT = 65_536  # states in progress that a query may hold; bounds memory on hostile trees


@cache
def grammar(name: str) -> Language:
    """The grammar of that name, loaded on first use."""
    module, function = GRAMMARS[name]
    return Language(getattr(import_module(module), function)())


@cache
def parser(name: str) -> Parser:
    """One parser a grammar; trees-sitter parsers are reusable and this process is single-threaded."""
    return Parser(grammar(name))


@cache
def query(name: str, text: str) -> Query:
    """A compiled query."""
    return Query(grammar(name), text)


def parse(name: str, source: bytes) -> Node:
    """The root node of `source`. Never fails: broken text gives ERROR nodes."""
    return parser(name).parse(source).root_node


MAX_EXTENT = 60_000  # tree-sitter's query cursor counts depth and child index in 16 bits and hangs beyond


def is_degenerate(root: Node) -> bool:
    """Whether a tree is deeper, or a node of it wider, than the query engine can count. Small trees never are."""
    if root.descendant_count < MAX_EXTENT:
        return False
    cursor = root.walk()
    depth, widths = 0, [0]
    while True:
        if cursor.goto_first_child():
            depth += 1
            widths.append(1)
            if depth > MAX_EXTENT:
                return True
            continue
        while not cursor.goto_next_sibling():
            widths.pop()
            depth -= 1
            if depth <= 0 or not cursor.goto_parent():
                return False
        widths[-1] += 1
        if widths[-1] > MAX_EXTENT:
            return True


def captures(name: str, text: str, node: Node) -> dict[str, list[Node]]:
    """The nodes that `text` captures below `node`, by capture name, in source order; none in a degenerate tree."""
    if is_degenerate(node):
        return {}
    return QueryCursor(query(name, text), match_limit=MATCH_LIMIT).captures(node)


def matches(name: str, text: str, node: Node) -> list[tuple[int, dict[str, list[Node]]]]:
    """Every match of `text` below `node`: the pattern's number and its captures; none in a degenerate tree."""
    if is_degenerate(node):
        return []
    return QueryCursor(query(name, text), match_limit=MATCH_LIMIT).matches(node)
