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

_IN_PYTHON = re.compile(
    rb"\beval\(|\bexec\(|\bos\.(?:system|popen)|\bsubprocess\.|\.execut|read_sql|run_sql|\bMarkup\(|mark_safe\(|unsafe_allow_html|render_template_string"
    rb"|HTMLResponse|components\.html|[\"'](?:system|developer)[\"']|SystemMessage|system_prompt|system_instruction|\bsystem\s?=|\binstructions?\s?="
)
_IN_JAVASCRIPT = re.compile(
    rb"\beval\(|\bFunction\(|child_process|\bvm\b|(?:inner|outer)HTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|srcdoc|\.html\(|v-html|@html"
    rb"|(?i:rawunsafe|\.query\(|\.execute\(|\.raw\(|\.unsafe\()|[\"'](?:system|developer)[\"']|SystemMessage|\bsystem\s?:|systemInstruction|\binstructions\s?:"
)
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


class Place(msgspec.Struct):
    """One such place: which, what it is called, where it stands, and what goes in. `is_by_call`: see `Flow.call_line`."""

    to: str
    target: str
    node: Node
    values: tuple[Node, ...]
    is_by_call: bool = False


def is_place(source: bytes, *, is_python: bool) -> bool:
    """Whether a file may hold a place."""
    return (_IN_PYTHON if is_python else _IN_JAVASCRIPT).search(source) is not None


def in_call(file: File, function: Node, children: Sequence[Node], *, is_python: bool) -> Iterator[Place]:
    """The places that a call is."""
    path, _ = file.resolve(function)
    written = file.text(function)[-200:]
    tail = written.rpartition(".")[2]
    values = {name: value for child in children if (pair := _keyword(file, child)) is not None for name, value in [pair]}
    first = next((child for child in children if child.type != "keyword_argument"), None)
    if is_python:
        yield from _python(file, function, path, first=first, values=values)
    elif first is not None:
        yield from _javascript(file, function, path, tail, children)
    query = first or values.get("sql") or values.get("query") or values.get("statement")
    if tail in _SQL_TAILS and query is not None and _is_database(file, function, path, tail):
        yield Place("sql", written[-60:], function, (query,))
    if tail in {"SystemMessage", "SystemChatMessage"} or (tail in {"from_template", "fromTemplate"} and "SystemMessage" in written):
        content = first or values.get("content") or values.get("template")
        if content is not None:
            yield Place("system", "template" if "emplate" in tail else "role", function, (_content(file, content),))
    for name in SYSTEM_KEYWORDS & values.keys():
        yield Place("system", "keyword", function, (values[name],), is_by_call=True)


def in_table(file: File, node: Node, *, is_template: bool) -> Iterator[Place]:
    """The places that a dictionary, an object or a pair is: a message of the system role, the HTML of a component."""
    if node.type in {"tuple", "array"}:
        parts = node.named_children
        if is_template and len(parts) == 2 and parts[0].type == "string" and file.text(parts[0]).strip("\"'`") == "system":
            yield Place("system", "template", parts[1], (parts[1],))
        return
    entries = dict(_entries(file, node))
    if not entries.keys() & {"role", "__html"}:
        return
    html = entries.get("__html")
    if html is not None:
        yield Place("html", "dangerouslySetInnerHTML", html, (html,))
    role = entries.get("role")
    if role is not None and role.type == "string" and file.text(role).strip("\"'`") in _ROLES:
        content = entries.get("content") or entries.get("parts") or entries.get("text")
        if content is not None:
            yield Place("system", "role", content, (content,))


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


def _keyword(file: File, child: Node) -> tuple[str, Node] | None:
    name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
    return (file.text(name), value) if child.type == "keyword_argument" and name is not None and value is not None else None


def _python(file: File, function: Node, path: str, *, first: Node | None, values: dict[str, Node]) -> Iterator[Place]:
    tail = file.text(function)[-80:].rpartition(".")[2]
    if path in SINKS and first is not None:
        runs = _command(file, first, is_shell="shell" in values and file.text(values["shell"]) == "True")
        if runs:
            yield Place("run", path, function, runs)
    shown = first or values.get("content") or values.get("body") or values.get("source")
    if shown is None:
        return
    if (
        tail in {"Markup", "mark_safe", "render_template_string", "HTMLResponse"}
        or path.endswith("components.v1.html")
        or (tail in {"markdown", "write"} and "unsafe_allow_html" in values and file.text(values["unsafe_allow_html"]) == "True")
    ):
        yield Place("html", tail, function, (shown,))


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


def _javascript(file: File, function: Node, path: str, tail: str, children: Sequence[Node]) -> Iterator[Place]:
    first = children[0]
    if path in {"eval", "Function", "window.eval", "globalThis.eval"}:
        yield Place("run", path, function, (children[-1],) if path == "Function" else (first,))
    elif _VM.fullmatch(path) or (
        path.startswith(_PROCESS)
        and (tail in {"exec", "execSync"} or ("xec" in path.rpartition(".")[2] and path.endswith(("exec", "execSync"))))
    ):
        yield Place("run", path, function, (first,))
    elif _is_promised(file, function):
        yield Place("run", file.text(function), function, (first,))
    elif tail == "insertAdjacentHTML" and len(children) > 1:
        yield Place("html", tail, function, (children[1],))
    elif path in {"document.write", "document.writeln"} or (tail == "html" and file.text(function).startswith(("$", "jQuery"))):
        yield Place("html", path or tail, function, (first,))
    for child in children:
        if child.type == "object":
            for name, value in _entries(file, child):
                if name in {"system", "systemInstruction", "instructions"}:
                    yield Place("system", "keyword", function, (value,), is_by_call=True)


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
