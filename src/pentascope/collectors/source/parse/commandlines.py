"""Shell text as single commands: words joined by one space, split at `&&`, `||`, `;`, `|` and line ends."""

from __future__ import annotations

import re

from pentascope.model.unit import Named

MAX_COMMANDS = 2_000  # of one text
MAX_COMMAND = 4_000  # characters
_TOKENS = re.compile(
    r"\\\n\s*+"  # continued line
    r"|'[^']*+'?"
    r'|"(?>(?:[^"\\]++|\\[\s\S])*)"?'
    r"|(?<!\S)#[^\n]*+"
    r"|&&|\|\||;;|[;|\n]|&(?!\S)"
    r"|[^\S\n]++"
    r"|(?:[^\s'\"\\;|&#]++|\\[\s\S]|[&#\\])"
)
_PREFIX = re.compile(r"(?>(?:(?:sudo|exec|time|nohup|then|do|else|!|-|@|env)\s++|[@\-](?=\w)|[A-Za-z_]\w*=(?:\S*+)\s++)*)")
_SHELL = re.compile(r"(?:(?:/[\w/]*/)?(?:ba|z|da|a)?sh )?-[a-z]*c(?= |$)")
_SEPARATORS = frozenset(("&&", "||", ";;", ";", "|", "\n", "&"))


def commands(text: str, *, line: int, column: int = 1, depth: int = 0) -> list[Named]:
    """The commands of a shell text; `line` is that of its first character. Quotes around whole words go;
    `sh -c "…"` is looked into.
    """
    found: list[Named] = []
    words: list[str] = []
    started, here = line, line
    is_word_open = False
    for match in _TOKENS.finditer(text[:400_000]):
        token = match[0]
        if token in _SEPARATORS:
            _finish(words, started, column, found, depth=depth)
            words, is_word_open = [], False
            here += match[0] == "\n"
            started = here
            if len(found) >= MAX_COMMANDS:
                break
            continue
        if token[0] == "#" and (not is_word_open):
            continue
        if token.isspace() or token.startswith("\\\n"):
            is_word_open = False
        else:
            if not words:
                started = here
            word = token[1:-1] if token[0] in "'\"" and token[-1] == token[0] and len(token) > 1 else token
            if is_word_open:
                words[-1] += word
            else:
                words.append(word)
            is_word_open = True
        here += token.count("\n")
    _finish(words, started, column, found, depth=depth)
    return found


def _finish(words: list[str], line: int, column: int, found: list[Named], *, depth: int) -> None:
    if not words:
        return
    if len(words) > 2 and depth < 2 and _SHELL.fullmatch(" ".join(words[:2])):
        found += commands(words[2], line=line, column=column, depth=depth + 1)
        return
    text = " ".join(" ".join(words)[:MAX_COMMAND].split())
    text = text[_match_end(text) :]
    if text:
        found.append(Named(value=text, line=line, column=column))


def command_of(words: list[str], *, line: int, column: int = 1) -> list[Named]:
    """The commands of a list of words; what a shell is told with `-c` is read as shell text."""
    words = words[1:] if words[:1] in (["CMD"], ["CMD-SHELL"]) else words
    text = " ".join(words)[:MAX_COMMAND]
    shell = _SHELL.match(text)
    if shell is not None:
        return commands(text[shell.end() :].lstrip(), line=line, column=column)
    text = " ".join(text.split())
    return [Named(value=text, line=line, column=column)] if text else []


def _match_end(text: str) -> int:
    match = _PREFIX.match(text)
    return match.end() if match else 0
