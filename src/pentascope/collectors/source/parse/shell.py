"""Shell text as single commands: words joined by one space, split at `&&`, `||`, `;`, `|` and line ends."""

from __future__ import annotations

import re

from pentascope.model.unit import Named

MAX_COMMANDS = 2_000  # of one text
MAX_COMMAND = 4_000  # characters
_TOKENS = re.compile(
    r"\\\n\s*+"  # continued line
    r"|'[^']*+'?"
    r'|"(?:[^"\\]++|\\[\s\S])*+"?'
    r"|(?<!\S)#[^\n]*+"
    r"|&&|\|\||;;|[;|\n]|&(?!\S)"
    r"|[^\S\n]++"
    r"|(?:[^\s'\"\\;|&#]++|\\[\s\S]|[&#\\])"
)
_PREFIX = re.compile(r"(?:(?:sudo|exec|time|nohup|then|do|else|!|-|@|env)\s++|[@\-](?=\w)|[A-Za-z_]\w*=(?:\S*+)\s++)*+")
_SEPARATORS = frozenset(("&&", "||", ";;", ";", "|", "\n", "&"))


def commands(text: str, *, line: int, column: int = 1) -> list[Named]:
    """The commands of a shell text; `line` is that of its first character. Quotes around whole words go."""
    found: list[Named] = []
    words: list[str] = []
    started, here = line, line
    is_word_open = False
    for match in _TOKENS.finditer(text[:400_000]):
        token = match[0]
        if token in _SEPARATORS:
            _finish(words, started, column, found)
            words, is_word_open = [], False
            here += token == "\n"
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
    _finish(words, started, column, found)
    return found


def _finish(words: list[str], line: int, column: int, found: list[Named]) -> None:
    if not words:
        return
    text = " ".join(" ".join(words)[:MAX_COMMAND].split())
    text = text[_match_end(text) :]
    if text:
        found.append(Named(value=text, line=line, column=column))


def _match_end(text: str) -> int:
    match = _PREFIX.match(text)
    return match.end() if match else 0
