"""Results made by hand: a rich tree with several systems and hostile names, and a tree without generative AI."""

from __future__ import annotations

from datetime import date

from pentascope.model.discipline import Discipline, Phase
from pentascope.model.evidence import Confidence, Coverage, Evidence, FactKind, Gap, Role, Skipped, SkipReason
from pentascope.model.matrix import AgenticMatrix, AgenticScopeEntry, Basis, Cell, DisciplineEntry, Matrix, Ownership, ScopeEntry, Source
from pentascope.model.requirement import Effort, Method, Origin, Proof, Requirement
from pentascope.model.scoping import (
    AgenticDetermination,
    AgenticScope,
    Component,
    Modifier,
    ModifierFinding,
    ScanResult,
    Scope,
    ScopeDetermination,
    Summary,
    System,
)

SOURCE = Source(title="The matrix", url="https://example.com/matrix", read=date(2026, 11, 22), basis=Basis.PRIMARY)

_SCOPES = (
    (Scope.CONSUMER_APP, "Consumer app", "buy", "Using a public generative AI service"),
    (Scope.ENTERPRISE_APP, "Enterprise app", "buy", "Using an app or SaaS with generative AI features"),
    (Scope.PRETRAINED_MODEL, "Pre-trained models", "build", "Building an app on a model as it is"),
    (Scope.FINE_TUNED_MODEL, "Fine-tuned models", "build", "Adapting a model with your data"),
    (Scope.SELF_TRAINED_MODEL, "Self-trained models", "build", "Training a model from nothing on your data"),
)
_DISCIPLINES = (
    (Discipline.GOVERNANCE, "GOV", "Governance & compliance"),
    (Discipline.LEGAL, "LEG", "Legal & privacy"),
    (Discipline.RISK, "RSK", "Risk management"),
    (Discipline.CONTROLS, "CTL", "Controls"),
    (Discipline.RESILIENCE, "RES", "Resilience"),
)
_TITLES = (
    "Every use stands in a register",
    "Data classes are allowed by policy",
    "Provider terms were reviewed",
    "Model access is least privilege",
    "Prompts and answers are logged",
    "Retrieved text is treated as untrusted",
    "Tuning data has a recorded origin",
)


def _requirements() -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            id=f"{discipline}-{number}", code=f"{code}-{number:02}", title=title, discipline=discipline, scopes=tuple(Scope),
            phase=Phase.FOUNDATION, effort=Effort.SMALL, origin=Origin.OWN, question=f"{title}?", document="A record",
            proofs=(Proof(method=Method.ATTESTATION, look="A record"),),
        )
        for discipline, code, _ in _DISCIPLINES
        for number, title in enumerate(_TITLES, start=1)
    )


def _cells() -> tuple[Cell, ...]:
    return tuple(
        Cell(
            id=f"{int(scope)}x{discipline}",
            scope=scope,
            discipline=discipline,
            label=f"{name} for {scope_name.lower()}",
            primary=tuple(f"{code}-{number:02}" for number in range(1, 2 + int(scope))),
            also=(f"{code}-07",) if scope < Scope.SELF_TRAINED_MODEL else (),
            sources=(SOURCE,),
        )
        for scope, scope_name, _, _ in _SCOPES
        for discipline, code, name in _DISCIPLINES
    )


MATRIX = Matrix(
    scopes=tuple(
        ScopeEntry(
            id=f"scope-{int(scope)}", scope=scope, name=name, stance=stance, label=label,
            you_own=("the use",), they_own=("the model",), examples=("an example",), sources=(SOURCE,),
        )
        for scope, name, stance, label in _SCOPES
    ),
    disciplines=tuple(
        DisciplineEntry(id=discipline, code=code, name=name, label=name, sources=(SOURCE,))
        for discipline, code, name in _DISCIPLINES
    ),
    cells=_cells(),
    requirements=_requirements(),
    questions=(),
    boundary_cases=(),
    ownership=Ownership(legend={}, columns=(), assets=(), sources=(SOURCE,)),
    agentic=AgenticMatrix(
        scopes=tuple(
            AgenticScopeEntry(
                scope=scope, name=name, started_by="a person", may_change="nothing", human_role="all",
                example="an example", focus=(),
            )
            for scope, name in zip(
                AgenticScope, ("No agency", "Prescribed agency", "Supervised agency", "Full agency"), strict=True
            )
        ),
        dimensions=(),
        cells=(),
        questions=(),
        sources=(SOURCE,),
    ),
    signals=(),
)


