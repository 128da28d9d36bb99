"""The whole tree in one record: the union over its systems, in the catalogue's vocabulary. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.engine.findings import FULL_TUNING
from pentascope.engine.inventory import retrieval
from pentascope.engine.weigh import Weights, choosing, counted, is_sure
from pentascope.model.evidence import Evidence, FactKind
from pentascope.model.scoping import Summary, System

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_AN_ASSISTANT = frozenset({"agents_md"})
OPEN_WEIGHT_LIBRARIES = frozenset({"peft", "trl", "unsloth", "axolotl", "llama-factory", "torchtune", "diffusers", "transformers", "what-is-trained-from-what"})


def summarise(evidence: Sequence[Evidence], systems: Sequence[System], providers: frozenset[str]) -> Summary:
    """The summary of a tree. `providers` is the vocabulary: a framework is not a provider."""
    weights = Weights(evidence)
    scopes = sorted({int(one.scope) for system in systems for one in system.scopes})
    tuning = [e for e in counted(evidence, FactKind.TUNING) if is_sure(e)]
    agentic = [system.agentic.scope for system in systems if system.agentic is not None]
    rag = retrieval(evidence)
    return Summary(
        scopes=tuple(scopes),
        providers=tuple(name for name in _providers(evidence, weights, scopes) if name in providers),
        assistants=_subjects([e for e in counted(evidence, FactKind.ASSISTANT, FactKind.ENTERPRISE_APP) if is_sure(e)], NOT_AN_ASSISTANT),
        models=tuple(sorted({e.value for e in counted(evidence, FactKind.MODEL) if e.value})),
        rag_stores=_subjects([e for e in counted(evidence, FactKind.VECTOR_STORE) if is_sure(e)]) if rag else (),
        finetune_methods=_methods(tuning),
        agentic_scope=max((int(one) for one in agentic), default=None),
        has_rag=bool(rag),
        has_agents=bool(choosing(evidence)),
        has_mcp_server=any(is_sure(e) for e in counted(evidence, FactKind.MCP_SERVER)),
        has_guardrails=any(is_sure(e) for e in counted(evidence, FactKind.GUARDRAIL)),
        has_prompt_injection_defence=any(is_sure(e) for e in counted(evidence, FactKind.INJECTION_DEFENCE)),
        has_finetune=bool(tuning),
        has_invocation_logging=any(is_sure(e) for e in counted(evidence, FactKind.INVOCATION_LOGGING)),
        has_fallback_retry=any(is_sure(e) for e in counted(evidence, FactKind.RESILIENCE)),
    )


def _providers(evidence: Sequence[Evidence], weights: Weights, scopes: Sequence[int]) -> tuple[str, ...]:
    """Who hosts the models that are called, and the products that are driven."""
    called = [
        e
        for e in counted(evidence, FactKind.INFERENCE, FactKind.SERVING, FactKind.EMBEDDING)
        if is_sure(e) and weights.is_third_party(e)
    ]
    products = [e for e in counted(evidence, FactKind.CONSUMER_SESSION, FactKind.ENTERPRISE_APP) if is_sure(e)]
    names = {e.subject for e in called} | {e.subject for e in products}
    tunes = [e for e in counted(evidence, FactKind.TUNING) if is_sure(e) and e.signature in OPEN_WEIGHT_LIBRARIES and e.attribute("loads") is None]
    if tunes and 4 in scopes and 5 not in scopes:
        names.add("huggingface")
    return tuple(sorted(names))


def _methods(tuning: Sequence[Evidence]) -> tuple[str, ...]:
    """The methods of tuning; what a rule says only for want of better gives way to what another file tells."""
    told = [entry for entry in tuning if entry.attribute("fallback") is None or entry.subject != FULL_TUNING]
    return _subjects(told or tuning)


def _subjects(evidence: Sequence[Evidence], without: frozenset[str] = frozenset()) -> tuple[str, ...]:
    return tuple(sorted({e.subject for e in evidence} - without))
