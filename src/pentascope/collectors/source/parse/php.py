"""PHP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

PHP = Dialect(
    family="php",
    grammar="php",
    nodes="""
    (namespace_use_declaration) @import
    (function_call_expression) @call
    (member_call_expression) @call
    (nullsafe_member_call_expression) @call
    (scoped_call_expression) @call
    (object_creation_expression) @call
    [(string) (encapsed_string) (heredoc) (nowdoc)] @string
    (array_element_initializer) @pair
    (array_creation_expression) @list
    (binary_expression operator: ".") @join
    (subscript_expression) @index
    (anonymous_function) @scope
    (attribute) @annotation
    (require_once_expression) @skip
    (include_expression) @skip
    (require_expression) @skip
    """,
    shapes="""
    (assignment_expression left: (_) @name right: (_) @value) @bind
    (const_element (name) @name (_) @value) @bind
    (property_declaration type: (_)? @type
      (property_element name: (_) @name default_value: (_)? @value)) @bind
    (property_promotion_parameter type: (_)? @type name: (_) @name default_value: (_)? @value) @bind
    (simple_parameter type: (_)? @type name: (_) @name default_value: (_)? @value) @bind
    (enum_case name: (_) @name value: (_) @value) @bind
    (class_declaration name: (_) @name) @class
    (class_declaration name: (_) @name (base_clause (_) @base)) @class
    (class_declaration name: (_) @name (class_interface_clause (_) @base)) @class
    (interface_declaration name: (_) @name) @class
    (trait_declaration name: (_) @name) @class
    (enum_declaration name: (_) @name) @class
    (method_declaration name: (_) @name) @function
    (function_definition name: (_) @name) @function
    """,
    calls={
        "function_call_expression": CallShape(function=("function",), arguments=("arguments",)),
        "member_call_expression": CallShape(receiver=("object",), name=("name",), arguments=("arguments",)),
        "nullsafe_member_call_expression": CallShape(receiver=("object",), name=("name",), arguments=("arguments",)),
        "scoped_call_expression": CallShape(receiver=("scope",), name=("name",), arguments=("arguments",)),
        "object_creation_expression": CallShape(function=(0,), arguments=(1,)),
    },
    members={
        "member_access_expression": (("object",), ("name",)),
        "nullsafe_member_access_expression": (("object",), ("name",)),
        "class_constant_access_expression": ((0,), (1,)),
        "scoped_property_access_expression": (("scope",), ("name",)),
    },
    names=frozenset({"qualified_name", "name"}),
    transparent={"parenthesized_expression": (0,), "cast_expression": ("value",), "named_type": (0,), "optional_type": (0,)},
    indices={"subscript_expression": ((0,), (1,))},
    strings=frozenset({"string", "encapsed_string", "heredoc_body", "nowdoc_body", "heredoc", "nowdoc"}),
    pieces=frozenset({"string_content", "escape_sequence", "nowdoc_string"}),
    holes=frozenset({"variable_name", "member_access_expression", "subscript_expression", "dynamic_variable_name"}),
    binaries={"binary_expression": (("left",), ("right",))},
    joins=frozenset({"."}),
    conditionals={"conditional_expression": (("body",), ("alternative",))},
    wrappers=frozenset({"argument"}),
    pairs={"array_element_initializer": ((0,), (1,))},
    tables=frozenset({"array_creation_expression"}),
    lambdas={"arrow_function": ("body",)},
    annotations={"attribute": ((0,), ("parameters",))},
    own_names=frozenset({"this", "self", "static", "parent"}),
    env_calls=frozenset({"getenv", "env", "Env.get"}),
    env_tables=frozenset({"_ENV", "_SERVER"}),
    needs_import=False,
    folds_builders=False,
)

_USE = re.compile(r"use\s+(?:(?:function|const)\s+)?([^;{]*)(?:\{([^}]*)\})?")
_ALIAS = re.compile(r"\s+as\s+", re.IGNORECASE)


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(PHP, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    r"""`use A\B;`, `use A\B as C, D;`, `use A\{B, C as D};`."""
    match = _USE.match(text[:8000])
    if match is None:
        return
    prefix = match[1].strip() if match[2] is not None else ""
    for entry in (match[2] if match[2] is not None else match[1]).split(",")[:200]:
        names = _ALIAS.split(entry.strip())
        path = (prefix + names[0].strip()).strip("\\").replace("\\", ".")
        if path:
            yield generic.ImportedName(path, names[1].strip() if len(names) > 1 else path.rpartition(".")[2])
