"""JavaScript, TypeScript, JSX, TSX and the script parts of Vue and Svelte: imports, resolved calls, strings."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import syntax
from pentascope.collectors.source.parse.flowing import flows
from pentascope.collectors.source.parse.literals import MAX_TEXT_BYTES, MAX_TEXTS, is_worth_keeping
from pentascope.collectors.source.parse.markup import script_parts, shown
from pentascope.model.unit import Argument, Call, ClassDef, Flows, Import, Named, Text, Unit

if TYPE_CHECKING:
    from tree_sitter import Node

COMMON = """
(import_statement) @import
(call_expression) @call
(new_expression) @new
(variable_declarator) @declare
(assignment_expression) @assign
(function_declaration name: (_) @function)
(method_definition name: (_) @function)
(class_declaration) @class
(string) @string
(template_string) @string
(member_expression object: (member_expression) property: (property_identifier) @env)
"""
TYPED = """
(required_parameter) @typed
(public_field_definition) @field
(export_statement source: (string)) @reexport
"""

CALL_TAILS = frozenset(
    """generate stream create invoke run complete chat ask prompt query retrieve asRetriever similaritySearch bindTools
    generateContent generateContentStream sendMessage embedQuery createChatCompletion fetch post request send""".split()
)
MAX_STEPS = 64
MAX_ENTRIES = 60


def grammar_of(path: str) -> str:
    """Which grammar reads a file of that name."""
    if path.endswith((".ts", ".mts", ".cts")):
        return "typescript"
    if path.endswith((".tsx", ".vue", ".svelte", ".astro")):
        return "tsx"
    return "javascript"


def parse(source: bytes, path: str, wanted: frozenset[str] | None = None) -> Unit:
    """The unit of one file. `wanted` names the packages whose calls are read with arguments (all if None)."""
    whole = source
    if path.endswith((".vue", ".svelte", ".astro", ".html", ".htm")):
        source = script_parts(source)
    if not syntax.is_parsable(source):
        return Unit(path=path, language="javascript", is_complete=False)
    return Reader(source, path, wanted, whole).unit()


class Reader:
    """One file being read. Bindings are flow-insensitive."""

    def __init__(self, source: bytes, path: str, wanted: frozenset[str] | None, whole: bytes = b"") -> None:
        """Parse `source` once; `whole` is the file where `source` is its scripts alone."""
        self.source = source
        self.whole = whole or source
        self.path = path
        self.wanted = wanted
        grammar = grammar_of(path)
        query = COMMON if grammar == "javascript" else COMMON + TYPED
        self.grammar = grammar
        self.root, self.is_complete = syntax.parse(grammar, source)
        self.captured = syntax.captures(grammar, query, self.root)
        self.imports: list[Import] = []
        self.import_paths: dict[str, str] = {}
        self.import_roots: set[str] = set()
        self.bindings: dict[str, list[str]] = {}
        self.values: dict[str, list[Node]] = {}
        self._function_starts: list[int] = []
        self._functions: list[tuple[int, int, str]] = []

    def _nodes(self, name: str) -> list[Node]:
        return sorted(self.captured.get(name, ()), key=_start)

    def text(self, node: Node | None) -> str:
        """The source of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    def unit(self) -> Unit:
        """Read in the order in which later steps need earlier ones."""
        for node in self._nodes("import"):
            self._read_import(node)
        declarations = self._nodes("declare")
        for node in declarations:
            self._read_require(node)
        for node in self._nodes("assign"):
            self._read_require(node)
        functions = self._read_functions()
        self._read_bindings(declarations)
        calls = [call for node in self._nodes("call") + self._nodes("new") if (call := self._read_call(node))]
        calls.sort(key=lambda call: (call.line, call.column))
        texts = [text for node in self._nodes("string") if (text := self._read_text(node))]
        for entry in self.imports:
            word = entry.name.encode()
            entry.is_used = entry.name == "*" or self.source.count(word) > entry.path.count(entry.name) + (
                0 if entry.path.endswith(entry.name) else 1
            )
        return Unit(
            path=self.path,
            language="javascript",
            is_complete=self.is_complete,
            follow=self.follow,
            imports=self.imports,
            calls=calls,
            classes=self._read_classes(),
            functions=functions,
            texts=texts,
            env=self._read_env(),
            bindings={name: tuple(dict.fromkeys(paths)) for name, paths in self.bindings.items()},
        )

    def follow(self, is_asked: bool) -> Flows:  # noqa: FBT001 - a field of the unit calls it
        """Where values of the file go."""
        calls = self._nodes("call") + self._nodes("new")
        markup = list(shown(self.whole, self)) if is_asked and self.whole is not self.source else []
        return flows(self, self.grammar, self.root, calls, markup=markup, is_asked=is_asked)

    def assigned(self, name: str) -> list[Node]:
        """Everything that a name is bound to."""
        return self.values.get(name, [])

    # -- imports ------------------------------------------------------------------------------------------------------

    def _read_import(self, node: Node) -> None:
        module = self.text(node.child_by_field_name("source")).strip("\"'`")
        if not module:
            return
        is_type = self.source[node.start_byte : node.start_byte + 12].startswith(b"import type")
        clause = next((child for child in node.named_children if child.type == "import_clause"), None)
        if clause is None:
            self._bind_import(module, "*", node, is_type=False)
            return
        for part in clause.named_children:
            if part.type == "identifier":
                self._bind_import(module, self.text(part), part, is_type=is_type)
            elif part.type == "namespace_import" and part.named_child_count:
                self._bind_import(module, self.text(part.named_children[0]), part, is_type=is_type)
            elif part.type == "named_imports":
                self._read_specifiers(module, part, is_type=is_type)

    def _read_specifiers(self, module: str, part: Node, *, is_type: bool) -> None:
        for item in part.named_children[:200]:
            name = self.text(item.child_by_field_name("name"))
            alias = self.text(item.child_by_field_name("alias")) or name
            own_type = is_type or self.source[item.start_byte : item.start_byte + 5] == b"type "
            if name:
                path = module if name == "default" else f"{module}.{name}"
                self._bind_import(path, alias, item, is_type=own_type)

    def _bind_import(self, path: str, name: str, node: Node, *, is_type: bool) -> None:
        self.imports.append(
            Import(
                path=path,
                name=name,
                line=node.start_point.row + 1,
                column=node.start_point.column + 1,
                is_type_only=is_type,
            )
        )
        self.import_roots.add(package_of(path))
        if name != "*":
            self.import_paths.setdefault(name, path)

    def _read_require(self, node: Node) -> None:
        """`const x = require("m")`, `const { a: b } = await import("m")`, `import x = require("m")`."""
        left = node.child_by_field_name("name") or node.child_by_field_name("left")
        right = node.child_by_field_name("value") or node.child_by_field_name("right")
        if left is None or right is None:
            return
        tail = ""
        for _ in range(6):
            if right.type in {"await_expression", "parenthesized_expression"} and right.named_child_count:
                right = right.named_children[0]
            elif right.type == "member_expression":
                tail = "." + self.text(right.child_by_field_name("property")) + tail
                inner = right.child_by_field_name("object")
                if inner is None:
                    return
                right = inner
            else:
                break
        function = right.child_by_field_name("function") if right.type == "call_expression" else None
        if function is None or self.text(function) not in {"require", "import", "import_module"}:
            return
        arguments = right.child_by_field_name("arguments")
        if arguments is None or not arguments.named_child_count or arguments.named_children[0].type != "string":
            return
        module = self.text(arguments.named_children[0]).strip("\"'`")
        module += "" if tail == ".default" else tail
        if left.type in {"identifier", "member_expression"}:
            self._bind_import(module, self.text(left).rpartition(".")[2], node, is_type=False)
            return
        for item in left.named_children[:100]:
            name = self.text(item.child_by_field_name("key") or item)
            alias = self.text(item.child_by_field_name("value") or item)
            self._bind_import(f"{module}.{name}", alias, item, is_type=False)

    # -- definitions and bindings -------------------------------------------------------------------------------------

    def _read_functions(self) -> list[Named]:
        found = []
        for name in self._nodes("function"):
            parent = name.parent
            if parent is not None:
                self._functions.append((parent.start_byte, parent.end_byte, self.text(name)))
                found.append(Named(value=self.text(name), line=name.start_point.row + 1))
        self._functions.sort()
        self._function_starts = [start for start, _, _ in self._functions]
        return found

    def _read_classes(self) -> list[ClassDef]:
        found = []
        for node in self._nodes("class"):
            name = node.child_by_field_name("name")
            heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
            bases = []
            for base in heritage.named_children if heritage is not None else ():
                inner = base.named_children[0] if base.type == "extends_clause" and base.named_child_count else base
                bases.append(self.resolve(inner)[0])
            if name is not None:
                found.append(ClassDef(name=self.text(name), bases=tuple(bases), line=name.start_point.row + 1))
        return found

    def _read_bindings(self, declarations: list[Node]) -> None:
        for node in declarations:
            self._bind(node.child_by_field_name("name"), node.child_by_field_name("value"))
            self._bind_type(node.child_by_field_name("name"), node.child_by_field_name("type"))
        for node in self._nodes("assign"):
            self._bind(node.child_by_field_name("left"), node.child_by_field_name("right"))
        for node in self._nodes("field"):
            name = node.child_by_field_name("name")
            self._bind(name, node.child_by_field_name("value"), prefix="this.")
            self._bind_type(name, node.child_by_field_name("type"), prefix="this.")
        for node in self._nodes("typed"):
            name = node.child_by_field_name("pattern")
            annotation = node.child_by_field_name("type")
            self._bind_type(name, annotation)
            if any(child.type == "accessibility_modifier" for child in node.children):
                self._bind_type(name, annotation, prefix="this.")

    def _bind_type(self, left: Node | None, annotation: Node | None, *, prefix: str = "") -> None:
        """`client: OpenAI` binds the name to the imported type."""
        if left is None or annotation is None or left.type not in {"identifier", "property_identifier"}:
            return
        word = self.text(annotation).lstrip(": ").partition("<")[0].strip()
        path = self.import_paths.get(word.partition(".")[0])
        if path:
            self._remember(prefix + self.text(left), path)

    def _remember(self, name: str, path: str) -> None:
        known = self.bindings.setdefault(name, [])
        if len(known) < 8 and path not in known:
            known.append(path)

    def _bind(self, left: Node | None, right: Node | None, *, prefix: str = "") -> None:
        if left is None or right is None:
            return
        if left.type == "object_pattern":
            path, is_resolved = self.resolve(right)
            for item in left.named_children[:40]:
                key = self.text(item.child_by_field_name("key") or item)
                alias = self.text(item.child_by_field_name("value") or item)
                if is_resolved and path:
                    self._remember(alias, f"{path}.{key}")
            return
        name = prefix + self.text(left)
        if len(name) > 200:
            return
        for key in {name, name.rpartition(".")[2]}:
            self.values.setdefault(key, []).append(right)
        for option in self._alternatives(right):
            path, is_resolved = self.resolve(option)
            if path and path != name and (is_resolved or option.type in {"call_expression", "new_expression"}):
                self._remember(name, path)

    def _alternatives(self, node: Node) -> list[Node]:
        pending, found = [node], []
        for _ in range(MAX_STEPS):
            if not pending:
                break
            current = pending.pop(0)
            if current.type == "ternary_expression":
                pending += [part for field in ("consequence", "alternative") if (part := current.child_by_field_name(field))]
            elif current.type == "binary_expression" and self._operator(current) in {"||", "??", "&&"}:
                pending += current.named_children
            elif current.type in _TRANSPARENT and current.named_child_count:
                pending.append(current.named_children[0])
            else:
                found.append(current)
        return found

    def _operator(self, node: Node) -> str:
        return self.text(node.child_by_field_name("operator"))

    # -- names --------------------------------------------------------------------------------------------------------

    def resolve(self, node: Node | None) -> tuple[str, bool]:
        """The dotted path that an expression stands for, and whether its head was found in the import table."""
        tail: list[str] = []
        for _ in range(MAX_STEPS):
            if node is None:
                break
            kind = node.type
            if kind in {"identifier", "this", "property_identifier", "type_identifier", "shorthand_property_identifier"}:
                return self._join(self.text(node), tail)
            if kind == "member_expression":
                inner = node.child_by_field_name("object")
                if inner is not None and inner.type in {"this", "identifier"}:
                    whole = self.text(node)
                    if whole in self.bindings:
                        return self._join(whole, tail)
                tail.append(self.text(node.child_by_field_name("property")))
                node = inner
            elif kind in {"call_expression", "new_expression"}:
                node = node.child_by_field_name("function") or node.child_by_field_name("constructor")
            elif kind == "subscript_expression":
                node = node.child_by_field_name("object")
            elif kind in _TRANSPARENT and node.named_child_count:
                node = node.named_children[0]
            else:
                break
        return (".".join(reversed(tail)), False) if tail else ("", False)

    def _join(self, head: str, tail: list[str]) -> tuple[str, bool]:
        rest = "".join("." + part for part in reversed(tail))
        imported = self.import_paths.get(head)
        if imported:
            return imported + rest, True
        bound = self.bindings.get(head)
        if bound:
            best = next((path for path in bound if package_of(path) in self.import_roots), bound[0])
            return best + rest, package_of(best) in self.import_roots
        return head + rest, False

    # -- calls --------------------------------------------------------------------------------------------------------

    def _read_call(self, node: Node) -> Call | None:
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if function is None or self._is_ordinary(node, function):
            return None
        path, is_resolved = self.resolve(function)
        if not path or len(path) > 300:
            return None
        if not is_resolved or path.startswith(".") or (self.wanted is not None and package_of(path) not in self.wanted):
            if path.rpartition(".")[2] not in CALL_TAILS and not self._names_model(node):
                return None
        return Call(
            callee=path,
            line=function.end_point.row + 1,
            column=node.start_point.column + 1,
            arguments=tuple(self._read_arguments(node)),
            target=self._target(node),
            function=self._enclosing_function(node.start_byte),
            is_resolved=is_resolved,
        )

    def _is_ordinary(self, call: Node, function: Node) -> bool:
        """Whether a look at its bytes tells that a call is of no interest."""
        if self.wanted is None:
            return False
        start, end = function.start_byte, function.end_byte
        head = _NAME.match(self.source, start)
        if head is None or head[0] == b"this" or head[0] in self._heads:
            return False
        tail = self.source[max(self.source.rfind(b".", start, end) + 1, start) : end]
        if tail in _TAIL_BYTES:
            return False
        words = self.source[start : min(call.end_byte, start + 300)]
        return b"model" not in words and b"Model" not in words

    @cached_property
    def _heads(self) -> frozenset[bytes]:
        """The local names that stand for something of a wanted package, directly or through a binding."""
        wanted = self.wanted or frozenset()
        names = {name for name, path in self.import_paths.items() if package_of(path) in wanted}
        names |= {name.partition(".")[0] for name, paths in self.bindings.items() if any(package_of(path) in wanted for path in paths)}
        return frozenset(name.encode() for name in names)

    def _names_model(self, call: Node) -> bool:
        arguments = call.child_by_field_name("arguments")
        if arguments is None:
            return False
        head = self.source[arguments.start_byte : min(arguments.end_byte, arguments.start_byte + 300)]
        return b"model" in head or b"Model" in head

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

    def _target(self, node: Node) -> str | None:
        parent = node.parent
        while parent is not None and (parent.type in _TRANSPARENT or parent.type == "arrow_function"):
            parent = parent.parent
        if parent is None:
            return None
        if parent.type == "variable_declarator":
            return self.text(parent.child_by_field_name("name"))[:120]
        if parent.type == "assignment_expression":
            return self.text(parent.child_by_field_name("left"))[:120]
        if parent.type == "pair":
            return self.text(parent.child_by_field_name("key")).strip("\"'")[:120]
        return None

    def _read_arguments(self, node: Node) -> list[Argument]:
        arguments = node.child_by_field_name("arguments")
        found: list[Argument] = []
        if arguments is None:
            return found
        for position, child in enumerate(arguments.named_children[:20]):
            table = child
            if child.type == "identifier":
                known = self.values.get(self.text(child))
                table = known[-1] if known and known[-1].type == "object" else child
            if table.type == "object":
                found += self._object_arguments(table, position)
            if child.type != "object":
                found.append(self._argument(None, position, child))
        return found

    def _object_arguments(self, table: Node, position: int) -> list[Argument]:
        """The keys of an object literal as named arguments, two levels deep."""
        found: list[Argument] = []
        pending = [(table, 0)]
        while pending and len(found) < MAX_ENTRIES:
            current, depth = pending.pop(0)
            for key, value in self.entries(current):
                found.append(self._argument(key, position, value))
                if value.type == "object" and depth < 2:
                    pending.append((value, depth + 1))
        return found

    def entries(self, table: Node) -> list[tuple[str, Node]]:
        """Key and value of an object literal."""
        found = []
        for item in table.named_children[:200]:
            if item.type == "pair":
                key, value = item.child_by_field_name("key"), item.child_by_field_name("value")
                if key is not None and value is not None:
                    found.append((self.text(key).strip("\"'`[]"), value))
            elif item.type == "shorthand_property_identifier":
                found.append((self.text(item), item))
        return found

    def _argument(self, name: str | None, position: int, value: Node) -> Argument:
        symbol, _ = self.resolve(value)
        return Argument(
            name=name,
            position=position,
            texts=self.texts(value),
            symbol=symbol or None,
            source=self.source[value.start_byte : min(value.end_byte, value.start_byte + 160)].decode("utf-8", "replace"),
            line=value.start_point.row + 1,
            column=value.start_point.column + 1,
        )

    # -- strings ------------------------------------------------------------------------------------------------------

    def texts(self, node: Node) -> tuple[str, ...]:
        """Every string that `node` may evaluate to as far as this file's constants tell."""
        found: dict[str, None] = {}
        pending, seen = [node], set()
        for _ in range(200):
            if not pending or len(found) >= MAX_TEXTS:
                break
            current = pending.pop(0)
            if current.id in seen:
                continue
            seen.add(current.id)
            if current.type in {"string", "template_string"}:
                found.setdefault(self._string(current))
            else:
                pending += self._followed(current)
        return tuple(found)

    def _followed(self, node: Node) -> list[Node]:
        kind = node.type
        if kind in {"identifier", "shorthand_property_identifier", "member_expression"}:
            name = self.text(node)
            if len(name) > 200:
                return []
            return self.values.get(name, [])[:8] or self._member(node)
        if kind in {"ternary_expression", "binary_expression"} or kind in _TRANSPARENT:
            return [part for part in self._alternatives(node) if part.id != node.id]
        if kind == "array":
            return list(node.named_children[:MAX_TEXTS])
        if kind == "subscript_expression":
            return [value for _, value in self._table(node.child_by_field_name("object"))][:MAX_TEXTS]
        if kind == "call_expression":
            arguments = node.child_by_field_name("arguments")
            tail = self.resolve(node.child_by_field_name("function"))[0].rpartition(".")[2]
            if arguments is not None and tail in {"get", "getEnv", "env", "optional"}:
                return list(arguments.named_children[1:2])
        return []

    def _table(self, node: Node | None) -> list[tuple[str, Node]]:
        known = self.values.get(self.text(node)) if node is not None else None
        table = known[-1] if known else None
        for _ in range(4):
            if table is not None and table.type in _TRANSPARENT and table.named_child_count:
                table = table.named_children[0]
        return self.entries(table) if table is not None and table.type == "object" else []

    def _member(self, node: Node) -> list[Node]:
        """`MODELS.fast` where `const MODELS = { fast: "…" }`."""
        if node.type != "member_expression":
            return []
        wanted = self.text(node.child_by_field_name("property"))
        entries = self._table(node.child_by_field_name("object"))
        exact = [value for key, value in entries if key == wanted]
        return exact or self.values.get(wanted, [])[:4]

    def _string(self, node: Node) -> str:
        parts = []
        for child in node.named_children[:100]:
            if child.type in {"string_fragment", "escape_sequence"}:
                parts.append(self.text(child)[:MAX_TEXT_BYTES])
            elif child.type == "template_substitution":
                parts.append("{}")
        return "".join(parts)[:MAX_TEXT_BYTES]

    def _read_text(self, node: Node) -> Text | None:
        if not is_worth_keeping(self.source[node.start_byte : node.end_byte]):
            return None
        parent = node.parent
        if parent is None or parent.type in {"import_statement", "expression_statement", "jsx_attribute", "literal_type"}:
            return None
        key, callee, siblings = self._context(node)
        return Text(
            value=self._string(node),
            line=node.start_point.row + 1,
            column=node.start_point.column + 1,
            key=key,
            callee=callee,
            siblings=siblings,
        )

    def _context(self, node: Node) -> tuple[str | None, str | None, int]:
        key, siblings = None, 0
        child, parent = node, node.parent
        for _ in range(12):
            if parent is None:
                break
            kind = parent.type
            if kind in {"array", "object"}:
                siblings = max(siblings, parent.named_child_count)
            if kind in {"call_expression", "new_expression"} and child.type != "member_expression":
                function = parent.child_by_field_name("function") or parent.child_by_field_name("constructor")
                return key, self.resolve(function)[0] or None, siblings
            field = _KEY_FIELDS.get(kind)
            if key is None and field is not None:
                name = parent.child_by_field_name(field)
                if name is not None and name.id != child.id:
                    key = self.text(name).strip("\"'`[]")[:120]
            if kind in {"statement_block", "program", "class_body"}:
                break
            child, parent = parent, parent.parent
        return key, None, siblings

    def _read_env(self) -> list[Named]:
        found = []
        for node in self._nodes("env"):
            parent = node.parent
            inner = parent.child_by_field_name("object") if parent is not None else None
            if inner is not None and self.text(inner) in {"process.env", "import.meta.env", "Bun.env", "Deno.env", "ctx.env", "c.env"}:
                found.append(Named(value=self.text(node), line=node.start_point.row + 1, column=node.start_point.column + 1))
        return found


_NAME = re.compile(rb"[A-Za-z_$][\w$]*")
_TAIL_BYTES = frozenset(tail.encode() for tail in CALL_TAILS)
_TRANSPARENT = frozenset(
    {
        "await_expression", "parenthesized_expression", "non_null_expression", "as_expression", "satisfies_expression",
        "type_assertion", "spread_element",
    }
)
_KEY_FIELDS = {
    "pair": "key", "variable_declarator": "name", "assignment_expression": "left", "public_field_definition": "name",
    "assignment_pattern": "left", "required_parameter": "pattern", "binary_expression": "left", "enum_assignment": "name",
}


def _start(node: Node) -> int:
    return node.start_byte


def package_of(path: str) -> str:
    """The npm package of a resolved path: `@ai-sdk/openai.createOpenAI` gives `@ai-sdk/openai`."""
    if path.startswith("@"):
        scope, _, rest = path.partition("/")
        return f"{scope}/{rest.partition('/')[0].partition('.')[0]}"
    return path.partition("/")[0].partition(".")[0]
