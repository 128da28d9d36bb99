"""Bytes of a file as text, whatever its encoding."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(source: bytes) -> str:
    """The text of a file: by its byte order mark, otherwise UTF-8 with replacement characters. Every line ends in a line feed."""
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            text = source[len(mark) :].decode(encoding, "replace")
            break
    else:
        text = source.decode("utf-8", "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text
