"""Constants of SDKs that stand for model ids: `OpenAiChatModelName.GPT_4_O_MINI`, `anthropic.ModelClaude3_5HaikuLatest`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CONSTANTS = 200
_CLASS = re.compile(rb"Model\w{0,40}\.([A-Z][A-Z0-9]*_[A-Z0-9_]{2,80})\b")
_GO = re.compile(rb"\b[a-z]\w{0,40}\.((?:Chat|Embedding)?Model[A-Z]\w{2,80}|(?:GPT|Claude|Gemini|Gemma|Llama)\w{1,60})\b")
_COMMENT = re.compile(rb"\s*(?://|\*|/\*|#)")
_PREFIX = re.compile(r"^(?:chat-|embedding-)?model-")
_VENDORS = frozenset("anthropic amazon cohere meta mistral ai21 deepseek stability openai qwen".split())


def constants(source: bytes, family: str) -> Iterator[tuple[str, int, int]]:
    """Constant, line and column of everything in a file that is written like a constant for a model."""
    if b"Model" not in source and b"GPT" not in source:
        return
    pattern = _GO if family == "go" else _CLASS
    for count, match in enumerate(pattern.finditer(source)):
        if count >= MAX_CONSTANTS:
            return
        start = source.rfind(b"\n", 0, match.start()) + 1
        if _COMMENT.match(source, start):
            continue
        yield match[1].decode(), source.count(b"\n", 0, start) + 1, match.start(1) - start + 1


def spellings(constant: str) -> tuple[str, ...]:
    """The ids that a constant may stand for, likeliest first."""
    if not constant.isupper():
        plain = _PREFIX.sub("", decamel(constant)).replace("-dot-", ".")
        apart = re.sub(r"^([a-z]+)(\d)", r"\1-\2", plain)
        return tuple(dict.fromkeys((apart, _dotted(apart), plain)))
    spelled = constant.replace("_", "-").lower()
    found = [spelled, re.sub(r"(\d)-o\b", r"\1o", spelled), _dotted(spelled), spelled.replace("-", ".")]
    vendor, _, rest = spelled.partition("-")
    if vendor in _VENDORS:
        found.insert(0, f"{vendor}." + re.sub(r"-v(\d+)-(\d+)$", r"-v\1:\2", rest))
    return tuple(dict.fromkeys(found))


def _dotted(spelled: str) -> str:
    return re.sub(r"(\d)-(\d)(?!\d)", r"\1.\2", spelled)


def decamel(name: str) -> str:
    """`Claude3OpusLatest` and `GPT4oMini` as words joined by hyphens."""
    out: list[str] = []
    for index, char in enumerate(name):
        before = name[index - 1] if index else ""
        if before and (_starts_word(name, index) or (char.isdigit() and before.isupper())):
            out.append("-")
        out.append(char.lower())
    return "".join(out).replace("_", "-").replace("--", "-")


def _starts_word(name: str, index: int) -> bool:
    before, char = name[index - 1], name[index]
    follows = name[index + 1 : index + 2]
    return char.isupper() and (not before.isupper() or follows.islower())
