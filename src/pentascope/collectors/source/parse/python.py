"""Python: imports, resolved calls with their arguments, classes, strings that matter. One query, no tree walk."""

from __future__ import annotations

import builtins
import re
import sys
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import syntax
from pentascope.collectors.source.parse.flowing import flows
from pentascope.collectors.source.parse.literals import Literals, is_worth_keeping
from pentascope.engine.families import MARKERS
from pentascope.engine.sinks import SINKS
from pentascope.model.unit import Argument, Call, ClassDef, Flows, Import, Named, Text, Unit

if TYPE_CHECKING:
    from tree_sitter import Node

QUERY = """
(import_statement) @import
(import_from_statement) @import
(call) @call
(assignment) @assign
(named_expression) @assign
(as_pattern) @as
(default_parameter) @default
(typed_default_parameter) @default
(typed_parameter) @typed
(class_definition) @class
(function_definition) @function
(decorator) @decorator
(return_statement) @return
(string) @string
"""

CALL_TAILS = frozenset(
    """backward step fit train generate from_pretrained from_config from_pretrained_model load_state_dict parameters
    multinomial zero_grad apply_gradients train_step training_step fit_generator save_pretrained push_to_hub
    load_adapter load_lora_weights set_adapter add_adapter print_trainable_parameters prepare create invoke run
    ainvoke stream chat complete completion acompletion retrieve query similarity_search as_retriever
    get_relevant_documents bind_tools as_tool tool execute minimize update train_on_batch compile resume
    create_model_customization_job init_weights apply tril triu scaled_dot_product_attention randn_like
    execute_sql merge_and_unload""".split()
)
"""Last names of calls that are kept although their receiver is unknown (a parameter, another file's object)."""

MAX_STEPS = 64
MAX_COUNTED_IMPORTS = 500  # each is counted in the whole file; nobody writes more


