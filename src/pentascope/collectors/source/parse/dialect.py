"""A dialect: what the generic reader must know of one programming language, as a table."""

from __future__ import annotations

import msgspec

Steps = tuple[str | int, ...]
"""The way from a node to a part of it: field names and indices of named children."""


class CallShape(msgspec.Struct, frozen=True, kw_only=True):
    """Where a call, construction or composite literal keeps its parts.

    Either `function`, or `receiver` (which may be absent) and `name`. `table` holds `key: value` entries
    (struct literal, object initializer).
    """

    function: Steps = ()
    receiver: Steps = ()
    name: Steps = ()
    arguments: Steps = ()
    table: Steps = ()


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """One language: its grammar, two queries, and the roles of its node types.

    `nodes` captures @import @call @string @list @pair @annotation @index @join (a
    concatenation), @scope (a lambda) and @skip (strings in it do not count). `shapes` has one match a definition:
    @bind with @name and @value and/or @type, @class with @name and @base, @function with @name.
    """

    family: str
    grammar: str
    nodes: str
    shapes: str
    calls: dict[str, CallShape]
    members: dict[str, tuple[Steps, Steps]] = {}
    names: frozenset[str] = frozenset()
    transparent: dict[str, Steps] = {}
    indices: dict[str, tuple[Steps, Steps]] = {}
    strings: frozenset[str] = frozenset()
    pieces: frozenset[str] = frozenset()
    holes: frozenset[str] = frozenset()
    string_runs: frozenset[str] = frozenset()  # adjacent literals that the language joins
    binaries: dict[str, tuple[Steps, Steps]] = {}
    joins: frozenset[str] = frozenset({"+"})
    choices: frozenset[str] = frozenset({"??", "?:", "||", "or"})
    conditionals: dict[str, tuple[Steps, ...]] = {}
    wrappers: frozenset[str] = frozenset()  # one argument with an optional name before it
    pairs: dict[str, tuple[Steps, Steps]] = {}
    tables: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    lambdas: dict[str, Steps] = {}  # and where the body stands
    annotations: dict[str, tuple[Steps, Steps]] = {}  # name and arguments
    name_lists: frozenset[str] = frozenset()  # left and right side of a multiple assignment
    own_names: frozenset[str] = frozenset({"this", "self"})
    env_calls: frozenset[str] = frozenset()  # dotted tails of functions that read a variable
    env_tables: frozenset[str] = frozenset()  # dotted tails of tables of variables
    flat_tables: frozenset[str] = frozenset()  # key, value, key, value
    flat_calls: frozenset[str] = frozenset()  # argument lists that stand behind what they are given to (Dart)
    sigil_holes: bool = False  # `$name` and `${…}` stand in the text of a literal, not as nodes
    reads_key_before: bool = False  # `"key": "value"` in trees without a node for the pair
    ordinary: str = r"(?!)"  # expression for the beginning of paths of the standard library
    needs_import: bool = True  # a name that no import of the file binds is nobody's library
    folds_builders: bool = True
    keeps_every_call: bool = False  # C: functions have no capital and no namespace
    checks_use: bool = True  # False where the compiler refuses an unused import
