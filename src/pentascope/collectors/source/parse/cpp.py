"""C and C++."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

CPP = Dialect(
    family="cpp",
    grammar="cpp",
    nodes="""
    (preproc_include) @import
    (call_expression) @call
    (new_expression) @call
    [(string_literal) (raw_string_literal)] @string
    (preproc_def value: (preproc_arg) @string)
    (initializer_pair) @pair
    (initializer_list) @list
    (binary_expression operator: "+") @join
    (concatenated_string) @join
    (lambda_expression) @scope
    """,
    shapes="""
    (declaration type: (_) @type declarator: (init_declarator declarator: (_) @name value: (_) @value)) @bind
    (declaration type: (_) @type declarator: [(identifier) (pointer_declarator) (reference_declarator)] @name) @bind
    (field_declaration type: (_) @type declarator: [(field_identifier) (pointer_declarator)] @name
      default_value: (_)? @value) @bind
    (parameter_declaration type: (_) @type declarator: (_) @name) @bind
    (assignment_expression left: (_) @name right: (_) @value) @bind
    (preproc_def name: (_) @name value: (_) @value) @bind
    (class_specifier name: (_) @name) @class
    (class_specifier name: (_) @name (base_class_clause [(type_identifier) (qualified_identifier)] @base)) @class
    (struct_specifier name: (_) @name body: (_)) @class
    (function_definition declarator: (function_declarator declarator: (_) @name)) @function
    (function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name)))
      @function
    """,
    calls={
        "call_expression": CallShape(function=("function",), arguments=("arguments",)),
        "new_expression": CallShape(function=("type",), arguments=("arguments",)),
    },
    members={"field_expression": (("argument",), ("field",))},
    names=frozenset({"qualified_identifier", "type_identifier", "template_function", "template_type"}),
    transparent={"parenthesized_expression": (0,), "cast_expression": ("value",), "pointer_expression": ("argument",)},
    indices={"subscript_expression": (("argument",), ("indices", 0))},
    strings=frozenset({"string_literal", "raw_string_literal", "preproc_arg"}),
    pieces=frozenset({"string_content", "raw_string_content", "escape_sequence"}),
    string_runs=frozenset({"concatenated_string"}),
    binaries={"binary_expression": (("left",), ("right",))},
    conditionals={"conditional_expression": (("consequence",), ("alternative",))},
    pairs={"initializer_pair": (("designator",), ("value",))},
    tables=frozenset({"initializer_list"}),
    env_calls=frozenset({"getenv", "secure_getenv"}),
    keeps_every_call=True,
    needs_import=False,
    folds_builders=False,
)

_INCLUDE = re.compile(r"""#\s*(?:include|import)\s*["<]([^">\n]+)[">]""")


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(CPP, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`#include "a/b.h"` opens what the header declares."""
    match = _INCLUDE.match(text[:400])
    if match is not None:
        yield generic.ImportedName(match[1], "*")