TRAINING_LIBRARIES = frozenset(
    """torch tensorflow keras jax flax haiku equinox paddle mindspore mlx tinygrad pytorch_lightning lightning optax
    accelerate transformers diffusers tf_keras""".split()
)
BUILTINS = frozenset(dir(builtins)) | sys.stdlib_module_names
WRAPPERS = ("compile", "DataParallel", "DistributedDataParallel", "DDP", "FSDP", "prepare", "replicate", "deepcopy")
"""Calls that give back their first argument, as far as identity of a model is concerned."""


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one Python file. `wanted` names the import roots whose calls are read with arguments (all if None)."""
    if not syntax.is_parsable(source):
        return Unit(path=path, language="python", is_complete=False)
    return Reader(source, path, wanted).unit()


class Reader:
    """One file being read. Bindings are flow-insensitive: a name may stand for all that was assigned to it."""

    def __init__(self, source: bytes, path: str, wanted: frozenset[str] | None = None) -> None:
        """Parse `source` once; everything else works on what the query captured."""
        self.source = source
        self.path = path
        self.wanted = wanted
        self.root, self.is_complete = syntax.parse("python", source)
        self.captured = syntax.captures("python", QUERY, self.root)
        self.import_roots: set[str] = set()
        self.imports: list[Import] = []
        self.import_paths: dict[str, str] = {}
        self.bindings: dict[str, list[str]] = {}
        self._bound_at: dict[str, list[tuple[int, str]]] = {}  # where each name was bound to what
        self.literals = Literals(self)
        self._function_starts: list[int] = []
        self._functions: list[tuple[int, int, str]] = []

    def unit(self) -> Unit:
        """Read in the order in which later steps need earlier ones."""
        for node in sorted(self.captured.get("import", ()), key=_start):
            self._read_import(node)
        functions = self._read_functions()
        classes = self._read_classes()
        self._read_bindings()
        self._read_returns()
        calls = self._read_calls()
        texts = self._read_texts()
        self._mark_unused_imports()
        return Unit(
            path=self.path,
            language="python",
            is_complete=self.is_complete,
            imports=self.imports,
            calls=calls,
            classes=classes,
            functions=functions,
            texts=texts,
            bindings={name: tuple(dict.fromkeys(paths)) for name, paths in self.bindings.items()},
            marks=self._read_marks(),
            follow=self.follow,
        )

    def _read_marks(self) -> set[str]:
        """The words of training code that stand as identifiers (a comment or a string does not count)."""
        if not self.import_roots & TRAINING_LIBRARIES and not self.import_roots & {"numpy", "np"}:
            return set()
        found: set[str] = set()
        for match in MARKERS.finditer(self.source):
            word = match[0].decode()
            if word not in found:
                node = self.root.descendant_for_byte_range(match.start(), match.end())
                if node is not None and node.type == "identifier":
                    found.add(word)
        return found

    # -- text ---------------------------------------------------------------------------------------------------------

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def follow(self, is_asked: bool) -> Flows:  # noqa: FBT001 - a field of the unit calls it
        """Where values of the file go."""
        return flows(self, "python", self.root, self.captured.get("call", ()), is_asked=is_asked)

    def assigned(self, name: str) -> list[Node]:
        """Everything that a name is bound to."""
        return self.literals.assigned(name)

    # -- imports ------------------------------------------------------------------------------------------------------

    def _read_import(self, node: Node) -> None:
        line = node.start_point.row + 1
        module = node.child_by_field_name("module_name")
        prefix = self.text(module) + "." if module else ""
        if prefix.startswith("."):
            prefix = prefix if prefix.strip(".") else prefix[:-1]
        names = node.children_by_field_name("name")
        if module and not names and any(child.type == "wildcard_import" for child in node.children):
            self._bind_import(prefix.rstrip("."), "*", line, node)
        for name in names:
            if name.type == "aliased_import":
                target, alias = name.child_by_field_name("name"), name.child_by_field_name("alias")
                if target and alias:
                    self._bind_import(prefix + self.text(target), self.text(alias), line, name)
            elif module:
                self._bind_import(prefix + self.text(name), self.text(name), line, name)
            else:
                dotted = self.text(name)
                self._bind_import(dotted, dotted.partition(".")[0], line, name)

    def _bind_import(self, path: str, name: str, line: int, node: Node) -> None:
        line = node.start_point.row + 1 or line
        self.imports.append(Import(path=path, name=name, line=line, column=node.start_point.column + 1))
        self.import_roots.add(path.partition(".")[0])
        if name != "*":
            is_plain = "." in path and path.partition(".")[0] == name and not path.endswith("." + name)
            self.import_paths.setdefault(name, name if is_plain else path)

    def _mark_unused_imports(self) -> None:
        """A name that occurs only where it is imported is not used (re-exports in `__init__.py` count as unused)."""
        if len(self.imports) > MAX_COUNTED_IMPORTS:
            return
        statements = b"\n".join(self.source[node.start_byte : node.end_byte] for node in self.captured.get("import", ()))
        for entry in self.imports:
            if entry.name != "*":
                word = entry.name.encode()
                entry.is_used = self.source.count(word) > statements.count(word)

    # -- definitions --------------------------------------------------------------------------------------------------

    def _read_functions(self) -> list[Named]:
        found = []
        for node in self.captured.get("function", ()):
            name = node.child_by_field_name("name")
            if name is None:
                continue
            label = self.text(name)
            self._functions.append((node.start_byte, node.end_byte, label))
            found.append(Named(value=label, line=name.start_point.row + 1, column=name.start_point.column + 1))
        self._functions.sort()
        self._function_starts = [start for start, _, _ in self._functions]
        return found

    def _enclosing_function(self, offset: int) -> str | None:
        index = bisect_right(self._function_starts, offset) - 1
        for _ in range(MAX_STEPS):
            if index < 0:
                return None
            _, end, label = self._functions[index]
            if offset < end:
                return label
            index -= 1
        return None

    def _read_classes(self) -> list[ClassDef]:
        found = []
        for node in self.captured.get("class", ()):
            name = node.child_by_field_name("name")
            if name is None:
                continue
            bases = node.child_by_field_name("superclasses")
            paths = [self.resolve(base) for base in bases.named_children] if bases else []
            inside = [label for start, _, label in self._functions if node.start_byte <= start < node.end_byte]
            found.append(
                ClassDef(
                    name=self.text(name),
                    bases=tuple(path for path, _ in paths if path),
                    line=name.start_point.row + 1,
                    column=name.start_point.column + 1,
                    methods=tuple(inside[:200]),
                )
            )
        return found

    # -- bindings -----------------------------------------------------------------------------------------------------

    def _read_bindings(self) -> None:
        for node in sorted(self.captured.get("assign", ()), key=_start):
            left = node.child_by_field_name("left") or node.child_by_field_name("name")
            right = node.child_by_field_name("right") or node.child_by_field_name("value")
            annotation = node.child_by_field_name("type")
            if left is None:
                continue
            if right is not None:
                self._bind(left, right)
            elif annotation is not None:
                self._bind(left, annotation)
        for node in self.captured.get("as", ()):
            children = node.named_children
            if len(children) == 2 and children[1].named_child_count:
                self._bind(children[1].named_children[0], children[0])
        for node in self.captured.get("default", ()):
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is not None and value is not None:
                self._bind(name, value)
        for node in self.captured.get("typed", ()):
            annotation = node.child_by_field_name("type")
            if annotation is not None and node.named_child_count:
                self._bind(node.named_children[0], annotation)

    def _read_returns(self) -> None:
        """A function of this file that gives an object of a library: its calls stand for that object."""
        returned: set[str] = set()
        for node in self.captured.get("return", ()):
            value = node.named_children[0] if node.named_child_count else None
            if value is None or value.type not in {"identifier", "attribute", "call", "await"}:
                continue
            label = self._enclosing_function(node.start_byte)
            path, is_resolved = self.resolve(value)
            if label is None or not is_resolved or path.partition(".")[0] not in (self.wanted or self.import_roots):
                continue
            for name in (label, f"self.{label}"):
                known = self.bindings.setdefault(name, [])
                if path not in known and len(known) < 8:
                    known.append(path)
            returned.add(label)
        if not returned:
            return
        for node in sorted(self.captured.get("assign", ()), key=_start):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            function = right.child_by_field_name("function") if right is not None and right.type == "call" else None
            if left is not None and right is not None and function is not None:
                if self.text(function).rpartition(".")[2] in returned:
                    self._bind(left, right)

    def _bind(self, left: Node, right: Node) -> None:
        if left.type in {"pattern_list", "tuple_pattern"}:
            values = right.named_children if right.type in {"expression_list", "tuple"} else ()
            for index, part in enumerate(left.named_children[:8]):
                self._bind(part, values[index] if index < len(values) else right)
            return
        if left.type not in {"identifier", "attribute"}:
            return
        name = self.text(left)
        self.literals.remember(name, right)
        if right.type == "type" and right.named_child_count:
            right = right.named_children[0]
        if right.type in _CONSTANTS:
            return
        for option in self.literals.alternatives(right):
            path, is_resolved = self.resolve(option)
            if path and path != name and (is_resolved or option.type == "call"):
                known = self.bindings.setdefault(name, [])
                if len(known) < 8:
                    known.append(path)
                    self._bound_at.setdefault(name, []).append((left.start_byte, path))

    def resolve(self, node: Node | None) -> tuple[str, bool]:
        """The dotted path that an expression stands for, and whether its head was found in the import table."""
        tail: list[str] = []
        for _ in range(MAX_STEPS):
            if node is None:
                break
            kind = node.type
            if kind in {"identifier", "type", "dotted_name"} and kind != "type":
                return self._join(self.text(node), tail, node.start_byte)
            if kind == "attribute":
                whole = self.text(node) if not tail or len(tail) < 4 else ""
                if whole in self.bindings:
                    return self._join(whole, tail)
                attribute = node.child_by_field_name("attribute")
                tail.append(self.text(attribute) if attribute else "")
                node = node.child_by_field_name("object")
            elif kind == "call":
                node = self._unwrapped(node)
            elif kind in {"subscript", "generic_type"}:
                node = node.child_by_field_name("value") or (node.named_children[0] if node.named_children else None)
            elif kind in {"await", "parenthesized_expression", "type", "keyword_argument"} and node.named_child_count:
                node = node.named_children[-1]
            elif kind == "string" and not tail:
                return "", False
            else:
                break
        return (".".join(reversed(tail)), False) if tail else ("", False)

    def _unwrapped(self, call: Node) -> Node | None:
        """The function of a call, or the first argument where the call only wraps it."""
        function = call.child_by_field_name("function")
        if function is not None and self.source[function.start_byte : function.end_byte].endswith(_WRAPPER_BYTES):
            arguments = call.child_by_field_name("arguments")
            if arguments is not None and arguments.named_child_count:
                return arguments.named_children[0]
        return function

    def _nearest(self, name: str, offset: int) -> str | None:
        """What a name was last bound to before a place, in the same function: each may have a `client` of its own."""
        function = bisect_right(self._function_starts, offset)
        before = [
            path
            for start, path in self._bound_at.get(name, ())
            if start < offset and bisect_right(self._function_starts, start) == function
        ]
        return before[-1] if before else None

    def _join(self, head: str, tail: list[str], offset: int = 0) -> tuple[str, bool]:
        rest = "".join("." + part for part in reversed(tail))
        bound = self.bindings.get(head)
        if bound and offset and len(bound) > 1 and (near := self._nearest(head, offset)) is not None and self._is_imported(near):
            return near + rest, True
        if bound:
            best = next((path for path in bound if path.partition(".")[0] not in sys.stdlib_module_names), bound[0])
            return best + rest, self._is_imported(best)
        imported = self.import_paths.get(head)
        return (imported + rest, True) if imported else (head + rest, False)

    def _is_imported(self, path: str) -> bool:
        return path.partition(".")[0] in self.import_roots

    # -- calls --------------------------------------------------------------------------------------------------------

    def _read_calls(self) -> list[Call]:
        found = []
        if b"add_argument(" in self.source:
            for node in self.captured.get("call", ()):
                function = node.child_by_field_name("function")
                if function is not None and self.source[function.end_byte - 12 : function.end_byte] == b"add_argument":
                    self._remember_option(node)
        for node in sorted(self.captured.get("call", ()), key=_start):
            call = self._read_call(node)
            if call is not None:
                found.append(call)
        for node in self.captured.get("decorator", ()):
            inner = node.named_children[0] if node.named_child_count else None
            if inner is not None and inner.type != "comment":
                path, is_resolved = self.resolve(inner)
                if path:
                    found.append(
                        Call(
                            callee=path,
                            line=node.start_point.row + 1,
                            column=node.start_point.column + 1,
                            arguments=tuple(self._read_arguments(inner)) if inner.type == "call" else (),
                            target=self._decorated(node),
                            is_resolved=is_resolved,
                            is_decorator=True,
                        )
                    )
        return found

    def _decorated(self, decorator: Node) -> str | None:
        """The name of the function or class that a decorator stands before."""
        definition = decorator.parent.child_by_field_name("definition") if decorator.parent is not None else None
        name = definition.child_by_field_name("name") if definition is not None else None
        return self.text(name) if name is not None else None

    def _read_call(self, node: Node) -> Call | None:
        function = node.child_by_field_name("function")
        if function is None or self._is_ordinary(node, function):
            return None
        path, is_resolved = self.resolve(function)
        if not path:
            return None
        head, _, _ = path.partition(".")
        if head in BUILTINS and path not in SINKS:
            return None
        if path not in SINKS and (not is_resolved or (self.wanted is not None and head not in self.wanted)):
            if path.rpartition(".")[2] not in CALL_TAILS and not self._names_model(node):
                return None
        return Call(
            callee=path,
            line=function.end_point.row + 1,
            column=node.start_point.column + 1,
            arguments=tuple(self._read_arguments(node)),
            target=self._targets.get(node.id),
            function=self._enclosing_function(node.start_byte),
            is_resolved=is_resolved,
        )

    def _remember_option(self, call: Node) -> None:
        """`add_argument("--base-url", default=…)` makes `args.base_url` that default."""
        arguments = call.child_by_field_name("arguments")
        if arguments is None:
            return
        names, default = [], None
        for child in arguments.named_children[:12]:
            if child.type == "string":
                names.append(self.text(child).strip("\"'").lstrip("-").replace("-", "_"))
            elif child.type == "keyword_argument":
                name = child.child_by_field_name("name")
                default = child.child_by_field_name("value") if name is not None and self.text(name) == "default" else default
        if default is not None and names:
            self.literals.remember(names[-1], default)

    def _is_ordinary(self, call: Node, function: Node) -> bool:
        """Whether a look at its bytes tells that a call is of no interest: neither its head, its tail nor its words are."""
        if self.wanted is None:
            return False
        start, end = function.start_byte, function.end_byte
        head = _NAME.match(self.source, start)
        if head is None:
            return False
        if head.end() == end:
            tail = head[0]
            if head[0] in _BUILTIN_BYTES:
                return head[0] not in _SINK_BYTES
        else:
            tail = self.source[max(self.source.rfind(b".", start, end) + 1, start) : end]
        if self.source[start:end] in _SINK_BYTES:
            return False
        if head[0] in self._heads or tail in _TAIL_BYTES or tail[:1].isupper():
            return False
        if head[0] == b"self":
            attribute = _ATTRIBUTE.match(self.source, start)
            if attribute is None or attribute[0].decode("utf-8", "replace") in self.bindings:
                return False
        return b"model" not in self.source[start : min(call.end_byte, start + 400)]

    @cached_property
    def _heads(self) -> frozenset[bytes]:
        """The local names that stand for something of a wanted library, directly or through a binding."""
        wanted = self.wanted or frozenset()
        names = {name for name, path in self.import_paths.items() if path.partition(".")[0] in wanted}
        names |= {name for name, paths in self.bindings.items() if any(path.partition(".")[0] in wanted for path in paths)}
        return frozenset(name.encode() for name in names)

    def _names_model(self, call: Node) -> bool:
        """Whether a call of unknown origin hands over something called model, or constructs a class."""
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if function is None or arguments is None:
            return False
        if function.type == "identifier" and 65 <= self.source[function.start_byte] <= 90:
            return True
        return b"model" in self.source[function.start_byte : min(arguments.end_byte, arguments.start_byte + 400)]

    @cached_property
    def _targets(self) -> dict[int, str]:
        """What the calls that an assignment's value is made of are assigned to, by node: `x = a.b().c()` gives two.

        Read downwards from the assignments, because asking a node for its parent costs as much as it is deep.
        """
        found: dict[int, str] = {}
        for assignment in self.captured.get("assign", ()):
            left = assignment.child_by_field_name("left")
            node = assignment.child_by_field_name("right")
            while node is not None and left is not None:
                if node.type == "call":
                    found[node.id] = self.text(left)[:120]
                    node = node.child_by_field_name("function")
                elif node.type == "attribute":
                    node = node.child_by_field_name("object")
                elif node.type in {"await", "parenthesized_expression"}:
                    node = node.named_child(0)
                else:
                    break
        return found

    def _read_arguments(self, node: Node) -> list[Argument]:
        arguments = node.child_by_field_name("arguments")
        if arguments is None or arguments.type != "argument_list":
            return []
        found = []
        for position, child in enumerate(arguments.named_children[:60]):
            if child.type == "comment":
                continue
            name, value = None, child
            if child.type == "keyword_argument":
                key, inner = child.child_by_field_name("name"), child.child_by_field_name("value")
                if key is None or inner is None:
                    continue
                name, value = self.text(key), inner
            elif child.type == "dictionary_splat" and child.named_child_count:
                found += self._splat(child.named_children[0], position)
                continue
            found.append(self._argument(name, position, value))
        return found

    def _splat(self, node: Node, position: int) -> list[Argument]:
        """`**{"model": x}` and `**options` where `options = {...}` stands in this file."""
        table = node if node.type == "dictionary" else self.literals.value_node(self.text(node))
        if table is None or table.type != "dictionary":
            return [Argument(name=None, position=-1, source=f"**{self.text(node)[:80]}", line=node.start_point.row + 1)]
        return [self._argument(key, position, value) for key, value in self.literals.entries(table)]

    def _argument(self, name: str | None, position: int, value: Node) -> Argument:
        symbol, _ = self.resolve(value)
        return Argument(
            name=name,
            position=position,
            texts=self.literals.texts(value),
            symbol=symbol or None,
            source=self.source[value.start_byte : min(value.end_byte, value.start_byte + 160)].decode("utf-8", "replace"),
            line=value.start_point.row + 1,
            column=value.start_point.column + 1,
        )

    # -- strings ------------------------------------------------------------------------------------------------------

    def _read_texts(self) -> list[Text]:
        found = []
        for node in sorted(self.captured.get("string", ()), key=_start):
            start, end = node.start_byte, node.end_byte
            if not is_worth_keeping(self.source[start:end]):
                continue
            parent = node.parent
            if parent is None or parent.type in {"expression_statement", "interpolation"}:
                continue
            if parent.type == "concatenated_string":
                if parent.named_children[0].id != node.id or parent.parent is None:
                    continue
                node, parent = parent, parent.parent
                if parent.type == "expression_statement":
                    continue
            value = "".join(self.literals.texts(node)[:1])
            key, callee, siblings = self._context(node)
            found.append(
                Text(
                    value=value,
                    line=node.start_point.row + 1,
                    column=node.start_point.column + 1,
                    key=key,
                    callee=callee,
                    siblings=siblings,
                )
            )
        return found

    def _context(self, node: Node) -> tuple[str | None, str | None, int]:
        key, siblings = None, 0
        child, parent = node, node.parent
        for _ in range(12):
            if parent is None:
                break
            kind = parent.type
            if kind in {"list", "set", "tuple", "dictionary"}:
                siblings = max(siblings, parent.named_child_count)
            if kind == "call" and child.type != "attribute":  # else a method of the string itself, as in `"...".strip()`
                path, _ = self.resolve(parent.child_by_field_name("function"))
                return key, path or None, siblings
            if key is None:
                key = self._key(parent, child)
            if kind in {"block", "module", "function_definition", "class_definition", "lambda"}:
                break
            child, parent = parent, parent.parent
        return key, None, siblings

    def _key(self, parent: Node, child: Node) -> str | None:
        fields = {
            "keyword_argument": "name", "assignment": "left", "pair": "key", "default_parameter": "name",
            "typed_default_parameter": "name", "named_expression": "name",
        }
        field = fields.get(parent.type)
        if field is not None:
            name = parent.child_by_field_name(field)
            if name is not None and name.id != child.id:
                return self.text(name).strip("\"'")[:120]
        if parent.type == "comparison_operator":
            return self.text(parent.named_children[0])[:120]
        if parent.type == "subscript":
            value = parent.child_by_field_name("value")
            return self.text(value)[:120] if value else None
        return None


_CONSTANTS = frozenset(
    """string concatenated_string integer float true false none list dictionary set tuple list_comprehension
    dictionary_comprehension set_comprehension generator_expression binary_operator comparison_operator not_operator
    unary_operator lambda""".split()
)
"""Expressions that are never a client, a model or another object of a library."""
_NAME = re.compile(rb"[A-Za-z_]\w*")
_ATTRIBUTE = re.compile(rb"self\.[A-Za-z_]\w*")
_TAIL_BYTES = frozenset(tail.encode() for tail in CALL_TAILS)
_SINK_BYTES = frozenset(name.encode() for name in SINKS)
_BUILTIN_BYTES = frozenset(name.encode() for name in dir(builtins))
_WRAPPER_BYTES = tuple(word.encode() for word in WRAPPERS)


def _start(node: Node) -> int:
    return node.start_byte
