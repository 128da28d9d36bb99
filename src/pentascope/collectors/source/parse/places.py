"""The places of Python and JavaScript where text becomes more than text: run, sent to a database, shown as HTML, told to a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.engine.sinks import SINKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from pentascope.collectors.source.parse.readings import File

_IN_PYTHON = tuple(
    b"""eval( exec( os.system os.popen subprocess. .execut read_sql run_sql Markup( mark_safe( unsafe_allow_html render_template_string
    HTMLResponse components.html""".split()
)
_IN_JAVASCRIPT = tuple(
    b"""eval( Function( child_process 'vm' "vm" node:vm HTML document.write srcdoc .html( v-html @html set:html RawUnsafe .query( .execute(
    .raw( .unsafe(""".split()
)
_SYSTEM = (
    b'"system"', b"'system'", b'"developer"', b"'developer'", b"SystemMessage", b"system_prompt", b"system_instruction",
    b"systemInstruction", b"system=", b"system =", b"system:", b"system :", b"instructions=", b"instructions =", b"instructions:",
    b"instruction=", b"instruction =",
)  # fmt: skip
_MESSAGES = (b'"system"', b"'system'", b'"developer"', b"'developer'", b"__html")
SYSTEM_KEYWORDS = frozenset(
    {"system", "system_prompt", "system_instruction", "systemInstruction", "system_message", "instructions", "instruction"}
)
_ROLES = frozenset({"system", "developer"})
_SHELLS = frozenset({"-c", "/c", "-Command", "-e"})
_SQL_TAILS = frozenset(
    "execute executescript read_sql read_sql_query run_sql execute_sql query raw unsafe $queryRawUnsafe $executeRawUnsafe".split()
)
_SQL_SAFE = frozenset({"read_sql", "read_sql_query", "run_sql", "$queryRawUnsafe", "$executeRawUnsafe"})
"""Names that speak for themselves, whatever they are called on."""
_DATABASE = re.compile(
    r"(?:^|[_.])(?:cur|cursor|conn|connection|db|database|pool|knex|sequelize|prisma|sql|mysql|pg|postgres|postgresql|sqlite3?|duckdb|engine|session"
    r"|datasource|queryrunner|tx|trx|snowflake|bigquery|psycopg2?|asyncpg|sqlalchemy)\w{0,6}$",
    re.IGNORECASE,
)
_DATABASE_ROOTS = frozenset(
    """sqlite3 psycopg2 psycopg pymysql sqlalchemy duckdb snowflake asyncpg aiosqlite mysql pg mysql2 better-sqlite3 mssql postgres
    knex sequelize @neondatabase @google-cloud/bigquery @vercel/postgres""".split()
)
_PROCESS = ("child_process.", "node:child_process.")
_VM = re.compile(r"(?:node:)?vm\.(?:runIn\w*Context|Script|compileFunction)")


_MARKUP = frozenset({"Markup", "mark_safe", "render_template_string", "HTMLResponse"})
_INSTRUCTING = frozenset({b"SystemMessage", b"SystemChatMessage", b"from_template", b"fromTemplate"})
_RUNNING = """markdown write html eval Function exec execSync Script runInContext runInNewContext runInThisContext compileFunction
insertAdjacentHTML writeln"""
_TAILS = _INSTRUCTING | {name.rpartition(".")[2].encode() for name in (*_SQL_TAILS, *_MARKUP, *SINKS, *_RUNNING.split())}
_TOLD = re.compile(rb"\b(?:system(?:_prompt|_instruction|_message|Instruction)?|instructions?)\s?[=:]")
_ENTRY = re.compile(rb"\brole\b|__html")
MAX_ARGUMENTS_BYTES = 20_000
MAX_ENTRY_BYTES = 2_000


class Place(msgspec.Struct):
    """One such place: which, what it is called, where it stands, and what goes in. `call_line`: see `Flow`."""

    to: str
    target: str
    node: Node
    values: tuple[Node, ...]
    call_line: int | None = None


class Called(msgspec.Struct):
    """A call, taken apart: `tail` is its last name, `values` are its keyword arguments."""

    function: Node
    tail: str
    children: list[Node]
    values: dict[str, Node]

    @property
    def first(self) -> Node | None:
        """The first argument that is given by its place."""
        return next((child for child in self.children if child.type != "keyword_argument"), None)


def is_place(source: bytes, *, is_python: bool, is_asked: bool) -> bool:
    """Whether a file may hold a place. `is_asked`: it asks a model, so that an answer can go somewhere."""
    return _holds(source, _SYSTEM) or (is_asked and _holds(source, _IN_PYTHON if is_python else _IN_JAVASCRIPT))


def _holds(source: bytes, words: Sequence[bytes]) -> bool:
    """Whether one of the words stands in the source: a search for plain words costs a tenth of one for their expression."""
    for word in words:  # noqa: SIM110 - asked of every file, and a generator costs more than the answer
        if word in source:
            return True
    return False


def holds_messages(source: bytes) -> bool:
    """Whether a table of the file may be a place."""
    return _holds(source, _MESSAGES)


def tells(source: bytes) -> bool:
    """Whether a call of the file may be given instructions by keyword."""
    return _TOLD.search(source) is not None


def in_call(file: File, node: Node, *, is_python: bool, is_asked: bool, is_told: bool) -> Iterator[Place]:
    """The places that a call is."""
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    arguments = node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return
    start, end = function.start_byte, function.end_byte
    tail = file.source[max(file.source.rfind(b".", start, end) + 1, start) : end]
    is_told = (
        is_told
        and _TOLD.search(file.source, arguments.start_byte, min(arguments.end_byte, arguments.start_byte + MAX_ARGUMENTS_BYTES)) is not None
    )
    is_known = tail in (_TAILS if is_asked else _INSTRUCTING) or (is_asked and not is_python and b"promisify(" in file.source)
    if not is_told and not is_known:
        return
    children = [child for child in arguments.named_children[:20] if child.type != "comment"]
    call = Called(function=function, tail=tail.decode("utf-8", "replace"), children=children, values=dict(_keywords(file, children)))
    if is_asked and is_known:
        yield from _of_answers(file, call, is_python=is_python)
    yield from _of_instructions(file, call, is_told=is_told)


def _of_answers(file: File, call: Called, *, is_python: bool) -> Iterator[Place]:
    path, _ = file.resolve(call.function)
    if is_python:
        yield from _python(file, call, path)
    elif call.first is not None:
        yield from _javascript(file, call, path)
    query = call.first or call.values.get("sql") or call.values.get("query") or call.values.get("statement")
    if call.tail in _SQL_TAILS and query is not None and _is_database(file, call.function, path, call.tail):
        yield Place("sql", file.text(call.function)[-60:], call.function, (query,))


def _of_instructions(file: File, call: Called, *, is_told: bool) -> Iterator[Place]:
    is_template = call.tail in {"from_template", "fromTemplate"} and "SystemMessage" in file.text(call.function)[-200:]
    if call.tail in {"SystemMessage", "SystemChatMessage"} or is_template:
        content = call.first or call.values.get("content") or call.values.get("template")
        if content is not None:
            yield Place("system", "template" if is_template else "role", call.function, (_content(file, content),))
    if not is_told:
        return
    line = call.function.end_point.row + 1
    named = [(name, value) for name, value in call.values.items() if name in SYSTEM_KEYWORDS]
    for child in call.children:
        if child.type == "object":
            named += [(name, value) for name, value in _entries(file, child) if name in {"system", "systemInstruction", "instructions"}]
    for _, value in named:
        yield Place("system", "keyword", call.function, (value,), call_line=line)


def in_assignment(file: File, node: Node) -> Iterator[Place]:
    """The place that an assignment is: `element.innerHTML = …`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    name = left.child_by_field_name("property") if left is not None else None
    if name is not None and right is not None and file.text(name) in {"innerHTML", "outerHTML", "srcdoc"}:
        yield Place("html", file.text(name), node, (right,))


def in_table(file: File, node: Node, *, is_asked: bool) -> Iterator[Place]:
    """The places that a dictionary or an object is: a message of the system role, the HTML of a component."""
    if _ENTRY.search(file.source, node.start_byte, min(node.end_byte, node.start_byte + MAX_ENTRY_BYTES)) is None:
        return
    entries = dict(_entries(file, node))
    if not entries.keys() & {"role", "__html"}:
        return
    html = entries.get("__html")
    if html is not None and is_asked:
        yield Place("html", "dangerouslySetInnerHTML", html, (html,))
    role = entries.get("role")
    if role is not None and role.type == "string" and file.text(role).strip("\"'`") in _ROLES:
        content = entries.get("content") or entries.get("parts") or entries.get("text")
        if content is not None:
            yield Place("system", "role", content, (content,))


def in_pair(file: File, node: Node) -> Iterator[Place]:
    """The place that a pair is: `("system", …)` of a template."""
    parts = node.named_children if node.named_child_count == 2 else ()
    if parts and parts[0].type == "string" and file.text(parts[0]).strip("\"'`") == "system":
        yield Place("system", "template", parts[1], (parts[1],))


def _entries(file: File, node: Node) -> Iterator[tuple[str, Node]]:
    for child in node.named_children[:30]:
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if key is not None and value is not None:
            yield file.text(key).strip("\"'`"), value
        elif child.type == "shorthand_property_identifier":
            yield file.text(child), child


def _content(file: File, node: Node) -> Node:
    """The content of a message that is given as `{content: …}`; any other node as it is."""
    return dict(_entries(file, node)).get("content", node) if node.type in {"object", "dictionary"} else node


def _keywords(file: File, children: Sequence[Node]) -> Iterator[tuple[str, Node]]:
    for child in children:
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            yield file.text(name), value


def _python(file: File, call: Called, path: str) -> Iterator[Place]:
    function, first, values = call.function, call.first, call.values
    if path in SINKS and first is not None:
        runs = _command(file, first, is_shell="shell" in values and file.text(values["shell"]) == "True")
        if runs:
            yield Place("run", path, function, runs)
    shown = first or values.get("content") or values.get("body") or values.get("source")
    if shown is None:
        return
    is_raw = call.tail in {"markdown", "write"} and "unsafe_allow_html" in values and file.text(values["unsafe_allow_html"]) == "True"
    if is_raw or call.tail in _MARKUP or path.endswith("components.v1.html"):
        yield Place("html", call.tail, function, (shown,))


def _command(file: File, first: Node, *, is_shell: bool) -> tuple[Node, ...]:
    """What of a command is run: a list gives its program, and the text of a shell's `-c`."""
    if first.type == "identifier":
        lists = [node for node in file.assigned(file.text(first)) if node.type in {"list", "tuple"}]
        if lists and not is_shell:
            return tuple(part for node in lists for part in _command(file, node, is_shell=False))
    if first.type not in {"list", "tuple"} or is_shell:
        return (first,)
    parts = [child for child in first.named_children if child.type != "comment"]
    return tuple(part for place, part in enumerate(parts) if not place or file.text(parts[place - 1]).strip("\"'") in _SHELLS)


def _javascript(file: File, call: Called, path: str) -> Iterator[Place]:
    function, tail, children = call.function, call.tail, call.children
    first = children[0]
    if path in {"eval", "Function", "window.eval", "globalThis.eval"}:
        yield Place("run", path, function, (children[-1],) if path == "Function" else (first,))
    elif _VM.fullmatch(path) or (path.startswith(_PROCESS) and path.endswith((".exec", ".execSync"))):
        yield Place("run", path, function, (first,))
    elif _is_promised(file, function):
        yield Place("run", file.text(function), function, (first,))
    elif tail == "insertAdjacentHTML" and len(children) > 1:
        yield Place("html", tail, function, (children[1],))
    elif path in {"document.write", "document.writeln"} or (tail == "html" and file.text(function).startswith(("$", "jQuery"))):
        yield Place("html", path or tail, function, (first,))


def _is_promised(file: File, function: Node) -> bool:
    """`const run = promisify(exec)`, with the `exec` of the process module."""
    if function.type != "identifier" or b"promisify(" not in file.source or b"child_process" not in file.source:
        return False
    return any(re.match(r"(?:\w+\.)?promisify\((?:\w+\.)?exec\)", file.text(node)) for node in file.assigned(file.text(function)))


def _is_database(file: File, function: Node, path: str, tail: str) -> bool:
    if tail in _SQL_SAFE:
        return True
    receiver = function.child_by_field_name("object")
    if receiver is None:
        return False
    return _DATABASE.search(re.sub(r"\([^()]*\)$", "", file.text(receiver)[-80:])) is not None or any(
        path == root or path.startswith((root + ".", root + "/")) for root in _DATABASE_ROOTS
    )
