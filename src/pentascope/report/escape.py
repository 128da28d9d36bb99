"""How words of a scanned tree are made harmless before anybody sees them."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2"
    "\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff"
    "\\U000110bd\\U000110cd\\U00013430-\\U00013455\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)
_SURROGATE = re.compile("[\\ud800-\\udfff]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": " "}
_LEGACY_COMMAND = re.compile(r"##(?=\[|vso\[)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COMMAND = re.compile(r"(^|\s)::", re.MULTILINE)


def escape(text: str) -> str:
    r"""The text on one line, without anything that a terminal, a browser or a CI runner would act upon.

    Control, formatting and bidirectional characters become visible escapes (`\x1b`, `\u202e`), undecodable bytes
    `\xNN`, a tab one space; workflow commands (`::error`, `##[group]`, `##vso[…]`) lose their first character's force.
    Markup of the format itself (HTML, Markdown, JSON) is that format's own business.
    """
    return _COMMAND.sub(r"\1\\x3a:", _LEGACY_COMMAND.sub(r"\\x23#", _HIDDEN.sub(_visible, text)))


def escape_commands(text: str) -> str:
    """Finished text of many lines in which no line is a workflow command, however it was wrapped."""
    return _COMMAND.sub(r"\1\\x3a:", _LEGACY_COMMAND.sub(r"\\x23#", text))


def encodable(text: str) -> str:
    r"""The text with undecodable bytes as `\xNN`, so that it can be written as UTF-8."""
    return _SURROGATE.sub(_visible, text)


def unformula(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def escape_json(document: str) -> str:
    """A JSON document with the same meaning in which nothing hidden stands raw (line breaks between values stay)."""
    plain = _HIDDEN.sub(_json_escape, document)
    return _LEGACY_COMMAND.sub(r"\\u0023#", plain)


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _json_escape(match: re.Match[str]) -> str:
    character = match.group()
    if character == "\n":
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[index]:02x}{units[index + 1]:02x}" for index in range(0, len(units), 2))
