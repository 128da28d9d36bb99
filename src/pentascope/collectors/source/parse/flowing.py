"""Where values of one file go: what is bound, handed back and handed on, and the places where text becomes more than text.

Read only in files that hold such a place. What may be dangerous about it is judged elsewhere (`engine.taint`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import syntax
from pentascope.collectors.source.parse.places import Place, holds_messages, in_assignment, in_call, in_pair, in_table, is_place, tells
from pentascope.collectors.source.parse.readings import Expression
from pentascope.model.unit import Flow, Flows, FlowScope, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from pentascope.collectors.source.parse.readings import File

PYTHON = """
(assignment) @bind
(augmented_assignment) @bind
(named_expression) @bind
(return_statement) @return
(for_statement) @each
(for_in_clause) @each
(call) @call
(function_definition) @function
"""
JAVASCRIPT = """
(variable_declarator) @bind
(assignment_expression) @bind
(augmented_assignment_expression) @bind
(return_statement) @return
(for_in_statement) @each
(call_expression) @call
(new_expression) @call
(function_declaration) @function
(function_expression) @function
(method_definition) @function
(arrow_function) @function
"""
ASSIGNED = """
(assignment_expression left: (member_expression)) @bind
(augmented_assignment_expression left: (member_expression)) @bind
"""
TABLES = {True: "(dictionary) @table", False: "(object) @table"}
PAIRS = {True: "(tuple) @table", False: "(array) @table"}
"""By whether the file is one of Python."""
_MARKUP_KEPT = re.compile(rb"\bhtml\s{0,4}:\s{0,4}true\b")
MAX_FLOWS = 5_000
MAX_FUNCTIONS = 2_000
_CALLBACKS = frozenset("map forEach then filter flatMap reduce find".split())
_COMPUTED = frozenset({"useMemo", "computed"})
_ADDING = frozenset({"append", "push", "extend", "unshift"})


def flows(file: File, grammar: str, root: Node, calls: Sequence[Node], *, is_asked: bool, markup: Sequence[Flow] = ()) -> Flows:
    """The flows of one file; nothing where no place of interest stands in it.

    `calls` are the file's calls, `markup` the flows of its markup. `is_asked`: the file asks a model, so that an answer can go
    somewhere. What is bound is read only where a place is given more than constant text: most files are done before.
    """
    is_python = grammar == "python"
    found = list(_places(file, grammar, root, calls, is_asked=is_asked))
    if not found and not markup:
        return Flows()
    keeps_markup = not is_python and _MARKUP_KEPT.search(file.source) is not None
    values = [Expression(file, is_markup_kept=keeps_markup).read(place.values) for place in found]
    is_plain = all(value.is_constant or not (value.names or value.calls or value.cleaned) for value in values)
    if is_plain and not markup:
        plain = [_flow(place, value, 0) for place, value in zip(found, values, strict=True)]
        return Flows(flows=plain, scopes=[FlowScope(name="", parent=-1)])
    reader = Flowing(file, grammar, root, is_markup_kept=keeps_markup)
    reader.read()
    reader.flows += markup
    reader.flows += [_flow(place, value, reader.scope(place.node.start_byte)) for place, value in zip(found, values, strict=True)]
    return Flows(flows=reader.flows, scopes=reader.scopes)


def _flow(place: Place, value: Reading, scope: int) -> Flow:
    at = place.node.start_point
    return Flow(
        to=place.to, target=place.target, line=at.row + 1, column=at.column + 1, value=value, scope=scope, call_line=place.call_line
    )  # fmt: skip


def _places(file: File, grammar: str, root: Node, calls: Sequence[Node], *, is_asked: bool) -> Iterator[Place]:
    is_python = grammar == "python"
    if not is_place(file.source, is_python=is_python, is_asked=is_asked):
        return
    is_told = tells(file.source)
    for node in calls:
        yield from in_call(file, node, is_python=is_python, is_asked=is_asked, is_told=is_told)
    if not is_python and is_asked and (b"HTML" in file.source or b"srcdoc" in file.source):
        for node in syntax.captures(grammar, ASSIGNED, root).get("bind", ()):
            yield from in_assignment(file, node)
    if holds_messages(file.source):
        for node in syntax.captures(grammar, TABLES[is_python], root).get("table", ()):
            yield from in_table(file, node, is_asked=is_asked)
        for node in syntax.captures(grammar, PAIRS[is_python], root).get("table", ()) if b"langchain" in file.source else ():
            yield from in_pair(file, node)


class Flowing:
    """What is bound, handed back and handed on in one file."""

    def __init__(self, file: File, grammar: str, root: Node, *, is_markup_kept: bool) -> None:
        """Ask the tree once."""
        self.file = file
        self.source = file.source
        self.is_python = grammar == "python"
        self.keeps_markup = is_markup_kept
        self.captured = syntax.captures(grammar, PYTHON if self.is_python else JAVASCRIPT, root)
        self.flows: list[Flow] = []
        self._setters: dict[str, str] = {}
        self._read_scopes()

    # -- functions ----------------------------------------------------------------------------------------------------

    def _read_scopes(self) -> None:
        nodes = sorted(self.captured.get("function", ()), key=lambda node: node.start_byte)[:MAX_FUNCTIONS]
        self.scopes = [FlowScope(name="", parent=-1)]
        self._starts, self._ends = [0], [len(self.source) + 1]
        declared: list[set[str]] = [set()]
        self._nodes: dict[int, int] = {}
        self._memos: dict[int, str] = {}
        for node in nodes:
            parent = self.scope(node.start_byte)
            self._nodes[node.id] = len(self.scopes)
            parameters = tuple(self._parameters(node))
            name = self._function_name(node)
            self.scopes.append(FlowScope(name=name, parent=parent, parameters=parameters, decorators=self._decorators(node)))
            self._starts.append(node.start_byte)
            self._ends.append(node.end_byte)
            declared.append({part for names, _ in parameters for part in names.split(",")})
        for node in self.captured.get("bind", ()):
            if self.is_python or node.type == "variable_declarator":
                left = node.child_by_field_name("left") or node.child_by_field_name("name")
                declared[self.scope(node.start_byte)].update(self._targets(left) if left is not None else ())
        for scope, names in zip(self.scopes, declared, strict=True):
            scope.declared = frozenset(names)

    def scope(self, offset: int) -> int:
        """The number of the innermost function around a place."""
        number = bisect_right(self._starts, offset) - 1
        while number > 0 and offset >= self._ends[number]:
            number = self.scopes[number].parent
        return max(number, 0)

    def _function_name(self, node: Node) -> str:
        name = node.child_by_field_name("name")
        if name is not None:
            return self.file.text(name)
        parent = node.parent
        if parent is None:
            return ""
        field = {"variable_declarator": "name", "pair": "key", "assignment_expression": "left", "public_field_definition": "name"}.get(
            parent.type
        )
        label = parent.child_by_field_name(field) if field is not None else None
        if label is not None:
            return self.file.text(label).rpartition(".")[2]
        self._note_computed(parent)
        return ""

    def _note_computed(self, parent: Node) -> None:
        """`const html = computed(() => { return … })`: what the function gives is the value of the name."""
        call = parent.parent if parent.type == "arguments" else None
        owner = call.parent if call is not None else None
        if call is None or owner is None or owner.type != "variable_declarator":
            return
        function, name = call.child_by_field_name("function"), owner.child_by_field_name("name")
        if function is not None and name is not None and self.file.text(function).rpartition(".")[2] in _COMPUTED:
            self._memos[len(self.scopes)] = self.file.text(name)

    def _parameters(self, node: Node) -> Iterator[tuple[str, str]]:
        single = node.child_by_field_name("parameter")
        if single is not None:
            yield self.file.text(single), ""
        listed = node.child_by_field_name("parameters")
        for child in listed.named_children[:40] if listed is not None else ():
            pattern = (
                child.child_by_field_name("pattern") or child.child_by_field_name("name") or child.child_by_field_name("left") or child
            )
            if child.type == "typed_parameter" and child.named_child_count:
                pattern = child.named_children[0]
            if child.type != "comment":
                yield ",".join(self._targets(pattern)), self.file.text(child)[:160]

    def _decorators(self, node: Node) -> str:
        parent = node.parent
        if not self.is_python or parent is None or parent.type != "decorated_definition":
            return ""
        return " ".join(self.file.text(child)[:200] for child in parent.named_children if child.type == "decorator")

    def _targets(self, left: Node) -> list[str]:
        """The names that a pattern binds; of `a.b[0]` the dotted part."""
        if left.type in {"identifier", "shorthand_property_identifier_pattern"}:
            return [self.file.text(left)]
        if left.type in {"attribute", "member_expression", "subscript", "subscript_expression"}:
            return [re.split(r"[\[(]", self.file.text(left)[:120])[0]]
        found = []
        for child in left.named_children[:20]:
            found += self._targets(child.child_by_field_name("value") or child)
        return found

    # -- flows --------------------------------------------------------------------------------------------------------

    def _read(self, *nodes: Node) -> Reading:
        return Expression(self.file, is_markup_kept=self.keeps_markup).read(nodes)

    def add(self, to: str, target: str, node: Node, value: Reading, **more: int) -> None:
        """Record one flow that stands at `node`."""
        if len(self.flows) < MAX_FLOWS:
            scope = more.pop("scope", self.scope(node.start_byte))
            self.flows.append(
                Flow(
                    to=to,
                    target=target,
                    line=node.start_point.row + 1,
                    column=node.start_point.column + 1,
                    value=value,
                    scope=scope,
                    **more,
                )
            )

    def read(self) -> None:
        """Everything that binds, in the order in which later steps need earlier ones."""
        for node in self.captured.get("bind", ()):
            self._note_setter(node)
        for node in self.captured.get("bind", ()):
            self._bind(node)
        for node in self.captured.get("each", ()):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                self._name(self._value_of(left, right), self._read(right), node)
        for node in self.captured.get("return", ()):
            if node.named_child_count:
                self._return(node, node.named_children[0])
        for node in self.captured.get("function", ()):
            body = node.child_by_field_name("body")
            if node.type == "arrow_function" and body is not None and body.type != "statement_block":
                self._return(body, body)
        for node in self.captured.get("call", ()):
            self._call(node)

    def _value_of(self, left: Node, right: Node) -> Node:
        """Of `for key, value in table.items()` what is bound to the value: keys are the program's own."""
        function = right.child_by_field_name("function")
        is_items = function is not None and self.file.text(function).endswith(".items")
        return left.named_children[1] if is_items and left.named_child_count == 2 else left

    def _note_setter(self, node: Node) -> None:
        left, right = node.child_by_field_name("name"), node.child_by_field_name("value")
        if left is not None and left.type == "array_pattern" and right is not None and left.named_child_count == 2:
            function = right.child_by_field_name("function")
            if function is not None and self.file.text(function).rpartition(".")[2].startswith("useState"):
                self._setters[self.file.text(left.named_children[1])] = self.file.text(left.named_children[0])

    def _bind(self, node: Node) -> None:
        left = node.child_by_field_name("left") or node.child_by_field_name("name")
        right = node.child_by_field_name("right") or node.child_by_field_name("value")
        if left is None or right is None:
            return
        self._name(left, self._read(right), node)

    def _name(self, left: Node, value: Reading, node: Node) -> None:
        for name in self._targets(left):
            self.add("name", name.removesuffix(".value"), node, value)

    def _return(self, node: Node, value: Node) -> None:
        scope = self.scope(node.start_byte)
        if scope in self._memos:
            self.add("name", self._memos[scope], node, self._read(value), scope=self.scopes[scope].parent)
        elif self.scopes[scope].name:
            self.add("return", self.scopes[scope].name, node, self._read(value))

    def _call(self, node: Node) -> None:
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        arguments = node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return
        tail = self.file.text(function)[-80:].rpartition(".")[2]
        children = [child for child in arguments.named_children[:20] if child.type != "comment"]
        receiver = function.child_by_field_name("object")
        if receiver is not None and tail in _ADDING and children:
            self._name(receiver, self._read(*children), node)
        if tail in self._setters and children:
            child = children[0]
            body = child.child_by_field_name("body") if child.type == "arrow_function" else None
            self.add("name", self._setters[tail], node, self._read(body or child))
        if receiver is not None and tail in _CALLBACKS:
            self._callback(receiver, children, node)
        self._hand_on(tail, children, node)

    def _callback(self, receiver: Node, children: Sequence[Node], node: Node) -> None:
        """`parts.map(part => …)`: the parameter is what the receiver holds."""
        for child in children[:1]:
            number = self._nodes.get(child.id)
            if number is not None and self.scopes[number].parameters:
                value = self._read(receiver)
                for name in self.scopes[number].parameters[0][0].split(","):
                    self.add("name", name, node, value, scope=number)

    def _hand_on(self, tail: str, children: Sequence[Node], node: Node) -> None:
        """Arguments of a function of this file become its parameters, where one function alone has the name."""
        numbers = [number for number, scope in enumerate(self.scopes) if scope.name == tail] if tail in self._own else []
        if len(numbers) != 1:
            return
        parameters = [names for names, _ in self.scopes[numbers[0]].parameters]
        plain = [names for names in parameters if names not in {"self", "cls"}]
        for position, child in enumerate(children):
            if child.type == "keyword_argument":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                names = self.file.text(name) if name is not None else ""
            else:
                names, value = (plain[position] if position < len(plain) else ""), child
            if value is not None and names and names in plain:
                reading = self._read(value)
                for part in names.split(","):
                    self.add("name", part, node, reading, scope=numbers[0])

    @property
    def _own(self) -> frozenset[str]:
        if not hasattr(self, "_own_names"):
            self._own_names = frozenset(scope.name for scope in self.scopes if scope.name)
        return self._own_names
