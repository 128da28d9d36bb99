"""Dart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

DART = Dialect(
    family="dart",
    grammar="dart",
    nodes="""
    (import_or_export) @import
    (argument_part) @call
    (new_expression) @call
    (const_object_expression) @call
    (string_literal) @string
    (pair) @pair
    (list_literal) @list
    (set_or_map_literal) @list
    (additive_expression) @join
    (index_selector) @index
    (function_expression) @scope
    (annotation) @annotation
    """,
    shapes="""
    (initialized_variable_definition (type_identifier)? @type name: (_) @name value: (_) @value) @bind
    (static_final_declaration . (identifier) @name . (_) @value) @bind
    (initialized_identifier . (identifier) @name . (_) @value) @bind
    (declaration (type_identifier) @type (initialized_identifier_list (initialized_identifier . (identifier) @name))) @bind
    (assignment_expression left: (_) @name right: (_) @value) @bind
    (formal_parameter (type_identifier) @type name: (_) @name) @bind
    (class_definition name: (_) @name) @class
    (class_definition name: (_) @name superclass: (superclass (type_identifier) @base)) @class
    (class_definition name: (_) @name superclass: (superclass (mixins (type_identifier) @base))) @class
    (class_definition name: (_) @name interfaces: (interfaces (type_identifier) @base)) @class
    ((method_signature (function_signature name: (_) @name)) . (function_body) @function)
    ((function_signature name: (_) @name) . (function_body) @function)
    """,
    calls={
        "argument_part": CallShape(arguments=(-1,)),
        "new_expression": CallShape(function=(0,), arguments=(-1,)),
        "const_object_expression": CallShape(function=(0,), arguments=(-1,)),
    },
    transparent={"unary_expression": (0,), "await_expression": (0,), "parenthesized_expression": (0,)},
    indices={"index_selector": ((), (0,))},
    strings=frozenset({"string_literal"}),
    binaries={"additive_expression": ((0,), (-1,)), "if_null_expression": (("first",), ("second",))},
    conditionals={"conditional_expression": (("consequence",), ("alternative",))},
    wrappers=frozenset({"argument", "named_argument"}),
    pairs={"pair": (("key",), ("value",))},
    tables=frozenset({"set_or_map_literal"}),
    lists=frozenset({"list_literal"}),
    annotations={"annotation": (("name",), ("arguments",))},
    env_calls=frozenset({"String.fromEnvironment", "dotenv.get", "DotEnv.get", "Platform.environment"}),
    env_tables=frozenset({"Platform.environment", "dotenv.env", "DotEnv.env"}),
    flat_calls=frozenset({"argument_part", "index_selector"}),
    sigil_holes=True,
    needs_import=False,
)

_IMPORT = re.compile(r"""(?:import|export)\s+["']([^"'\n]+)["'](?:[^;]*?\bas\s+(\w+))?""")


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(DART, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`import "package:a/b.dart";` opens the library, `as c` names it. A relative one gets a leading dot."""
    match = _IMPORT.match(text.strip()[:800])
    if match is not None:
        uri = match[1] if ":" in match[1] or match[1].startswith(".") else "./" + match[1]
        yield generic.ImportedName(uri, match[2] or "*")
