"""C#."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

CSHARP = Dialect(
    family="csharp",
    grammar="csharp",
    nodes="""
    (using_directive) @import
    (invocation_expression) @call
    (object_creation_expression) @call
    (implicit_object_creation_expression) @call
    [(string_literal) (verbatim_string_literal) (raw_string_literal) (interpolated_string_expression)] @string
    (initializer_expression) @list
    (collection_expression) @list
    (initializer_expression (assignment_expression) @pair)
    (binary_expression operator: "+") @join
    (lambda_expression body: (block)) @scope
    (attribute) @annotation
    """,
    shapes="""
    (variable_declaration type: (_) @type (variable_declarator name: (_) @name . (_)? @value)) @bind
    (property_declaration type: (_) @type name: (_) @name value: (_)? @value) @bind
    (assignment_expression left: (_) @name right: (_) @value) @bind
    (parameter type: (_) @type name: (_) @name) @bind
    (class_declaration name: (_) @name (base_list (_) @base)) @class
    (class_declaration name: (_) @name) @class
    (record_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name) @class
    (method_declaration name: (_) @name) @function
    (constructor_declaration name: (_) @name) @function
    (local_function_statement name: (_) @name) @function
    """,
    calls={
        "invocation_expression": CallShape(function=("function",), arguments=("arguments",)),
        "object_creation_expression": CallShape(function=("type",), arguments=("arguments",), table=("initializer",)),
        "implicit_object_creation_expression": CallShape(arguments=(0,), table=("initializer",)),
    },
    members={
        "member_access_expression": (("expression",), ("name",)),
        "conditional_access_expression": (("condition",), (1, "name")),
    },
    names=frozenset({"qualified_name", "generic_name", "alias_qualified_name"}),
    transparent={
        "await_expression": (0,),
        "parenthesized_expression": (0,),
        "cast_expression": ("value",),
        "postfix_unary_expression": (0,),
        "collection_element": (0,),
        "expression_element": (0,),
        "arrow_expression_clause": (0,),
    },
    indices={"element_access_expression": (("expression",), ("subscript", 0, 0))},
    strings=frozenset(
        {"string_literal", "verbatim_string_literal", "raw_string_literal", "interpolated_string_expression"}
    ),
    pieces=frozenset({"string_literal_content", "string_content", "raw_string_content", "escape_sequence"}),
    holes=frozenset({"interpolation"}),
    binaries={"binary_expression": (("left",), ("right",))},
    conditionals={"conditional_expression": (("consequence",), ("alternative",))},
    wrappers=frozenset({"argument", "attribute_argument"}),
    pairs={"assignment_expression": (("left",), ("right",))},
    tables=frozenset({"initializer_expression"}),
    lists=frozenset({"collection_expression"}),
    lambdas={"lambda_expression": ("body",)},
    annotations={"attribute": (("name",), (1,))},
    env_calls=frozenset({"Environment.GetEnvironmentVariable"}),
    needs_import=False,
    folds_builders=False,
)

_USING = re.compile(r"(?:global\s+)?using\s+(?:static\s+)?(?:(\w+)\s*=\s*)?([\w.:\s]+?)\s*;?")


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(CSHARP, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`using A.B;` opens a namespace, `using X = A.B.C;` names one thing."""
    match = _USING.fullmatch(text.strip()[:400])
    if match is not None:
        module = "".join(match[2].split()).removeprefix("global::").replace("::", ".")
        yield generic.ImportedName(module, match[1] or "*")
