"""Go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

GO = Dialect(
    family="go",
    grammar="go",
    nodes="""
    (import_spec) @import
    (call_expression) @call
    (composite_literal) @call
    [(interpreted_string_literal) (raw_string_literal)] @string
    (keyed_element) @pair
    (literal_value) @list
    (binary_expression operator: "+") @join
    (func_literal) @scope
    (field_declaration tag: (_) @skip)
    """,
    shapes="""
    (short_var_declaration left: (_) @name right: (_) @value) @bind
    (assignment_statement left: (_) @name right: (_) @value) @bind
    (var_spec name: (_) @name type: (_)? @type value: (_)? @value) @bind
    (const_spec name: (_) @name value: (_)? @value) @bind
    (parameter_declaration name: (_) @name type: (_) @type) @bind
    (field_declaration name: (_) @name type: (_) @type) @bind
    (function_declaration name: (_) @name) @function
    (method_declaration receiver: (parameter_list (parameter_declaration type: (_) @owner)) name: (_) @name) @function
    (type_spec name: (_) @name type: [(struct_type) (interface_type)]) @class
    (type_spec name: (_) @name type: (struct_type
      (field_declaration_list [(field_declaration !name type: (_) @base) (_)]*))) @class
    """,
    calls={
        "call_expression": CallShape(function=("function",), arguments=("arguments",)),
        "composite_literal": CallShape(function=("type",), table=("body",)),
        "type_conversion_expression": CallShape(function=("type",)),
    },
    members={"selector_expression": (("operand",), ("field",))},
    names=frozenset({"qualified_type", "type_identifier"}),
    transparent={
        "unary_expression": ("operand",),
        "parenthesized_expression": (0,),
        "literal_element": (0,),
        "pointer_type": (0,),
        "slice_type": ("element",),
        "array_type": ("element",),
        "implicit_length_array_type": ("element",),
        "generic_type": ("type",),
        "type_assertion_expression": ("operand",),
        "type_instantiation_expression": ("type",),
    },
    indices={"index_expression": (("operand",), ("index",))},
    strings=frozenset({"interpreted_string_literal", "raw_string_literal"}),
    pieces=frozenset({"interpreted_string_literal_content", "raw_string_literal_content", "escape_sequence"}),
    binaries={"binary_expression": (("left",), ("right",))},
    pairs={"keyed_element": (("key",), ("value",))},
    tables=frozenset({"literal_value"}),
    name_lists=frozenset({"expression_list"}),
    env_calls=frozenset({"os.Getenv", "os.LookupEnv", "viper.GetString"}),
    ordinary=r"[a-z0-9]+(?:/[a-z0-9]+)*\.[A-Z]",
    folds_builders=False,
    checks_use=False,
)

_SPEC = re.compile(r'\s*([\w.]*)\s*["`]([^"`]+)["`]')
_VERSION = re.compile(r"v\d+")


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(GO, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`alias "host/path/go-name/v2"`: the package is called `name` unless it has an alias."""
    match = _SPEC.match(text)
    if match is not None:
        alias, module = match.groups()
        yield generic.ImportedName(module, "*" if alias == "." else alias or package_name(module))


def package_name(module: str) -> str:
    """The name that a Go package most likely gives itself."""
    parts = module.split("/")
    if len(parts) > 1 and _VERSION.fullmatch(parts[-1]):
        parts.pop()
    name = re.sub(r"\.v\d+$", "", parts[-1])
    name = name.removeprefix("go-").removesuffix("-go").removesuffix(".go")
    return name.replace("-", "_") if name.count("-") > 1 else name.rpartition("-")[2]
