"""Kotlin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

KOTLIN = Dialect(
    family="java",
    grammar="kotlin",
    nodes="""
    (import) @import
    (call_expression) @call
    [(string_literal) (multiline_string_literal)] @string
    (infix_expression) @pair
    (collection_literal) @list
    (binary_expression operator: "+") @join
    (lambda_literal) @scope
    (annotation (constructor_invocation) @annotation)
    (annotation (user_type) @annotation)
    """,
    shapes="""
    (property_declaration (variable_declaration . (identifier) @name)
      [(string_literal) (multiline_string_literal) (call_expression) (binary_expression) (navigation_expression)
       (identifier) (if_expression) (collection_literal)] @value) @bind
    (property_declaration (variable_declaration (identifier) @name (_) @type)) @bind
    (property_declaration (variable_declaration . (identifier) @name)
      (property_delegate (call_expression (annotated_lambda (lambda_literal (_) @value .))))) @bind
    (class_parameter (identifier) @name . (user_type) @type . (_)? @value) @bind
    (parameter (identifier) @name . (user_type) @type) @bind
    (assignment left: (_) @name right: (_) @value) @bind
    (enum_entry (identifier) @name (value_arguments . (value_argument (_) @value .))) @bind
    (class_declaration name: (_) @name (delegation_specifiers (delegation_specifier
      [(user_type) @base (constructor_invocation (user_type) @base)]))) @class
    (class_declaration name: (_) @name) @class
    (object_declaration name: (_) @name) @class
    (object_declaration name: (_) @name (delegation_specifiers (delegation_specifier
      [(user_type) @base (constructor_invocation (user_type) @base)]))) @class
    (function_declaration name: (_) @name) @function
    """,
    calls={
        "call_expression": CallShape(function=(0,), arguments=(1,)),
        "constructor_invocation": CallShape(function=(0,), arguments=(1,)),
    },
    members={"navigation_expression": ((0,), (-1,))},
    names=frozenset({"user_type"}),
    transparent={"parenthesized_expression": (0,), "as_expression": (0,), "unary_expression": (0,)},
    indices={"index_expression": ((0,), (1,))},
    strings=frozenset({"string_literal", "multiline_string_literal"}),
    pieces=frozenset({"string_content", "escape_sequence"}),
    holes=frozenset({"interpolation"}),
    binaries={"binary_expression": (("left",), ("right",))},
    conditionals={"if_expression": ((1,), (2,))},
    wrappers=frozenset({"value_argument"}),
    pairs={"infix_expression": ((0,), (-1,))},
    lists=frozenset({"collection_literal"}),
    annotations={"constructor_invocation": ((0,), (1,)), "user_type": ((), ())},
    ordinary=r"(?:javax?|jakarta|kotlinx?|scala|androidx?|lombok|org\.(?:junit|slf4j|mockito|assertj|apache\.commons))\.",
    env_calls=frozenset({"System.getenv", "Dotenv.get", "dotenv.get"}),
    env_tables=frozenset({"System.getenv", "dotenv"}),
)

_IMPORT = re.compile(r"import\s+([\w.`]+?)(\.\*)?(?:\s+as\s+(\w+))?\s*;?")


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(KOTLIN, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`import a.b.C`, `import a.b.C as D`, `import a.b.*`."""
    match = _IMPORT.fullmatch(text.strip()[:400])
    if match is not None:
        module = match[1].replace("`", "")
        yield generic.ImportedName(module, "*" if match[2] else match[3] or module.rpartition(".")[2])
