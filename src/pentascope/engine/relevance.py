"""Facts that only support others (a prompt, an index of vectors, a data set) speak where a tree uses generative AI at all. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.model.evidence import Confidence, Evidence, FactKind

if TYPE_CHECKING:
    from collections.abc import Sequence

SUPPORTING = frozenset(
    {
        FactKind.PROMPT, FactKind.VECTOR_STORE, FactKind.RETRIEVAL, FactKind.EMBEDDING, FactKind.WEIGHTS, FactKind.DATASET,
        FactKind.CLASSICAL_TRAINING, FactKind.RESILIENCE, FactKind.MODEL, FactKind.DEPENDENCY, FactKind.EVALUATION, FactKind.PRACTICE,
    }
)  # fmt: skip
ENCODER_VENDORS = frozenset({"huggingface", "sentence-transformers"})
"""Whose ids name encoders and classifiers as often as models that generate."""


def relevant(evidence: Sequence[Evidence], generative: frozenset[str]) -> list[Evidence]:
    """The evidence without facts that support nothing: all of it where one fact shows generative AI in use.

    `generative` are the signatures of libraries that are good for nothing else. What a lock file alone holds may be there
    for another library's sake. Assistants help the owner write code and say nothing of what the code does.
    """
    evidence = _once(evidence)
    core = [entry for entry in evidence if _is_core(entry, generative)]
    if any(entry.kind is not FactKind.DEPENDENCY for entry in core):
        return evidence
    kept = {id(entry) for entry in core}
    has_assistant = any(entry.kind is FactKind.ASSISTANT for entry in evidence)
    return [
        entry for entry in evidence
        if entry.kind not in SUPPORTING or id(entry) in kept or (has_assistant and entry.attribute("about") == "assistant")
    ]  # fmt: skip


_GENERAL = frozenset(
    {"mcp-tool", "tool-schema", "training-recipe", "prompt", "run-settings", "weights-file", "model-option", "dataset-url"}
)
"""Rules of the engine that see what pages see too, and know less of it."""
_RANK = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}


def _is_specific(entry: Evidence) -> bool:
    """Whether a page says it of itself: a resource by its own rule, anything else by no general rule."""
    if entry.kind is FactKind.INFRASTRUCTURE:
        return entry.attribute("resource") is not None
    return entry.signature not in _GENERAL


def _place(entry: Evidence) -> tuple[str, ...]:
    is_named = entry.kind in {FactKind.MODEL, FactKind.DATASET, FactKind.INFRASTRUCTURE}
    return (entry.path, str(entry.line), entry.kind, (entry.value or "") if is_named else "")


def _once(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Each fact of a line once, with its best confidence; a page's word before that of a general rule."""
    best: dict[tuple[str, ...], Evidence] = {}
    told = {_place(entry) for entry in evidence if _is_specific(entry)}
    for entry in evidence:
        place = (entry.path, str(entry.line), entry.kind)
        if not _is_specific(entry) and _place(entry) in told:
            continue
        known = best.get(key := (*place, entry.subject, entry.value or ""))
        if known is None or _RANK[entry.confidence] < _RANK[known.confidence]:
            best[key] = entry
    return list(best.values())


def _is_core(entry: Evidence, generative: frozenset[str]) -> bool:
    if entry.kind is FactKind.DEPENDENCY:
        return entry.signature in generative and entry.attribute("locked") is None
    if entry.kind is FactKind.MODEL:
        return entry.subject not in ENCODER_VENDORS
    return entry.kind not in SUPPORTING and entry.kind is not FactKind.ASSISTANT and entry.confidence is not Confidence.LOW
