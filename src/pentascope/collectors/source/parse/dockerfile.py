"""Dockerfiles: base images, variables, commands."""

from __future__ import annotations

import json
import re

from pentascope.collectors.source.parse.commandlines import command_of, commands
from pentascope.collectors.source.parse.decoding import decode
from pentascope.model.unit import Named, Pair, Unit

_INSTRUCTION = re.compile(r"[ \t]*+([A-Za-z]++)[ \t]++([^\n]*+)")
_FLAGS = re.compile(r"(?>(?:--[a-z]++(?:=\S*+)?[ \t]++)*)")
_HEREDOC = re.compile(r"<<-?[\"']?(\w++)[\"']?")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*+)=(\"(?>(?:[^\"\\]++|\\[\s\S])*)\"?|'[^']*+'?|(?>(?:[^\s\\]++|\\[\s\S])*))")
_VARIABLE = re.compile(r"\$\{?(\w++)(?::-([^}]*+))?\}?")
MAX_INSTRUCTIONS = 5_000
MAX_LENGTH = 200_000  # characters of one instruction


class _Reader:
    """What one file has told so far."""

    def __init__(self, path: str) -> None:
        self.unit = Unit(path=path, language="dockerfile")
        self.stages: set[str] = set()
        self.arguments: dict[str, str] = {}

    def read(self, word: str, body: str, line: int) -> None:
        """One instruction, its continued lines kept apart by backslash and newline."""
        if word == "FROM":
            self._read_from(body, line)
        elif word in {"ENV", "ARG"}:
            self._read_variables(word, body, line)
        elif word in {"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"}:
            text = body[_end(_FLAGS, body) :]
            if word == "HEALTHCHECK":
                text = text.removeprefix("CMD").lstrip()
            self._read_command(text, line)
        elif word == "COPY":
            source = re.match(r"--from=(\S+)", body)
            if source is not None and not source[1].isdigit():
                self._add_image(source[1], line)
        elif word == "ONBUILD":
            match = _INSTRUCTION.match(body)
            if match is not None:
                self.read(match[1].upper(), body[match.start(2) :], line)

    def _read_from(self, body: str, line: int) -> None:
        words = body[_end(_FLAGS, body) :].replace("\\\n", " ").split()
        if not words:
            return
        self._add_image(words[0], line)
        if len(words) >= 3 and words[1].upper() == "AS":
            self.stages.add(words[2].lower())

    def _add_image(self, name: str, line: int) -> None:
        image = _VARIABLE.sub(lambda match: self.arguments.get(match[1]) or match[2] or match[0], name)
        if image.lower() not in self.stages and image != "scratch":
            self.unit.images.append(Named(value=image, line=line))

    def _read_variables(self, word: str, body: str, line: int) -> None:
        found = [(match[1], match[2], match.start()) for match in _ASSIGNMENT.finditer(body)]
        if not found or (word == "ENV" and found[0][2] > 0 and "=" not in body.split(None, 1)[0]):
            name, _, value = body.strip().partition(" ")
            found = [(name, value.strip(), 0)]
        for name, raw, start in found:
            value = raw[1:-1] if raw[:1] in {"'", '"'} and raw[-1:] == raw[:1] and len(raw) > 1 else raw
            here = line + body.count("\n", 0, start)
            if word == "ARG":
                self.arguments[name] = value or self.arguments.get(name, "")
            self.unit.env.append(Named(value=name, line=here, key=value or None))
            self.unit.pairs.append(Pair(path=f"{word}.{name}", value=value, line=here))

    def _read_command(self, text: str, line: int) -> None:
        if text.startswith("["):
            try:
                words = json.loads(text.replace("\\\n", " "))
            except (ValueError, RecursionError):
                words = None
            if isinstance(words, list) and all(isinstance(word, str) for word in words):
                self.unit.commands += command_of(words, line=line)
                return
        self.unit.commands += commands(text, line=line)


def parse(source: bytes, path: str) -> Unit:
    """A Dockerfile or Containerfile. `FROM` of an earlier stage is no image; `ARG` defaults are put in."""
    reader = _Reader(path)
    lines = decode(source).split("\n")
    number, count = 0, 0
    while number < len(lines):
        line = number + 1
        match = _INSTRUCTION.match(lines[number])
        number += 1
        if match is None:
            continue
        body, number = _body(match[2], lines, number)
        reader.read(match[1].upper(), body, line)
        count += 1
        if count >= MAX_INSTRUCTIONS:
            reader.unit.is_complete = False
            break
    return reader.unit


def _body(first: str, lines: list[str], number: int) -> tuple[str, int]:
    """The instruction with its continued lines and here-documents, and the number of the next line."""
    rows, size = [first], len(first)
    while rows[-1].rstrip().endswith(("\\", "`")) and number < len(lines) and size < MAX_LENGTH:
        rows[-1] = rows[-1].rstrip()[:-1] + "\\"
        row = lines[number]
        number += 1
        rows.append("\\" if row.lstrip().startswith("#") or not row.strip() else row)
        size += len(row)
    heredoc = _HEREDOC.search(rows[-1])
    if heredoc is not None:
        rows[-1] = rows[-1].replace(heredoc[0], "")
        while number < len(lines) and size < MAX_LENGTH:
            row = lines[number]
            number += 1
            if row.strip() == heredoc[1]:
                break
            rows.append(row)
            size += len(row)
    return "\n".join(rows), number


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match is not None else 0
