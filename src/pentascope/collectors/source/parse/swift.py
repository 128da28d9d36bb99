"""Swift."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

SWIFT = Dialect(
    family="swift",
    grammar="swift",
    nodes="""
    (import_declaration) @import
    (call_expression) @call
    [(line_string_literal) (multi_line_string_literal) (raw_string_literal)] @string
    (array_literal) @list
    (dictionary_literal) @list
    (additive_expression op: "+") @join
    (lambda_literal) @scope
    (attribute) @annotation
    """,
    shapes="""
    (property_declaration name: (_) @name (type_annotation (_) @type)? value: (_)? @value) @bind
    (assignment target: (_) @name result: (_) @value) @bind
    (parameter name: (simple_identifier) @name . (_) @type) @bind
    (enum_entry name: (_) @name . raw_value: (_) @value) @bind
    (class_declaration name: (_) @name) @class
    (class_declaration name: (_) @name (inheritance_specifier inherits_from: (_) @base)) @class
    (protocol_declaration name: (_) @name) @class
    (function_declaration name: (simple_identifier) @name) @function
    (init_declaration "init" @name) @function
    """,
    calls={"call_expression": CallShape(function=(0,), arguments=(1, 0))},
    members={"navigation_expression": (("target",), ("suffix", "suffix"))},
    names=frozenset({"prefix_expression", "user_type", "simple_identifier"}),
    transparent={
        "try_expression": ("expr",),
        "await_expression": ("expr",),
        "postfix_expression": ("target",),
        "as_expression": ("expr",),
        "directly_assignable_expression": (0,),
        "optional_chaining_expression": (0,),
        "optional_type": (0,),
    },
    strings=frozenset({"line_string_literal", "multi_line_string_literal", "raw_string_literal"}),
    pieces=frozenset({"line_str_text", "multi_line_str_text", "raw_str_part", "raw_str_end_part", "str_escaped_char"}),
    holes=frozenset({"interpolated_expression", "raw_str_interpolation"}),
    binaries={
        "additive_expression": (("lhs",), ("rhs",)),
        "nil_coalescing_expression": (("value",), ("if_nil",)),
    },
    conditionals={"ternary_expression": (("if_true",), ("if_false",))},
    wrappers=frozenset({"value_argument"}),
    flat_tables=frozenset({"dictionary_literal"}),
    lists=frozenset({"array_literal"}),
    annotations={"attribute": ((0,), ())},
    env_calls=frozenset({"ProcessInfo.processInfo.environment", "processInfo.environment", "Environment.get"}),
    reads_key_before=True,
    needs_import=False,
)

_IMPORT = re.compile(
    r"(?:@\w+(?:\([^)]*\))?\s+)*import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?([\w.]+)"
)


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(SWIFT, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`import OpenAI` opens the module; so does `import struct Foo.Bar` for what it names."""
    match = _IMPORT.match(text.strip()[:400])
    if match is not None:
        yield generic.ImportedName(match[1], "*")
