"""Rust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

MAX_NAMES = 300

RUST = Dialect(
    family="rust",
    grammar="rust",
    nodes="""
    (use_declaration) @import
    (call_expression) @call
    (struct_expression) @call
    (macro_invocation) @call
    [(string_literal) (raw_string_literal)] @string
    (field_initializer) @pair
    (array_expression) @list
    (closure_expression body: (block)) @scope
    (attribute_item (attribute) @annotation)
    """,
    shapes="""
    (let_declaration pattern: (_) @name type: (_)? @type value: (_)? @value) @bind
    (const_item name: (_) @name value: (_) @value) @bind
    (static_item name: (_) @name value: (_) @value) @bind
    (assignment_expression left: (_) @name right: (_) @value) @bind
    (parameter pattern: (_) @name type: (_) @type) @bind
    (field_declaration name: (_) @name type: (_) @type) @bind
    (struct_item name: (_) @name) @class
    (enum_item name: (_) @name) @class
    (trait_item name: (_) @name) @class
    (impl_item trait: (_) @base type: (_) @name) @class
    (impl_item !trait type: (_) @name) @class
    (function_item name: (_) @name) @function
    """,
    calls={
        "call_expression": CallShape(function=("function",), arguments=("arguments",)),
        "struct_expression": CallShape(function=("name",), table=("body",)),
        "macro_invocation": CallShape(function=("macro",), arguments=(1,)),
    },
    members={"field_expression": (("value",), ("field",))},
    names=frozenset({"scoped_identifier", "scoped_type_identifier", "generic_type", "type_identifier"}),
    transparent={
        "try_expression": (0,),
        "await_expression": (0,),
        "reference_expression": ("value",),
        "parenthesized_expression": (0,),
        "generic_function": ("function",),
        "type_cast_expression": ("value",),
        "else_clause": (0,),
        "block": (-1,),
    },
    indices={"index_expression": ((0,), (1,))},
    strings=frozenset({"string_literal", "raw_string_literal"}),
    pieces=frozenset({"string_content", "escape_sequence"}),
    binaries={"binary_expression": (("left",), ("right",))},
    conditionals={"if_expression": (("consequence",), ("alternative",))},
    pairs={"field_initializer": (("field",), ("value",))},
    tables=frozenset({"field_initializer_list"}),
    lists=frozenset({"array_expression"}),
    lambdas={"closure_expression": ("body",)},
    annotations={"attribute": ((0,), ("arguments",))},
    own_names=frozenset({"self", "crate", "super"}),
    env_calls=frozenset({"env.var", "env.var_os", "dotenv.var", "dotenvy.var", "env", "option_env"}),
    ordinary=r"(?:std|core|alloc)\.",
    reads_key_before=True,
    needs_import=False,
    checks_use=False,
)


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(RUST, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`use a::{b, c::{d as e, self}, f::*};` gives one name a leaf. A path in the same crate gets a leading dot."""
    tree = text.partition("use ")[2].rstrip(" ;\n\t\r")
    stack: list[str] = []
    prefix, word, count = "", "", 0
    for character in tree[:20_000] + ",":
        if character == "{":
            stack.append(prefix)
            prefix, word = prefix + word.strip(), ""
        elif character in ",}":
            if word.strip() and count < MAX_NAMES:
                count += 1
                yield _leaf(prefix + word.strip())
            word = ""
            if character == "}" and stack:
                prefix = stack.pop()
        else:
            word += character


def _leaf(path: str) -> generic.ImportedName:
    path, _, alias = path.partition(" as ")
    path = path.strip().removeprefix("::")
    path = path.removesuffix("::self")
    module = ".".join(part.strip() for part in path.split("::"))
    head, _, rest = module.partition(".")
    if head in {"crate", "self", "super"}:
        module = "." + rest
    if module.endswith("*"):
        return generic.ImportedName(module.rstrip("*").rstrip("."), "*")
    return generic.ImportedName(module, alias.strip() or module.rpartition(".")[2])
