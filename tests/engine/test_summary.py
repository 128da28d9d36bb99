from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engine.samples import line

from pentascope.engine.inventory import systems
from pentascope.engine.summary import summarise
from pentascope.model.evidence import Confidence, Evidence, FactKind, Role
from pentascope.model.scoping import Summary

if TYPE_CHECKING:
    from collections.abc import Sequence

KNOWN = frozenset({"bedrock", "openai", "huggingface", "chatgpt_web"})


def summary(*evidence: Evidence) -> Summary:
    return summarise(evidence, systems(evidence, [e.path for e in evidence], "tree"), KNOWN)


def facts(found: Summary) -> Sequence[str]:
    return [name for name in Summary.__struct_fields__ if name.startswith("has_") and getattr(found, name)]


def test_nothing_gives_the_empty_summary() -> None:
    assert summary() == Summary()


def test_summary_of_a_tree_is_the_union() -> None:
    found = summary(
        line(FactKind.INFERENCE, "bedrock", anchor="call"),
        line(FactKind.INFERENCE, "langchain", anchor="call"),
        line(FactKind.MODEL, "anthropic", value="claude-sonnet"),
        line(FactKind.VECTOR_STORE, "chroma", anchor="call"),
        line(FactKind.TUNING, "lora", "tune.py"),
        line(FactKind.ASSISTANT, "claude_code", "CLAUDE.md"),
        line(FactKind.ASSISTANT, "agents_md", "AGENTS.md"),
        line(FactKind.TOOL, "tool", value="cancel_order"),
    )

    assert found == Summary(
        scopes=(2, 3, 4),
        providers=("bedrock",),
        assistants=("claude_code",),
        models=("claude-sonnet",),
        rag_stores=("chroma",),
        finetune_methods=("lora",),
        agentic_scope=3,
        has_rag=True,
        has_agents=True,
        has_finetune=True,
    )


def test_each_fact_has_its_kind() -> None:
    kinds = {
        FactKind.AGENT: "has_agents",
        FactKind.MCP_SERVER: "has_mcp_server",
        FactKind.GUARDRAIL: "has_guardrails",
        FactKind.INJECTION_DEFENCE: "has_prompt_injection_defence",
        FactKind.TUNING: "has_finetune",
        FactKind.INVOCATION_LOGGING: "has_invocation_logging",
        FactKind.RESILIENCE: "has_fallback_retry",
    }

    assert {kind: facts(summary(line(kind))) for kind in kinds} == {kind: [name] for kind, name in kinds.items()}
    assert {kind: facts(summary(line(kind, confidence=Confidence.LOW))) for kind in kinds} == {kind: [] for kind in kinds}
    assert {kind: facts(summary(line(kind, role=Role.TEST))) for kind in kinds} == {kind: [] for kind in kinds}


def test_store_without_generation_is_no_retrieval() -> None:
    found = summary(line(FactKind.VECTOR_STORE, "chroma", anchor="call"))

    assert (found.has_rag, found.rag_stores) == (False, ())