def evidence(kind: FactKind, subject: str, path: str, line: int, excerpt: str, **more: object) -> Evidence:
    """One line of evidence with a signature named after its subject."""
    told: dict[str, object] = {"signature": subject.replace("_", "-"), **more}
    return Evidence(kind=kind, subject=subject, path=path, line=line, excerpt=excerpt, **told)  # type: ignore[arg-type]


TRAINER = evidence(
    FactKind.TUNING, "lora", "training/lora.py", 41,
    'model = get_peft_model(base, LoraConfig(r=16, target_modules=["q_proj", "v_proj"]))', signature="peft", column=9,
)
TUNING_DATA = evidence(
    FactKind.DATASET, "huggingface-datasets", "training/lora.py", 22,
    'rows = load_dataset("acme/support-tickets", split="train")', value="acme/support-tickets",
)
CALL = evidence(
    FactKind.INFERENCE, "bedrock", "services/chat/app/answer.py", 57,
    'client.converse(modelId="anthropic.claude-sonnet-4-20250514-v1:0", messages=turns)', signature="boto3-bedrock-runtime",
)
MODEL = evidence(
    FactKind.MODEL, "bedrock", "services/chat/app/answer.py", 57,
    'client.converse(modelId="anthropic.claude-sonnet-4-20250514-v1:0", messages=turns)',
    value="anthropic.claude-sonnet-4-20250514-v1:0",
)
GATEWAY_CALL = evidence(
    FactKind.INFERENCE, "openai", "services/triage/src/route.ts", 18,
    "const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages })",
)
STORE = evidence(
    FactKind.VECTOR_STORE, "pgvector", "services/chat/app/search.py", 12,
    "SELECT body FROM passages ORDER BY embedding <=> %s LIMIT 8",
)
RETRIEVAL = evidence(
    FactKind.RETRIEVAL, "pgvector", "services/chat/app/search.py", 12,
    "SELECT body FROM passages ORDER BY embedding <=> %s LIMIT 8",
)
AGENT = evidence(
    FactKind.AGENT, "strands", "services/chat/app/agent.py", 9, "agent = Agent(model=model, tools=[refund, search])",
)
TOOL = evidence(
    FactKind.TOOL, "strands", "services/chat/app/agent.py", 30, "@tool def refund(order_id: str) -> str:",
    value="refund", attributes=(("writes", "true"),),
)
MCP = evidence(FactKind.MCP_CLIENT, "mcp", "services/chat/.mcp.json", 3, '"github": { "command": "npx" }')
RETRY = evidence(FactKind.RESILIENCE, "retry", "services/chat/app/answer.py", 50, "@retry(stop=stop_after_attempt(3))")
KEY = evidence(
    FactKind.PROVIDER_KEY, "openai", "services/triage/.env", 2, 'OPENAI_API_KEY="sk-proj-…redacted…"', signature="openai-key",
)
ASSISTANT = evidence(FactKind.ASSISTANT, "claude_code", "CLAUDE.md", 1, "# How we work in this repository")
COPILOT = evidence(FactKind.ASSISTANT, "github_copilot", ".github/copilot-instructions.md", 1, "Use the repository style.")
HOSTILE = evidence(
    FactKind.MODEL, "openai", "services/triage/\x1b[31mred\u202e\udcff\n::error::x.ts", 1,
    "##[error]\t<script>alert('|')</script> `` ```\n::set-output name=a::b [x](javascript:1) |", value="gpt-\x07\x9b31m4",
    confidence=Confidence.LOW, role=Role.EXAMPLE,
)
LIBRARY = evidence(
    FactKind.DEPENDENCY, "peft", "training/requirements.txt", 3, "peft==0.17.1", value="peft@==0.17.1",
    attributes=(("ecosystem", "pypi"), ("name", "peft")),
)
NPM = evidence(
    FactKind.DEPENDENCY, "openai", "services/triage/package.json", 12, '"openai": "^5.3.0"', value="openai@^5.3.0",
    attributes=(("ecosystem", "npm"), ("name", "openai")),
)

