"""Shell: the commands of a script, its variables, and what it sends where. Also reads snippets out of other files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.source.parse import syntax
from pentascope.collectors.source.parse.sweep import is_interesting
from pentascope.model.unit import Named, Text, Unit

if TYPE_CHECKING:
    from tree_sitter import Node

QUERY = """
(command) @command
(variable_assignment) @assignment
(function_definition name: (_) @function)
(simple_expansion (variable_name) @variable)
(expansion (variable_name) @variable)
(heredoc_body) @heredoc
"""
MAX_COMMANDS = 3000
MAX_WORDS = 200
MAX_WORD_BYTES = 8000
MAX_VARIABLES = 2000

_EXPANSION = re.compile(r"\$\{(\w+)(?::?[-=]([^{}]{0,300}))?\}|\$(\w+)")
_LINE_END = re.compile(r"\\\r?\n\s*")
_ENV_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL", re.IGNORECASE)
_JSON_PAIR = re.compile(r'''\\?"([\w.-]{1,80})\\?"\s{0,20}:\s{0,20}\\?"([^"\\\n]{2,400})\\?"''')
_SPACES = re.compile(r"[ \t\r\n]+")


def parse(source: bytes, path: str) -> Unit:
    """The unit of one script."""
    return read_script(source, path)


def read_script(source: bytes, path: str, *, first_line: int = 1) -> Unit:
    """The unit of a script text that starts at `first_line` of a file: RUN, `run:`, a recipe, an entry point."""
    reader = ScriptReader(source, first_line)
    reader.read()
    return Unit(
        path=path,
        language="shell",
        commands=reader.commands,
        env=reader.env,
        texts=reader.texts,
        functions=reader.functions,
        is_complete=reader.is_complete,
    )


def commands_of(text: str, *, first_line: int = 1) -> list[Named]:
    """Only the simple commands of a script text, each as its words joined by one space."""
    return read_script(text.encode("utf-8", "surrogateescape"), "", first_line=first_line).commands


class ScriptReader:
    """One script being read; variables are replaced by the literal that was assigned to them before."""

    def __init__(self, source: bytes, first_line: int) -> None:
        """Parse once."""
        self.source = source
        self.first_line = first_line
        is_parsable = syntax.is_parsable(source)
        root, is_read = syntax.parse("bash", source if is_parsable else b"")
        self.is_complete = is_parsable and is_read
        self.captured = syntax.captures("bash", QUERY, root)
        self.values: dict[str, str] = {}
        self.commands: list[Named] = []
        self.env: list[Named] = []
        self.texts: list[Text] = []
        self.functions: list[Named] = []

    def read(self) -> None:
        """Assignments and commands in source order, since the one explains the other."""
        captured = self.captured
        steps = [(node.start_byte, 0, node) for node in captured.get("assignment", ())]
        steps += [(node.start_byte, 1, node) for node in captured.get("command", ())]
        steps.sort(key=lambda step: step[:2])
        for _, is_command, node in steps[: 2 * MAX_COMMANDS]:
            if is_command:
                self._read_command(node)
            else:
                self._read_assignment(node)
        for node in captured.get("heredoc", ()):
            self._read_text(node, self._text(node), None, None)
        self.texts.sort(key=lambda text: (text.line, text.column))
        self.functions = [self._named(node, self._text(node)) for node in _sorted(captured.get("function", ()))]
        self._read_variables()

    def _text(self, node: Node) -> str:
        end = min(node.end_byte, node.start_byte + MAX_WORD_BYTES)
        return self.source[node.start_byte : end].decode("utf-8", "replace")

    def _named(self, node: Node, value: str, key: str | None = None) -> Named:
        return Named(
            value=value, line=node.start_point.row + self.first_line, column=node.start_point.column + 1, key=key
        )

    def _read_assignment(self, node: Node) -> None:
        name, _, raw = self._text(node).partition("=")
        name = name.rstrip("+")
        value = self._word(raw)
        if name.isidentifier():
            is_known = bool(value) and "$" not in value
            if is_known:
                self.values[name] = value
            self.env.append(self._named(node, name, value if is_known else None))
        if value:
            inner = node.child_by_field_name("value")
            self._read_text(inner if inner is not None else node, value, name, None)

    def _read_command(self, node: Node) -> None:
        if len(self.commands) >= MAX_COMMANDS:
            return
        words = [
            (child, self._word(self._text(child)))
            for child in node.named_children[:MAX_WORDS]
            if child.type not in {"variable_assignment", "comment"} and "redirect" not in child.type
        ]
        line = _SPACES.sub(" ", " ".join(word for _, word in words)).strip()
        if not line:
            return
        self.commands.append(self._named(words[0][0], line[:MAX_WORD_BYTES]))
        callee = words[0][1]
        key = None
        for child, word in words[1:]:
            if word.startswith("-"):
                flag, is_assigned, value = word.partition("=")
                key = flag.lstrip("-") if flag.startswith("--") else None
                word = value if is_assigned else ""
            if word:
                self._read_text(child, word, key, callee)
                key = None

    def _word(self, raw: str) -> str:
        """A word without quotes and line continuations, its variables replaced where they are known."""
        word = _LINE_END.sub(" ", raw)
        if word[:2] == "$'" or word[:2] == '$"':
            word = word[1:]
        quote = word[:1]
        if quote in {"'", '"'} and word[-1:] == quote and len(word) > 1:
            word = word[1:-1]
            if quote == "'":
                return word
        elif quote not in {"'", '"'}:
            word = word.replace('"', "").replace("'", "") if len(word) < MAX_WORD_BYTES else word
        if "$" in word:
            word = _EXPANSION.sub(self._expanded, word)
        return word.replace('\\"', '"')

    def _expanded(self, match: re.Match[str]) -> str:
        name, default = match[1] or match[3], match[2]
        known = self.values.get(name) if _SECRET.search(name) is None else None
        return known if known is not None else default or match[0]

    def _read_text(self, node: Node, value: str, key: str | None, callee: str | None) -> None:
        if len(self.texts) < MAX_COMMANDS and is_interesting(b'"%b"' % value.encode("utf-8", "replace")):
            self.texts.append(
                Text(
                    value=value,
                    line=node.start_point.row + self.first_line,
                    column=node.start_point.column + 1,
                    key=key,
                    callee=callee,
                )
            )
        if '":' in value or '" :' in value:
            self._read_json(node, value, callee)

    def _read_json(self, node: Node, value: str, callee: str | None) -> None:
        """The string members of a JSON body that is written in the script."""
        for match in list(_JSON_PAIR.finditer(value))[:MAX_WORDS]:
            self.texts.append(
                Text(
                    value=match[2],
                    line=node.start_point.row + self.first_line + value.count("\n", 0, match.start()),
                    column=node.start_point.column + 1,
                    key=match[1],
                    callee=callee,
                )
            )

    def _read_variables(self) -> None:
        """Variables that are only read: a script that wants `$OPENAI_API_KEY` names a credential."""
        seen = {entry.value for entry in self.env}
        for node in _sorted(self.captured.get("variable", ()))[:MAX_VARIABLES]:
            name = self._text(node)
            if name not in seen and _ENV_NAME.fullmatch(name):
                seen.add(name)
                self.env.append(self._named(node, name))
        self.env.sort(key=lambda entry: (entry.line, entry.column))


def _sorted(nodes: list[Node] | tuple[()]) -> list[Node]:
    return sorted(nodes, key=_start)


def _start(node: Node) -> int:
    return node.start_byte
