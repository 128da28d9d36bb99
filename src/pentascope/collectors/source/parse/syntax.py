"""Grammars, trees and queries: the one place that knows tree-sitter's API. Pure: bytes in, nodes out."""

from __future__ import annotations

import re
import time
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
NARROW_MATCH_LIMIT = 2_048


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


MAX_NESTING = 2_000  # brackets; error recovery of deeper text costs time that grows with the square of its length
MAX_REDUCTIONS = 300
MAX_TOKENS = 1_000_000  # a token costs a parser some 200 bytes; 2 MB of code that somebody wrote has half as many
MAX_OPEN_COMMENTS = 1_000  # where comments nest, each that is open is read to the end of the file again
MAX_ARROWS = 500  # in a row, where no grammar has any: recovery from them costs time that grows with the square of their number
_SHAPES = bytes(97 if chr(code).isalnum() or code in b"_$" else 32 if code in b" \t\r\n\f" else 59 for code in range(256))
_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_COMMENT_MARKS = re.compile(rb"/\*|\*/")
_OPEN_ANGLES = re.compile(rb"(?:<\w{0,40}){300}")
_ARROWS = re.compile(rb"(?:->\s{0,4}){500}")
_QUOTE_RUNS = (b'"' * 400, b"'" * 400, b"`" * 400)


def is_parsable(source: bytes) -> bool:
    """Whether text is shaped so that a parser is done with it in time linear in its length. Itself linear."""
    if any(run in source for run in _QUOTE_RUNS):
        return False
    if len(source) > MAX_TOKENS and _tokens(source) > MAX_TOKENS:
        return False
    if source.count(b"/*") > MAX_OPEN_COMMENTS and _open_comments(source) > MAX_OPEN_COMMENTS:
        return False
    if source.count(b"<") >= MAX_NESTING and _OPEN_ANGLES.search(source) is not None:
        return False
    if source.count(b"->") >= MAX_ARROWS and _ARROWS.search(source) is not None:
        return False
    brackets = source.translate(None, _NOT_BRACKETS)
    for _ in range(MAX_REDUCTIONS):
        if len(brackets) < MAX_NESTING:
            return True
        reduced = brackets.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
        if len(reduced) == len(brackets):
            break
        brackets = reduced
    depth = 0
    for bracket in brackets:
        depth = depth + 1 if bracket in b"([{" else max(0, depth - 1)
        if depth > MAX_NESTING:
            return False
    return True


def _open_comments(source: bytes) -> int:
    """How many comments are left open. The marks of `/*/*` overlap with a closing one, so they are read one after the other."""
    marks = _COMMENT_MARKS.findall(source)
    return 2 * marks.count(b"/*") - len(marks)


def _tokens(source: bytes) -> int:
    """About how many words and marks there are."""
    shape = source.translate(_SHAPES)
    return shape.count(b";") + shape.count(b"a ") + shape.count(b"a;")


STEPS_PER_BYTE = 0.5  # a step is about a hundred operations of the parser; code that people wrote takes 0.008 to 0.025 a byte
FREE_STEPS = 2_000
FREE_S = 0.5
SECONDS_PER_BYTE = 4e-6  # of processor time; code that people wrote takes 0.2e-6, error recovery of some grammars 150e-6
MAX_FOREIGN_BYTES = 12_000
SLOW_ON_FOREIGN = frozenset({"dart", "scala"})
"""Grammars that step over bytes beyond ASCII one by one and each time look ahead to their end, within one operation."""
_FOREIGN = re.compile(rb"[\x80-\xff\s]{12000,}")
_CHUNK_BYTES = 2_048  # the text of a node is copied through this too, from its first byte on: large chunks make every name dear


def parse(name: str, source: bytes) -> tuple[Node, bool]:
    """The root node of `source`, and whether the parser came to its end. Broken text gives ERROR nodes.

    Where a grammar leaves many readings of a text open, each is followed, at hundreds of times the cost of ordinary code: the
    parser counts its operations and gives up by their number, which is the same on every machine. Where single operations grow
    with the text, as recovery from errors does in some grammars, processor time ends it at twenty times what code costs.
    The root of an empty text then stands for the file.
    """
    if name in SLOW_ON_FOREIGN and any(len(run.translate(None, b" \t\r\n\f\v")) > MAX_FOREIGN_BYTES for run in _FOREIGN.findall(source)):
        return parser(name).parse(b"").root_node, False
    steps, limit = 0, FREE_STEPS + int(STEPS_PER_BYTE * len(source))
    end_s = time.process_time() + FREE_S + SECONDS_PER_BYTE * len(source)

    def is_too_much(_offset: int, _has_error: object) -> bool:
        nonlocal steps
        steps += 1
        return steps > limit or time.process_time() > end_s

    def chunk(offset: int, _place: tuple[int, int]) -> bytes:
        return source[offset : offset + _CHUNK_BYTES]

    reader = parser(name)
    try:
        return reader.parse(chunk, progress_callback=is_too_much).root_node, True
    except ValueError:  # what the library raises for a parse that was halted
        reader.reset()
        return reader.parse(b"").root_node, False


MAX_EXTENT = 60_000  # tree-sitter's query cursor counts child indices in 16 bits and hangs beyond
MAX_DEPTH = 2_000  # it counts depth so too, and asking a node for its parent costs as much as the node is deep


def is_degenerate(root: Node) -> bool:
    """Whether a tree is deeper, or a node of it wider, than the query engine can count. Small trees never are.

    A node knows how many are below it, so only branches that are big enough to be too deep or too wide are looked into.
    """
    if root.descendant_count < MAX_EXTENT:
        return False
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH or node.child_count > MAX_EXTENT:
            return True
        waiting += [(child, depth + 1) for child in node.children if depth + child.descendant_count > MAX_DEPTH]
    return False


def captures(name: str, text: str, node: Node) -> dict[str, list[Node]]:
    """The nodes that `text` captures below `node`, by capture name, in source order, the outer first; none in a degenerate tree."""
    if is_degenerate(node):
        return {}
    return _sorted_captures(QueryCursor(query(name, text), match_limit=MATCH_LIMIT), node)


def narrow_captures(name: str, text: str, node: Node) -> tuple[dict[str, list[Node]], bool]:
    """The same for patterns that wait for what stands behind a child, and whether all were found.

    A sum of n parts is n nodes deep, each of which waits for its operator: time grows with the square of n up to the limit.
    """
    if is_degenerate(node):
        return {}, False
    cursor = QueryCursor(query(name, text), match_limit=NARROW_MATCH_LIMIT)
    found = _sorted_captures(cursor, node)
    return found, not cursor.did_exceed_match_limit


def _sorted_captures(cursor: QueryCursor, node: Node) -> dict[str, list[Node]]:
    found = cursor.captures(node)
    for nodes in found.values():  # the library gives them in the order of their addresses, another one each time
        nodes.sort(key=_place)
    return found


def _place(node: Node) -> tuple[int, int, int]:
    return node.start_byte, -node.end_byte, node.kind_id


def matches(name: str, text: str, node: Node) -> list[tuple[int, dict[str, list[Node]]]]:
    """Every match of `text` below `node`: the pattern's number and its captures; none in a degenerate tree."""
    if is_degenerate(node):
        return []
    return QueryCursor(query(name, text), match_limit=MATCH_LIMIT).matches(node)
