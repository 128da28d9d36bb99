"""Adapters of one tree, a class for each provider: their address often stands in a database, and their name tells whose it is.

A name alone proves nothing. In a folder whose classes are named after providers, several of which the tree is seen to call,
the others are adapters too. `named` reads one file, `joined` the tree. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from pentascope.engine.weigh import counted, is_sure
from pentascope.model.evidence import Confidence, Evidence, FactKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pentascope.model.signature import Signature
    from pentascope.model.unit import Unit

SIGNATURE = "adapter-among-adapters"
MIN_PROVEN = 3
"""So many other providers must have an adapter in the same folder and be called by the tree."""
OTHERS = frozenset({"consumer-app", "enterprise-app", "assistant", "practice", "mcp", "low-code"})
"""Categories whose pages name products that are not called like a model."""
_TAIL = re.compile(r"(?:client|provider|endpoint|adapter|service|backend|connector|driver|engine|api|llm|model|chat|text|completions?)+$")
_WORDS = frozenset({"meta", "writer", "poe", "ondevice", "modelserver", "localserver", "modelgateway", "openaicompatible"})
"""Providers whose name is an everyday name of classes, and subjects that are none."""


def makers(signatures: Iterable[Signature]) -> dict[str, str]:
    """The provider for each name that a class of an adapter may have, in small letters without spaces."""
    found: dict[str, str] = {}
    for signature in signatures:
        if signature.provider is not None and signature.category not in OTHERS:
            for name in (signature.provider, signature.name):
                found.setdefault(re.sub(r"[^a-z0-9]", "", name.lower()), signature.provider)
    return {name: provider for name, provider in found.items() if name not in _WORDS}


def named(unit: Unit, known: Mapping[str, str]) -> list[Evidence]:
    """The classes of a file that are named after a provider: a weak hint each, until `joined` has seen their neighbours."""
    found = []
    for definition in unit.classes:
        name = definition.name.rpartition(".")[2].lower().replace("_", "")
        provider = known.get(name) or known.get(_TAIL.sub("", name))
        if provider is not None and definition.bases:
            found.append(
                Evidence(
                    kind=FactKind.INFERENCE, subject=provider, path=unit.path, line=max(definition.line, 1), signature=SIGNATURE,
                    role=unit.role, confidence=Confidence.LOW, attributes=(("anchor", "definition"),),
                )
            )  # fmt: skip
    return found


def joined(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence with adapters among proven adapters made likely, and all other hints left out."""
    hints = [entry for entry in evidence if entry.signature == SIGNATURE]
    if not hints:
        return list(evidence)
    called = {entry.subject for entry in counted(evidence, FactKind.INFERENCE, FactKind.SERVING) if is_sure(entry)}
    proven: dict[str, set[str]] = defaultdict(set)
    for hint in hints:
        if hint.subject in called:
            proven[_folder(hint)].add(hint.subject)
    likely = [
        msgspec.structs.replace(hint, confidence=Confidence.MEDIUM)
        for hint in hints
        if hint.subject not in called and len(proven[_folder(hint)]) >= MIN_PROVEN
    ]
    return [entry for entry in evidence if entry.signature != SIGNATURE] + likely


def _folder(entry: Evidence) -> str:
    return entry.path.rpartition("/")[0]
