"""The words in which results are told: names of scopes, products and kinds of evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pentascope.model.evidence import FactKind
from pentascope.model.requirement import Condition
from pentascope.model.risk import Level
from pentascope.model.scoping import AgenticScope, Modifier
from pentascope.model.verdict import Outcome, Strength

_ITEM = re.compile(r"(?:\d+[.)]|[-*])\s")

AGENTIC_MEANINGS: dict[AgenticScope, str] = {
    AgenticScope.NO_AGENCY: "it cannot change anything",
    AgenticScope.PRESCRIBED_AGENCY: "a person approves every change",
    AgenticScope.SUPERVISED_AGENCY: "a person starts it, then it acts alone",
    AgenticScope.FULL_AGENCY: "it starts itself and acts alone",
}

MODIFIER_NAMES: dict[Modifier, str] = {
    Modifier.RAG: "retrieval-augmented",
    Modifier.AGENTS: "agents",
    Modifier.MCP: "MCP",
    Modifier.SELF_HOSTED: "self-hosted",
    Modifier.EMBEDDINGS: "embeddings",
    Modifier.TUNING_DATA: "tuning data",
    Modifier.TRAINING_DATA: "training data",
}

KIND_NAMES: dict[FactKind, str] = {
    FactKind.INFERENCE: "Calls to a model",
    FactKind.EMBEDDING: "Embeddings",
    FactKind.SERVING: "Models served here",
    FactKind.MODEL: "Models named",
    FactKind.DEPENDENCY: "Libraries declared",
    FactKind.PROVIDER_KEY: "Provider keys in the tree",
    FactKind.CREDENTIAL_NAME: "Credentials named",
    FactKind.PROMPT: "Prompts",
    FactKind.AGENT: "Agents",
    FactKind.TOOL: "Tools offered to a model",
    FactKind.MCP_SERVER: "MCP servers",
    FactKind.MCP_CLIENT: "MCP clients",
    FactKind.RETRIEVAL: "Retrieval",
    FactKind.VECTOR_STORE: "Vector stores",
    FactKind.GUARDRAIL: "Guardrails",
    FactKind.INJECTION_DEFENCE: "Prompt-injection defence",
    FactKind.TUNING: "Tuning",
    FactKind.TRAINING: "Training from random weights",
    FactKind.CLASSICAL_TRAINING: "Discriminative training (outside the matrix)",
    FactKind.DATASET: "Data sets",
    FactKind.WEIGHTS: "Weights in the tree",
    FactKind.INVOCATION_LOGGING: "Invocation logging",
    FactKind.RESILIENCE: "Retry and fallback",
    FactKind.CONSUMER_SESSION: "Consumer sessions",
    FactKind.ENTERPRISE_APP: "Enterprise AI products",
    FactKind.ASSISTANT: "Coding assistants",
    FactKind.INFRASTRUCTURE: "Infrastructure",
    FactKind.EVALUATION: "Evaluation and red-team tooling",
    FactKind.PRACTICE: "Practices",
}

OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.NOT_MET: "Not met",
    Outcome.UNKNOWN: "Unknown",
    Outcome.MET: "Met",
    Outcome.NOT_APPLICABLE: "Not applicable",
}

CONDITION_NAMES: dict[Condition, str] = {
    Condition.RAG: "documents are retrieved for prompts",
    Condition.AGENTS: "the model chooses its own actions",
    Condition.WRITE_TOOLS: "an agent's tools change something",
    Condition.MCP: "MCP is used",
    Condition.SELF_HOSTED: "models are hosted by yourself",
    Condition.BEDROCK: "Amazon Bedrock is used",
    Condition.SAGEMAKER: "Amazon SageMaker is used",
    Condition.AGENTCORE: "Bedrock AgentCore is used",
    Condition.CODING_ASSISTANTS: "coding assistants are used",
    Condition.TUNED: "weights are adapted or trained here",
    Condition.PERSONAL_DATA: "personal data is processed",
    Condition.AFFECTS_PEOPLE: "outputs affect people",
    Condition.EU_NEXUS: "the law of the EU applies",
    Condition.GENERAL_PURPOSE_MODEL: "a general-purpose model is provided",
    Condition.EXTERNAL_USERS: "people outside the organisation use it",
    Condition.INTERNET_FACING: "it can be reached from the internet",
    Condition.UPLOADS: "users upload files",
    Condition.AGENT_MEMORY: "an agent keeps a memory",
    Condition.FACTUAL_USE: "people rely on facts in its answers",
    Condition.VPC: "it runs in a VPC",
    Condition.MULTI_REGION: "several Regions are needed",
    Condition.LONG_TRAINING: "training runs for long",
    Condition.CRITICAL: "it is critical",
}

LEVEL_NAMES: dict[Level, str] = {Level.ACT_NOW: "Act now", Level.NEXT: "Next", Level.PLAN: "Plan", Level.TRACK: "Track"}

STRENGTH_NAMES: dict[Strength, str] = {
    Strength.ATTESTATION: "attestation",
    Strength.CODE: "code",
    Strength.IAC: "infrastructure code",
    Strength.LIVE: "live state",
    Strength.ENFORCED: "enforced policy",
    Strength.TESTED: "tested behaviour",
}

_PRODUCTS = {
    "agents_md": "AGENTS.md",
    "aider": "Aider",
    "amazon": "Amazon",
    "amazon_q_business": "Amazon Q Business",
    "amazon_q_developer": "Amazon Q Developer",
    "anthropic": "Anthropic",
    "azure_ai_search": "Azure AI Search",
    "azure_openai": "Azure OpenAI",
    "bedrock": "Amazon Bedrock",
    "bedrock_guardrails": "Bedrock Guardrails",
    "bedrock_knowledge_base": "Bedrock Knowledge Bases",
    "chatgpt_web": "ChatGPT (web)",
    "chroma": "Chroma",
    "claude_code": "Claude Code",
    "claude_web": "Claude (web)",
    "coderabbit": "CodeRabbit",
    "codex": "Codex",
    "cohere": "Cohere",
    "continued_pretraining": "continued pre-training",
    "cursor": "Cursor",
    "deepseek": "DeepSeek",
    "dpo": "DPO",
    "dreambooth": "DreamBooth",
    "elasticsearch": "Elasticsearch",
    "faiss": "FAISS",
    "full": "full fine-tuning",
    "gemini_cli": "Gemini CLI",
    "gemini_web": "Gemini (web)",
    "github_copilot": "GitHub Copilot",
    "google": "Google",
    "google_gemini": "Google Gemini",
    "greptile": "Greptile",
    "groq": "Groq",
    "hosted": "hosted fine-tuning",
    "huggingface": "Hugging Face",
    "junie": "Junie",
    "kendra": "Amazon Kendra",
    "lancedb": "LanceDB",
    "langfuse": "Langfuse",
    "langsmith": "LangSmith",
    "litellm": "LiteLLM",
    "llama_cpp": "llama.cpp",
    "llama_guard": "Llama Guard",
    "llamacloud": "LlamaCloud",
    "lora": "LoRA",
    "meta": "Meta",
    "microsoft": "Microsoft",
    "midjourney": "Midjourney",
    "milvus": "Milvus",
    "mistral": "Mistral",
    "mongodb": "MongoDB",
    "nemo_guardrails": "NeMo Guardrails",
    "neo4j": "Neo4j",
    "nvidia": "NVIDIA",
    "ollama": "Ollama",
    "openai": "OpenAI",
    "openhands": "OpenHands",
    "openrouter": "OpenRouter",
    "opensearch": "OpenSearch",
    "peft": "PEFT",
    "pgvector": "pgvector",
    "pinecone": "Pinecone",
    "portkey": "Portkey",
    "preference": "preference tuning",
    "presidio": "Presidio",
    "qdrant": "Qdrant",
    "qlora": "QLoRA",
    "redis": "Redis",
    "requesty": "Requesty",
    "sagemaker": "Amazon SageMaker",
    "sambanova": "SambaNova",
    "strands": "Strands Agents",
    "strands_agents": "Strands Agents",
    "supabase": "Supabase",
    "controlnet": "ControlNet",
    "textual_inversion": "textual inversion",
    "typesense": "Typesense",
    "vercel_ai_gateway": "Vercel AI Gateway",
    "vertex_ai": "Google Vertex AI",
    "vespa": "Vespa",
    "vllm": "vLLM",
    "watsonx": "IBM watsonx",
    "weaviate": "Weaviate",
    "windsurf": "Windsurf",
}


def product_name(subject: str) -> str:
    """How people write the product whose id this is; an id that is not known stays as it is."""
    return _PRODUCTS.get(subject.replace("-", "_"), subject)


def join(words: Iterable[str]) -> str:
    """The words as a list in a sentence: `2, 3 and 4`."""
    *head, last = list(words) or [""]
    return f"{', '.join(head)} and {last}" if head else last


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: `1 file`, `1,204 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def money(amount: float, unit: str) -> str:
    """An amount in three digits with its unit: `EUR 1.24m`, `12.4 points`."""
    if unit == "points":
        return f"{amount:.3g} points"
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if amount >= size * 0.9995:
            scaled = amount / size
            return f"{unit} {scaled:.{0 if scaled >= 99.95 else 1 if scaled >= 9.995 else 2}f}{letter}"
    return f"{unit} {amount:.0f}"


def paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs and items of lists of a page's prose, each on one line: where the page wraps its lines says nothing."""
    found: list[str] = []
    is_open = False
    for line in text.splitlines():
        words = line.strip()
        if is_open and words and not _ITEM.match(words):
            found[-1] = f"{found[-1]} {words}"
        elif words:
            found.append(words)
        is_open = bool(words)
    return tuple(found)
