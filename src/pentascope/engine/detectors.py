"""Secret scanners name every provider's host and key without using any: tells their files by the keys they describe. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.evidence import Evidence, FactKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SCANNER_FILES = 5
"""So many files that each describe the keys of the host they name make the tree a scanner of secrets."""
_KEY_EXPRESSION = re.compile(rb"\[[\w\\.+/=-]{3,40}\]\{\d{2,3}(?:,\d{0,3})?\}")
_COMPILED = re.compile(rb"(?i)regexp?\b|re\.compile|RegExp|PrefixRegex|Pattern\.compile|preg_match")
_MARK = ("beside", "key-expression")
_NAMED = frozenset({FactKind.PROVIDER_KEY, FactKind.MODEL, FactKind.CREDENTIAL_NAME, FactKind.PROMPT, FactKind.INVOCATION_LOGGING})


def marked(evidence: Iterable[Evidence], data: bytes) -> list[Evidence]:
    """The evidence of one file; hosts and keys are marked where the file holds an expression for keys."""
    entries = list(evidence)
    if not any(_is_mention(entry) for entry in entries) or not (_KEY_EXPRESSION.search(data) and _COMPILED.search(data)):
        return entries
    return [
        msgspec.structs.replace(entry, attributes=tuple(sorted((*entry.attributes, _MARK)))) if _is_mention(entry) else entry
        for entry in entries
    ]


def without_scanners(evidence: Sequence[Evidence]) -> list[Evidence]:
    """In a scanner of secrets, only files that also call a model by a library say anything about models."""
    describing = {entry.path for entry in evidence if _MARK in entry.attributes}
    if len(describing) < SCANNER_FILES:
        return list(evidence)
    using = {entry.path for entry in evidence if entry.kind not in _NAMED and entry.attribute("anchor") in {"call", "class", "use", "action"}}
    return [entry for entry in evidence if entry.path in using or not (_is_mention(entry) or entry.kind in _NAMED)]


def _is_mention(entry: Evidence) -> bool:
    return entry.kind is FactKind.PROVIDER_KEY or entry.attribute("anchor") == "endpoint"
