"""Sections of settings that nothing selects: all supported services are listed, and other keys name the ones in use. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.evidence import Confidence, Evidence, FactKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pentascope.model.unit import Pair

MIN_SECTIONS = 4
"""So many sections side by side are a list of what is supported."""
_SELECTS = re.compile(r"(?:\w*(?:Type|Provider|Backend|Driver|Engine)s?|(?:\w+_)?(?:type|provider|backend|driver|engine)s?|default)")
_KINDS = frozenset({FactKind.INFERENCE, FactKind.EMBEDDING, FactKind.SERVING, FactKind.VECTOR_STORE, FactKind.MODEL})


def lowered(pairs: Sequence[Pair], evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence of one file of settings; what stands in a section that nothing selects is unsure."""
    lines = _lines(pairs) if len(pairs) > MIN_SECTIONS and any(entry.kind in _KINDS for entry in evidence) else frozenset()
    return [
        msgspec.structs.replace(entry, confidence=Confidence.LOW) if entry.line in lines and entry.kind in _KINDS else entry
        for entry in evidence
    ]


def _lines(pairs: Sequence[Pair]) -> frozenset[int]:
    """The lines of the settings in sections that no other setting names, among sections of which some are selected."""
    sections: dict[str, set[str]] = {}
    for pair in pairs:
        parts = pair.path.split(".")
        for depth in range(1, len(parts) - 1):
            if not parts[depth].isdigit():
                sections.setdefault(".".join(parts[:depth]), set()).add(parts[depth])
    found: set[int] = set()
    for parent, names in sections.items():
        if len(names) < MIN_SECTIONS:
            continue
        outside = [pair for pair in pairs if not pair.path.startswith(parent + ".")]
        if not any(pair.value in names and _SELECTS.fullmatch(_key(pair)) for pair in outside):
            continue
        left = names - {pair.value for pair in outside}
        depth = parent.count(".") + 1
        found |= {pair.line for pair in pairs if pair.path.startswith(parent + ".") and pair.path.split(".")[depth] in left}
    return frozenset(found)


def _key(pair: Pair) -> str:
    """The name that a value stands under; of a list, the list's."""
    return next((part for part in reversed(pair.path.split(".")) if not part.isdigit()), "")


__all__ = ["lowered"]
