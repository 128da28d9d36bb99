"""The parts of a call: who is called, with which arguments, in which chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.collectors.source.parse.names import MAX_PLAIN_BYTES, MAX_STEPS, PLAIN, Names, clean, part

if TYPE_CHECKING:
    from tree_sitter import Node

    from pentascope.collectors.source.parse.dialect import Steps

MAX_ENTRIES = 200
BUILDER_STARTS = frozenset({"builder", "newBuilder", "new_builder", "Builder"})
BUILDER_ENDS = frozenset({"build", "Build", "buildClient", "buildAsyncClient"})
TABLE_MAKERS = frozenset(
    {"of", "mapOf", "Map", "json", "dict", "to_json", "json_encode", "ofEntries", "entry", "Marshal"}
)


class Invocations(Names):
    """Calls, annotations and literals of one file, taken apart."""

    def arguments_node(self, node: Node) -> Node | None:
        """Where the arguments (or the entries of a literal) stand."""
        shape = self.dialect.calls.get(node.type)
        if shape is None:
            steps = self.dialect.annotations.get(node.type)
            return part(node, steps[1]) if steps and steps[1] else None
        found = part(node, shape.arguments) if shape.arguments else None
        return found if found is not None or not shape.table else part(node, shape.table)

    def items(self, node: Node) -> list[tuple[str | None, Node]]:
        """The arguments of a call or annotation, with their keywords."""
        shape = self.dialect.calls.get(node.type)
        if shape is not None and not shape.arguments:
            return []
        holder = self.arguments_node(node) if shape is None else part(node, shape.arguments)
        if holder is None or (shape is not None and holder.type in self.dialect.tables):
            return []
        return [item for child in holder.named_children[:MAX_STEPS] if (item := self._item(child)) is not None]

    def _item(self, child: Node) -> tuple[str | None, Node] | None:
        dialect = self.dialect
        kind = child.type
        if "comment" in kind or kind in {"ERROR", "block_argument"}:
            return None
        if kind in dialect.wrappers:
            count = child.named_child_count
            value = child.named_child(count - 1) if count else None
            if value is None:
                return None
            first = child.named_child(0) if count > 1 else None
            if dialect.flat_calls:
                has_label = first is not None and first.type == "label"
                value, first = child.named_child(1 if has_label else 0), first if has_label else None
            return (self.key_text(first) if first is not None else None), self.unwrapped(value)
        pair = dialect.pairs.get(kind)
        if pair is not None:
            key, value = part(child, pair[0]), part(child, pair[1])
            if key is not None and value is not None and key.id != value.id:
                return self.key_text(key), self.unwrapped(value)
        return None, self.unwrapped(child)

    def unwrapped(self, node: Node) -> Node:
        """The expression inside `await`, parentheses, `&` and the like."""
        if self.flat_starts and node.start_byte in self.flat_starts:
            return self.flat_starts[node.start_byte]
        for _ in range(MAX_STEPS):
            steps = self.dialect.transparent.get(node.type)
            inner = part(node, steps) if steps is not None else None
            if inner is None:
                break
            node = inner
        return node

    def called_name(self, node: Node) -> Node | None:
        """The last name of what is called: `create` in `a.b().create()`."""
        shape = self.dialect.calls.get(node.type)
        if shape is None:
            return None
        if not shape.function:
            return part(node, shape.name)
        function = part(node, shape.function)
        member = self.dialect.members.get(function.type) if function is not None else None
        return part(function, member[1]) if member is not None else function

    def receiver(self, node: Node) -> Node | None:
        """The call whose result the call is made on, if it is one."""
        shape = self.dialect.calls.get(node.type)
        if shape is None:
            return None
        inner = part(node, shape.receiver) if shape.receiver else None
        if shape.function:
            function = part(node, shape.function)
            member = self.dialect.members.get(function.type) if function is not None else None
            inner = part(function, member[0]) if member is not None else None
        inner = self.unwrapped(inner) if inner is not None else None
        return inner if inner is not None and inner.type in self.dialect.calls else None

    def is_curried(self, node: Node) -> bool:
        """Whether what is called is itself the result of a call: `f(a) { … }`, whose inner call says more."""
        shape = self.dialect.calls.get(node.type)
        function = part(node, shape.function) if shape is not None and shape.function else None
        return function is not None and function.type in self.dialect.calls

    def method(self, node: Node) -> str:
        """The text of `called_name`."""
        name = self.called_name(node)
        return clean(self.text(name)) if name is not None and name.end_byte - name.start_byte < MAX_PLAIN_BYTES else ""

    def builder_chain(self, node: Node) -> list[Node] | None:
        """The calls of `X.builder().a(1).b(2).build()` from last to first; None where `node` builds nothing."""
        if not self.dialect.folds_builders:
            return None
        method = self.method(node)
        is_with = method.startswith("with") and method[4:5].isupper()
        if method not in BUILDER_ENDS and not is_with:
            return None
        chain, current = [node], self.receiver(node)
        while current is not None and len(chain) < MAX_STEPS:
            chain.append(current)
            method = self.method(current)
            if method in BUILDER_STARTS or method in BUILDER_ENDS:
                break
            current = self.receiver(current)
        if len(chain) < 2 or (is_with and not all(self.method(link).startswith("with") for link in chain[:-1])):
            return None
        return chain

    def entries(self, node: Node) -> list[tuple[str | None, Node]]:
        """Key and value of what is written as a literal, a builder chain, a request object, or a name of one."""
        node = self.unwrapped(node)
        kind, dialect = node.type, self.dialect
        if kind in dialect.flat_tables:
            children = node.named_children[:MAX_ENTRIES]
            return [(self.key_text(key), value) for key, value in zip(children[::2], children[1::2], strict=False)]
        if kind in dialect.tables or kind in dialect.lists:
            return [item for child in node.named_children[:MAX_ENTRIES] if (item := self._item(child)) is not None]
        if kind in dialect.lambdas:
            return self._lambda_entries(node)
        shape = dialect.calls.get(kind)
        if shape is not None:
            return self._call_entries(node, shape.table)
        raw = self.short(node)
        if raw and PLAIN.fullmatch(raw):
            known = self.values.get(clean(raw.decode()))
            return [(None, known[-1])] if known and known[-1].id != node.id else []
        return []

    def _call_entries(self, node: Node, table_steps: Steps) -> list[tuple[str | None, Node]]:
        found = [item for item in self.items(node) if item[0] is not None]
        table = part(node, table_steps) if table_steps else None
        if table is not None:
            found += self.entries(table) if table.type in self.dialect.tables else []
        for link in list(reversed(self.builder_chain(node) or ()))[1:]:
            found += [(self.method(link), value) for _, value in self.items(link)[:1]]
        if self.method(node) in TABLE_MAKERS:
            values = [value for _, value in self.items(node)]
            if len(values) >= 2 and values[0].type in self.dialect.strings:
                return [(self.key_text(key), value) for key, value in zip(values[::2], values[1::2], strict=False)]
            found += [(None, value) for value in values]
        return found

    def _lambda_entries(self, node: Node) -> list[tuple[str | None, Node]]:
        """`r -> r.modelId("x").messages(m)`: the links of the chain in the body."""
        body = part(node, self.dialect.lambdas[node.type])
        found: list[tuple[str | None, Node]] = []
        while body is not None and body.type in self.dialect.calls and len(found) < MAX_STEPS:
            found += [(self.method(body), value) for _, value in self.items(body)[:1]]
            body = self.receiver(body)
        return found

    def is_in_arguments(self, call: Node, node: Node) -> bool:
        """Whether a node inside a call stands among its arguments rather than in what is called."""
        shape = self.dialect.calls.get(call.type)
        steps = [shape.arguments, shape.table] if shape is not None else [()]
        holders = [part(call, step) for step in steps if step] if shape is not None else [self.arguments_node(call)]
        return any(holder is not None and holder.start_byte <= node.start_byte < holder.end_byte for holder in holders)

    def keyword_of(self, call: Node, node: Node) -> str | None:
        """The keyword of the argument in which a node stands."""
        for name, value in self.items(call)[:MAX_STEPS]:
            if name is not None and value.start_byte <= node.start_byte < value.end_byte:
                return name
        return None

    def annotation_parts(self, node: Node) -> tuple[Node | None, list[tuple[str | None, Node]]]:
        """The name of an annotation and its arguments."""
        steps = self.dialect.annotations.get(node.type)
        if steps is None:
            return None, []
        return part(node, steps[0]), self.items(node)

    def index_parts(self, node: Node) -> tuple[Node | None, Node | None]:
        """Table and key of `table[key]`."""
        steps = self.dialect.indices.get(node.type)
        return (part(node, steps[0]), part(node, steps[1])) if steps else (None, None)

    def pair_key(self, node: Node) -> Node | None:
        """The key of a `key: value`."""
        steps = self.dialect.pairs.get(node.type)
        return part(node, steps[0]) if steps else None
