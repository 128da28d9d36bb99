"""Scala."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import generic
from pentascope.collectors.source.parse.dialect import CallShape, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pentascope.model.unit import Unit

SCALA = Dialect(
    family="java",
    grammar="scala",
    nodes="""
    (import_declaration) @import
    (call_expression) @call
    (instance_expression) @call
    [(string) (interpolated_string_expression)] @string
    (arguments (assignment_expression) @pair)
    (infix_expression operator: (operator_identifier) @_operator (#eq? @_operator "->")) @pair
    (infix_expression operator: (operator_identifier) @_operator (#eq? @_operator "+")) @join
    (annotation) @annotation
    """,
    shapes="""
    (val_definition pattern: (_) @name type: (_)? @type value: (_) @value) @bind
    (var_definition pattern: (_) @name type: (_)? @type value: (_) @value) @bind
    (val_declaration name: (_) @name type: (_) @type) @bind
    (assignment_expression left: (_) @name right: (_) @value) @bind
    (class_parameter name: (_) @name type: (_) @type default_value: (_)? @value) @bind
    (parameter name: (_) @name type: (_) @type default_value: (_)? @value) @bind
    (class_definition name: (_) @name) @class
    (class_definition name: (_) @name extend: (extends_clause type: (type_identifier) @base)) @class
    (object_definition name: (_) @name) @class
    (object_definition name: (_) @name extend: (extends_clause type: (type_identifier) @base)) @class
    (trait_definition name: (_) @name) @class
    (function_definition name: (_) @name) @function
    """,
    calls={
        "call_expression": CallShape(function=("function",), arguments=("arguments",)),
        "instance_expression": CallShape(function=(0,), arguments=("arguments",)),
    },
    members={"field_expression": (("value",), ("field",))},
    names=frozenset({"type_identifier", "stable_type_identifier", "generic_type"}),
    transparent={"parenthesized_expression": (0,), "generic_function": ("function",), "block": (-1,)},
    strings=frozenset({"string", "interpolated_string_expression"}),
    binaries={"infix_expression": (("left",), ("right",))},
    choices=frozenset({"orElse", "getOrElse"}),
    conditionals={"if_expression": (("consequence",), ("alternative",))},
    pairs={"assignment_expression": (("left",), ("right",)), "infix_expression": (("left",), ("right",))},
    annotations={"annotation": (("name",), ("arguments",))},
    env_calls=frozenset({"sys.env", "sys.env.getOrElse", "env.getOrElse", "env.get", "System.getenv"}),
    sigil_holes=True,
    ordinary=r"(?:javax?|scala)\.",
)

_IMPORT = re.compile(r"import\s+(.*)", re.DOTALL)
_RENAME = re.compile(r"\s*(?:=>|\bas\b)\s*")


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted`: the import roots whose calls matter (all if None)."""
    return generic.parse(SCALA, source, path, read_import, wanted)


def read_import(text: str, _node: Node) -> Iterator[generic.ImportedName]:
    """`import a.b.C`, `import a.b.{C, D => E}`, `import a.b._`, `import a.b.*`, `import a.b as c`."""
    match = _IMPORT.match(text.strip()[:8000])
    if match is None:
        return
    prefix, brace, group = match[1].partition("{")
    for entry in (group.rstrip("} \n").split(",") if brace else [match[1]])[:200]:
        names = _RENAME.split(entry.strip().strip(";"))
        path = "".join(((prefix if brace else "") + names[0]).split())
        last = path.rpartition(".")[2]
        if last in {"_", "*"}:
            yield generic.ImportedName(path.rpartition(".")[0], "*")
        elif path and (len(names) < 2 or names[1] != "_"):
            yield generic.ImportedName(path, names[1] if len(names) > 1 else last)
