"""Systems, their components, and the scopes they were found to be in."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec

from pentascope.model.evidence import Confidence, Coverage, Evidence, Gap


class Scope(IntEnum):
    """The five scopes of the AWS Generative AI Security Scoping Matrix."""

    CONSUMER_APP = 1
    ENTERPRISE_APP = 2
    PRETRAINED_MODEL = 3
    FINE_TUNED_MODEL = 4
    SELF_TRAINED_MODEL = 5


class AgenticScope(IntEnum):
    """The four scopes of the AWS Agentic AI Security Scoping Matrix."""

    NO_AGENCY = 1
    PRESCRIBED_AGENCY = 2
    SUPERVISED_AGENCY = 3
    FULL_AGENCY = 4


class Modifier(StrEnum):
    """What makes further requirements apply without changing the scope."""

    RAG = "rag"
    AGENTS = "agents"
    MCP = "mcp"
    SELF_HOSTED = "self_hosted"
    EMBEDDINGS = "embeddings"
    TUNING_DATA = "tuning_data"
    TRAINING_DATA = "training_data"


class ModifierFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One modifier that holds for a system, and the evidence that shows it."""

    modifier: Modifier
    evidence: tuple[str, ...]  # Evidence.id, best first


class ScopeDetermination(msgspec.Struct, frozen=True, kw_only=True):
    """One scope that a system is in: the rule that spoke, its proof, and what would change it."""

    scope: Scope
    rule: str  # id of the scope rule, e.g. `own-code-calls-third-party-model`
    statement: str  # one sentence, e.g. "Own code calls Claude through Amazon Bedrock."
    evidence: tuple[str, ...]  # Evidence.id, best first; empty only where a person declared a system that is planned
    confidence: Confidence
    counter_question: str  # the question whose other answer would change this
    contradictions: tuple[str, ...] = ()
    confirmations: tuple[str, ...] = ()  # who agrees, and when
    also_considered: tuple[str, ...] = ()  # trace: rules that were weighed and why they did not win


class AgenticDetermination(msgspec.Struct, frozen=True, kw_only=True):
    """The agentic scope that is proposed for a system."""

    scope: AgenticScope
    statement: str
    evidence: tuple[str, ...]
    confidence: Confidence
    counter_question: str


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """One use of generative AI inside a system: a model client, a tuned model, an assistant, a store ..."""

    id: str
    kind: str  # model-client | self-hosted-model | tuned-model | trained-model | assistant | consumer-app | enterprise-app
    name: str
    scope: Scope
    provider: str | None = None  # who hosts it: bedrock, azure_openai, openai, ollama ...
    vendors: tuple[str, ...] = ()  # who made the model: anthropic, meta ...
    models: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class System(msgspec.Struct, frozen=True, kw_only=True):
    """A deployable part of the tree (found by manifest or deployment unit) that uses generative AI."""

    id: str
    name: str
    root: str  # folder relative to the scanned root, "." for the whole tree
    scopes: tuple[ScopeDetermination, ...]  # ascending by scope
    components: tuple[Component, ...] = ()
    agentic: AgenticDetermination | None = None
    modifiers: tuple[ModifierFinding, ...] = ()

    @property
    def headline(self) -> Scope:
        """The highest scope, by which the system is named."""
        return max(determination.scope for determination in self.scopes)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The whole tree in one record of plain values: the union over its systems.

    `scopes` is empty when the tree evidences no use. Provider, assistant, store and method names follow the
    vocabulary of the catalogue.
    """

    scopes: tuple[int, ...] = ()
    providers: tuple[str, ...] = ()
    assistants: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    rag_stores: tuple[str, ...] = ()
    finetune_methods: tuple[str, ...] = ()
    agentic_scope: int | None = None
    has_rag: bool = False
    has_agents: bool = False
    has_mcp_server: bool = False
    has_guardrails: bool = False
    has_prompt_injection_defence: bool = False
    has_finetune: bool = False
    has_invocation_logging: bool = False
    has_fallback_retry: bool = False


class ScanResult(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one scan found. Same tree, same catalogue: same bytes out."""

    target: str  # what the user named: ".", "repo.tar.gz", "HEAD~5", a URL
    revision: str | None
    tool_version: str
    catalogue_version: str
    summary: Summary
    systems: tuple[System, ...]
    evidence: tuple[Evidence, ...]  # sorted by path, line, kind, subject
    coverage: Coverage
    gaps: tuple[Gap, ...] = ()
    schema: str = "urn:pentascope:schema:scan:1"

    def evidence_by_id(self) -> dict[str, Evidence]:
        """The lines by their id; of lines that share one the first speaks."""
        return {line.id: line for line in reversed(self.evidence)}
