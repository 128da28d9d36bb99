"""Java."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

JAVA = Dialect(
    family="java",
    grammar="java",
    nodes="""
    (import_declaration) @import
    (method_invocation) @call
    (object_creation_expression) @call
    (string_literal) @string
    (element_value_pair) @pair
    (array_initializer) @list
    (element_value_array_initializer) @list
    (binary_expression operator: "+") @join
    (lambda_expression body: (block)) @scope
    (annotation) @annotation
    (marker_annotation) @annotation
    """,
    shapes="""
    (local_variable_declaration type: (_) @type
      declarator: (variable_declarator name: (_) @name value: (_)? @value)) @bind
    (field_declaration type: (_) @type declarator: (variable_declarator name: (_) @name value: (_)? @value)) @bind
    (constant_declaration type: (_) @type declarator: (variable_declarator name: (_) @name value: (_)? @value)) @bind
    (assignment_expression left: (_) @name right: (_) @value) @bind
    (formal_parameter type: (_) @type name: (_) @name) @bind
    (resource type: (_) @type name: (_) @name value: (_) @value) @bind
    (enum_constant name: (_) @name arguments: (argument_list . (_) @value)) @bind
    (class_declaration name: (_) @name superclass: (superclass (_) @base)) @class
    (class_declaration name: (_) @name interfaces: (super_interfaces (type_list (_) @base))) @class
    (class_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name (extends_interfaces (type_list (_) @base))) @class
    (record_declaration name: (_) @name) @class
    (enum_declaration name: (_) @name) @class
    (method_declaration name: (_) @name) @function
    (constructor_declaration name: (_) @name) @function
    """,
    calls={
        "method_invocation": CallShape(receiver=("object",), name=("name",), arguments=("arguments",)),
        "object_creation_expression": CallShape(function=("type",), arguments=("arguments",)),
    },
    members={"field_access": (("object",), ("field",)), "method_reference": ((0,), (-1,))},
    names=frozenset({"scoped_type_identifier", "generic_type", "type_identifier"}),
    transparent={"parenthesized_expression": (0,), "cast_expression": ("value",)},
    indices={"array_access": (("array",), ("index",))},
    strings=frozenset({"string_literal"}),
    pieces=frozenset({"string_fragment", "multiline_string_fragment", "escape_sequence"}),
    holes=frozenset({"string_interpolation"}),
    binaries={"binary_expression": (("left",), ("right",))},
    conditionals={"ternary_expression": (("consequence",), ("alternative",))},
    pairs={"element_value_pair": (("key",), ("value",))},
    lists=frozenset({"array_initializer", "element_value_array_initializer"}),
    lambdas={"lambda_expression": ("body",)},
    annotations={"annotation": (("name",), ("arguments",)), "marker_annotation": (("name",), ())},
    ordinary=r"(?:javax?|jakarta|kotlinx?|scala|androidx?|lombok|org\.(?:junit|slf4j|mockito|assertj|apache\.commons))\.",
    env_calls=frozenset({"System.getenv", "Dotenv.get", "dotenv.get"}),
)

_IMPORT = re.compile(r"import\s+(?:static\s+)?([\w.\s]+?)(\.\s*\*)?\s*;?")


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(JAVA, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`import a.b.C;`, `import static a.b.C.d;`, `import a.b.*;`."""
    match = _IMPORT.fullmatch(text.strip()[:400])
    if match is not None:
        module = "".join(match[1].split())
        yield generic.ImportedName(module, "*" if match[2] else module.rpartition(".")[2])