_EVIDENCE = (
    TRAINER, TUNING_DATA, CALL, MODEL, GATEWAY_CALL, STORE, RETRIEVAL, AGENT, TOOL, MCP, RETRY, KEY, ASSISTANT, COPILOT,
    HOSTILE, LIBRARY, NPM,
)


def _assistants(system: str) -> ScopeDetermination:
    return ScopeDetermination(
        scope=Scope.ENTERPRISE_APP,
        rule="assistant-configuration-is-committed",
        statement=f"{system} is written with Claude Code and GitHub Copilot.",
        evidence=(ASSISTANT.id, COPILOT.id),
        confidence=Confidence.MEDIUM,
        counter_question="Are these assistants used on personal accounts, without a contract?",
        also_considered=("consumer-service-is-driven: no browser session or unofficial client was seen",),
    )


ROOT = System(
    id="root", name="acme-support", root=".",
    scopes=(_assistants("This repository"),),
    components=(
        Component(
            id="assistant-claude", kind="assistant", name="Claude Code", scope=Scope.ENTERPRISE_APP, provider="anthropic",
            evidence=(ASSISTANT.id,),
        ),
    ),
)
CHAT = System(
    id="services-chat", name="chat", root="services/chat",
    scopes=(
        ScopeDetermination(
            scope=Scope.PRETRAINED_MODEL,
            rule="own-code-calls-third-party-model",
            statement="Own code calls Claude Sonnet 4 through Amazon Bedrock.",
            evidence=(CALL.id, MODEL.id, AGENT.id),
            confidence=Confidence.HIGH,
            counter_question="Is the model behind this id one that you tuned yourself?",
            contradictions=("README.md declares scope 2, but services/chat/app/answer.py:57 calls a model itself.",),
            also_considered=("own-tuned-model-is-called: the model id names no customised model",),
        ),
    ),
    components=(
        Component(
            id="chat-bedrock", kind="model-client", name="Claude Sonnet 4", scope=Scope.PRETRAINED_MODEL,
            provider="bedrock", vendors=("anthropic",), models=("anthropic.claude-sonnet-4-20250514-v1:0",),
            evidence=(CALL.id, MODEL.id),
        ),
    ),
    agentic=AgenticDetermination(
        scope=AgenticScope.SUPERVISED_AGENCY,
        statement="A person starts the agent; its tool `refund` writes without asking.",
        evidence=(AGENT.id, TOOL.id),
        confidence=Confidence.MEDIUM,
        counter_question="Does somebody approve each refund before it is made?",
    ),
    modifiers=(
        ModifierFinding(modifier=Modifier.RAG, evidence=(RETRIEVAL.id,)),
        ModifierFinding(modifier=Modifier.AGENTS, evidence=(AGENT.id,)),
        ModifierFinding(modifier=Modifier.MCP, evidence=(MCP.id,)),
    ),
)
TRIAGE = System(
    id="services-triage", name="triage \x1b[2J\u202e<b>", root="services/triage",
    scopes=(
        ScopeDetermination(
            scope=Scope.PRETRAINED_MODEL,
            rule="own-code-calls-third-party-model",
            statement="Own code calls GPT-4o mini through OpenAI.",
            evidence=(GATEWAY_CALL.id, HOSTILE.id),
            confidence=Confidence.HIGH,
            counter_question="Does this call ever reach a model that you tuned?",
        ),
    ),
    components=(
        Component(
            id="triage-openai", kind="model-client", name="GPT-4o mini", scope=Scope.PRETRAINED_MODEL, provider="openai",
            vendors=("openai",), models=("gpt-4o-mini",), evidence=(GATEWAY_CALL.id,),
        ),
    ),
)
TRAINING = System(
    id="training", name="training", root="training",
    scopes=(
        ScopeDetermination(
            scope=Scope.FINE_TUNED_MODEL,
            rule="adapter-is-trained",
            statement="A LoRA adapter is trained on Llama 3.1 8B with the data set acme/support-tickets.",
            evidence=(TRAINER.id, TUNING_DATA.id),
            confidence=Confidence.HIGH,
            counter_question="Are the base weights your own, trained from nothing?",
            also_considered=("model-is-trained-from-random-weights: weights come from from_pretrained",),
        ),
    ),
    components=(
        Component(
            id="training-lora", kind="tuned-model", name="support adapter", scope=Scope.FINE_TUNED_MODEL,
            provider="huggingface", vendors=("meta",), models=("meta-llama/Llama-3.1-8B-Instruct",),
            evidence=(TRAINER.id,),
        ),
    ),
    modifiers=(ModifierFinding(modifier=Modifier.TUNING_DATA, evidence=(TUNING_DATA.id,)),),
)

