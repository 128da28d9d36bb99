"""Which evidence counts towards a scope, and which of it speaks best. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.model.evidence import Confidence, Evidence, FactKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COUNTED_ROLES = frozenset({Role.PRODUCTION, Role.EXAMPLE})
LOCAL_LIBRARIES = frozenset({"transformers", "diffusers", "huggingface-transformers", "huggingface-diffusers", "optimum", "ctranslate2", "sentence-transformers", "vllm", "unsloth"})
"""Signatures whose inference facts are loads of weights into this very process."""

LOCAL_SERVERS = frozenset({"ollama", "vllm", "llama_cpp", "lm_studio", "tgi", "sglang", "localai", "openai_compatible", "model_server"})
"""Servers on one's own machine: in a tree that trains they serve its own weights unless somebody else's model is named."""

_ANCHORS = ("call", "node", "resource", "image", "command", "action", "endpoint", "class", "config", "definition", "file", "use", "import", "env")
_CONFIDENCE = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}


_SHIPPED = re.compile(
    r"(?:^|/)(?:src/[^/]+/resources|templates?|_?scaffold(?:s|ing)?|skeletons?|boilerplates?|archetypes?|starter-kits?|cookiecutter[^/]*"
    r"|[^/]*\{\{[^/]*|public|assets)/"
)
"""Folders whose assistant files the programme hands out to others instead of being worked on with them."""


def counted(evidence: Iterable[Evidence], *kinds: FactKind) -> list[Evidence]:
    """The evidence of these kinds that stands in code that runs or examples, best first."""
    return ranked(e for e in evidence if e.kind in kinds and e.role in COUNTED_ROLES and not is_shipped(e))


def is_shipped(entry: Evidence) -> bool:
    """Whether an assistant's file is a part of the product."""
    return entry.kind is FactKind.ASSISTANT and entry.attribute("anchor") == "file" and _SHIPPED.search(entry.path) is not None


def choosing(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The lines that show a model choosing what happens: agents, and tools unless they only serve somebody else's agent."""
    servers = [e.path for e in evidence if e.kind is FactKind.MCP_SERVER]
    has_model = any(is_sure(e) for e in counted(evidence, FactKind.INFERENCE, FactKind.AGENT))
    return [
        e
        for e in counted(evidence, FactKind.AGENT, FactKind.TOOL)
        if is_sure(e) and (e.kind is FactKind.AGENT or not servers or (has_model and e.path not in servers))
    ]


def ranked(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Best first: sure before unsure, production before example, calls before mentions, shallow before deep."""
    return sorted(evidence, key=rank)


def rank(entry: Evidence) -> tuple[int, int, int, int, str, int, str, str]:
    """The sort key of `ranked`: two facts of one line stand in one order, whichever was seen first."""
    anchor = entry.attribute("anchor") or "call"
    place = _ANCHORS.index(anchor) if anchor in _ANCHORS else len(_ANCHORS)
    is_example = int(entry.role is not Role.PRODUCTION)
    return (_CONFIDENCE[entry.confidence], is_example, place, entry.path.count("/"), entry.path, entry.line, entry.kind, entry.subject)


def is_sure(entry: Evidence) -> bool:
    """Whether a line can carry a determination by itself."""
    return entry.confidence is not Confidence.LOW


class Weights:
    """What one tree trains and tunes, so that loading those same weights is not taken for somebody else's model."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        """`evidence` with the conclusions of `training.conclude` in it."""
        trains = [e for e in evidence if e.kind in {FactKind.TUNING, FactKind.TRAINING, FactKind.CLASSICAL_TRAINING} and e.role in COUNTED_ROLES]
        self.files = frozenset(e.path for e in trains)
        self.folders = frozenset(e.path.rpartition("/")[0] for e in trains)
        self.is_training = any(e.kind in {FactKind.TUNING, FactKind.TRAINING} for e in trains)
        self.bases = frozenset((e.attribute("base") or e.value or "").lower() for e in trains) - {""}
        self._models: dict[tuple[str, int], set[str]] = {}
        self._vendors: dict[str, set[str]] = {}
        for entry in evidence:
            if entry.kind is FactKind.MODEL and entry.value:
                self._vendors.setdefault(entry.path, set()).add(entry.subject)
                self._models.setdefault((entry.path, entry.line), set()).add(entry.value.lower())

    def is_third_party(self, entry: Evidence) -> bool:
        """Whether an inference fact is about a model that this tree did not train or tune."""
        if self.is_training and entry.subject in LOCAL_SERVERS:
            return entry.path not in self.files and bool(self._vendors.get(entry.path, set()) - {entry.subject, "openai"})
        if entry.signature not in LOCAL_LIBRARIES:
            return True
        if entry.path in self.files:
            return False
        if not self.is_training:
            return True
        near = set().union(*(self._models.get((entry.path, entry.line + step), set()) for step in range(4)))
        slugs = {model for model in near if "/" in model and not model.startswith((".", "/"))}
        return bool(slugs - self.bases)
