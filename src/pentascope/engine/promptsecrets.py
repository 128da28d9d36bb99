"""Credentials that stand in the text of a prompt, whosever they are. Pure."""

from __future__ import annotations

import re

from pentascope.engine.texts import is_placeholder, redacted

SECRET = "secret-in-prompt"  # noqa: S105 - the name of a practice
_TOKENS = re.compile(
    r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[A-Za-z0-9-]{20,}|glpat-[A-Za-z0-9_-]{20}|eyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,})"
)
_NAMED = re.compile(
    r"\b(?:password|passphrase|api[ _-]?key|secret[ _-]?key|access[ _-]?token|bearer token)\b[\"'`*]{0,3}\s{0,3}(?:is|:|=)\s{0,3}[\"'`*]{0,3}([A-Za-z0-9!@#%^&+_.-]{10,100})",
    re.IGNORECASE,
)


def secrets(text: str) -> list[tuple[int, int]]:
    """Where credentials stand in a text: start and end of each."""
    found = [match.span() for match in _TOKENS.finditer(text) if not is_placeholder(match[0])]
    return found + [match.span(1) for match in _NAMED.finditer(text) if _is_random(match[1].rstrip(".,"))]


def _is_random(word: str) -> bool:
    """Whether a word is no word of a language: letters and digits mixed, and nothing that says it is an example."""
    has_digit, has_letter = any(map(str.isdigit, word)), any(map(str.isalpha, word))
    return (
        len(word) >= 10 and has_digit and has_letter and not is_placeholder(word) and re.search(r"\d[A-Za-z]|[A-Za-z]\d", word) is not None
    )


def without_secrets(text: str) -> str:
    """A text with its credentials cut to their beginnings."""
    for start, end in sorted(secrets(text), reverse=True):
        text = text[:start] + redacted(text[start:end]) + text[end:]
    return text