RICH = ScanResult(
    target="acme/support",
    revision="3f2c91a0b7d84e15a6c3d2e1f00918273645afbe",
    tool_version="0.1.0",
    catalogue_version="9c1d4f",
    summary=Summary(
        scopes=(2, 3, 4),
        providers=("bedrock", "huggingface", "openai"),
        assistants=("claude_code", "github_copilot"),
        models=("anthropic.claude-sonnet-4-20250514-v1:0", "gpt-4o-mini", "meta-llama/Llama-3.1-8B-Instruct"),
        rag_stores=("pgvector",),
        finetune_methods=("lora",),
        agentic_scope=3,
        has_rag=True,
        has_agents=True,
        has_finetune=True,
        has_fallback_retry=True,
    ),
    systems=(ROOT, CHAT, TRAINING, TRIAGE),
    evidence=tuple(sorted(_EVIDENCE, key=lambda line: (line.path, line.line, line.kind, line.subject))),
    coverage=Coverage(
        files_seen=1204,
        files_read=311,
        files_parsed=208,
        bytes_read=4_812_331,
        languages=(("python", 120), ("javascript", 61), ("config", 27)),
        skipped=(
            Skipped(path="services/chat/notebooks/tune.ipynb", reason=SkipReason.TOO_LARGE, detail="31 MB"),
            Skipped(path="services/triage/dist/\x1bbundle.js", reason=SkipReason.MINIFIED),
        ),
        skipped_counts=((SkipReason.TOO_LARGE, 1), (SkipReason.MINIFIED, 4), (SkipReason.BINARY, 188)),
    ),
    gaps=(
        Gap(
            subject="model name",
            reason="services/triage/src/route.ts:31 reads it from MODEL_NAME, which is set nowhere in the tree",
            question="Which model does MODEL_NAME name in production?",
        ),
    ),
)

EMPTY = ScanResult(
    target=".",
    revision=None,
    tool_version="0.1.0",
    catalogue_version="9c1d4f",
    summary=Summary(),
    systems=(),
    evidence=(),
    coverage=Coverage(
        files_seen=412, files_read=198, files_parsed=21, bytes_read=900_113,
        languages=(("go", 14), ("config", 7)),
        skipped_counts=((SkipReason.VENDORED, 31),),
    ),
)

SAMPLES = {"rich": RICH, "empty": EMPTY}
