"""Ruby."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

RUBY = Dialect(
    family="ruby",
    grammar="ruby",
    nodes="""
    ((call !receiver method: (identifier) @_name arguments: (argument_list . (string))) @import
      (#any-of? @_name "require" "require_relative" "gem"))
    (call) @call
    [(string) (heredoc_body)] @string
    (pair) @pair
    (array) @list
    (hash) @list
    (string_array) @list
    (binary operator: "+") @join
    (element_reference) @index
    (block) @scope
    (do_block) @scope
    """,
    shapes="""
    (assignment left: (_) @name right: (_) @value) @bind
    (operator_assignment left: (_) @name right: (_) @value) @bind
    (keyword_parameter name: (_) @name value: (_) @value) @bind
    (optional_parameter name: (_) @name value: (_) @value) @bind
    (class name: (_) @name superclass: (superclass (_) @base)) @class
    (class name: (_) @name) @class
    (module name: (_) @name) @class
    (method name: (_) @name) @function
    (singleton_method name: (_) @name) @function
    """,
    calls={"call": CallShape(receiver=("receiver",), name=("method",), arguments=("arguments",))},
    names=frozenset({"scope_resolution"}),
    transparent={"parenthesized_statements": (0,), "begin_block": (0,)},
    indices={"element_reference": (("object",), (1,))},
    strings=frozenset({"string", "heredoc_body", "bare_string"}),
    pieces=frozenset({"string_content", "heredoc_content", "escape_sequence"}),
    holes=frozenset({"interpolation"}),
    string_runs=frozenset({"chained_string"}),
    binaries={"binary": (("left",), ("right",))},
    conditionals={"conditional": (("consequence",), ("alternative",))},
    pairs={"pair": (("key",), ("value",))},
    tables=frozenset({"hash"}),
    lists=frozenset({"array", "string_array"}),
    name_lists=frozenset({"left_assignment_list", "right_assignment_list"}),
    env_calls=frozenset({"ENV.fetch", "ENV.dig"}),
    env_tables=frozenset({"ENV"}),
    needs_import=False,
    folds_builders=False,
)

_HEREDOC = re.compile(rb"(\w+)\s{0,4}(?::|=>|=)\s{0,4}<<[~-]?[\"'`]?[A-Z]", re.ASCII)
"""The name before a here-document, whose body the grammar sets after the statement."""
_REQUIRE = re.compile(r"""(require_relative|require|gem)[\s(]*["']([^"']+)["']""")


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    unit = generic.parse(RUBY, source, path, read_import, wanted)
    if any("\n" in text.value for text in unit.texts):
        lines = source.splitlines()
        for text in unit.texts:
            opening = _HEREDOC.search(lines[text.line - 1][:400]) if "\n" in text.value and text.line <= len(lines) else None
            if opening is not None:
                text.key = opening[1].decode("ascii")
    return unit


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`require "openai"` opens whatever the file defines; a relative one keeps a leading dot."""
    match = _REQUIRE.match(text[:400])
    if match is not None:
        keyword, name = match.groups()
        is_local = keyword == "require_relative" and not name.startswith(".")
        yield generic.ImportedName("./" + name if is_local else name, "*")
