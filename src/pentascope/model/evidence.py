"""What a collector says: Evidence (I saw), Coverage (I looked), Gap (I could not look)."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b

import msgspec


class FactKind(StrEnum):
    """What one line of evidence is about."""

    INFERENCE = "inference"  # own code, workflow or infrastructure calls a generative model
    EMBEDDING = "embedding"  # text or images are turned into vectors by a model
    SERVING = "serving"  # open weights are hosted here (vLLM, Ollama, TGI, own endpoint)
    MODEL = "model"  # a model is named; value = the id as written
    DEPENDENCY = "dependency"  # a manifest or lock file declares a library; subject = the library's signature
    PROVIDER_KEY = "provider-key"  # a provider credential stands in the tree (value redacted)
    CREDENTIAL_NAME = "credential-name"  # an environment variable or secret of a provider is named
    PROMPT = "prompt"  # a system prompt or prompt template
    AGENT = "agent"  # the model chooses tools, actions or next agents
    TOOL = "tool"  # a function offered to a model; attribute `writes` says whether it changes anything
    MCP_SERVER = "mcp-server"  # this tree implements a Model Context Protocol server
    MCP_CLIENT = "mcp-client"  # this tree connects to Model Context Protocol servers
    RETRIEVAL = "retrieval"  # documents are retrieved for a prompt
    VECTOR_STORE = "vector-store"  # a store of vectors is used; subject = the store
    GUARDRAIL = "guardrail"  # model input or output is filtered
    INJECTION_DEFENCE = "injection-defence"  # manipulating input is detected or isolated
    TUNING = "tuning"  # parameters of an existing model are changed; subject = method
    TRAINING = "training"  # a generative model is trained from random weights; subject = family
    CLASSICAL_TRAINING = "classical-training"  # a discriminative model is trained or tuned: outside the matrix
    DATASET = "dataset"  # a data set for training, tuning or evaluation is named
    WEIGHTS = "weights"  # a file of weights or an adapter lies in the tree (recognised by header)
    INVOCATION_LOGGING = "invocation-logging"  # prompts or completions go to a log, trace or audit table
    RESILIENCE = "resilience"  # retry, back-off or fallback around model calls; subject = retry | fallback
    CONSUMER_SESSION = "consumer-session"  # a public consumer service is driven as people use it (scope 1)
    ENTERPRISE_APP = "enterprise-app"  # an enterprise AI product is provisioned or called (scope 2)
    ASSISTANT = "assistant"  # a coding assistant's configuration is committed or CI runs one (scope 2)
    INFRASTRUCTURE = "infrastructure"  # an IaC resource of an AI service; subject = resource type
    EVALUATION = "evaluation"  # evaluation or red-team tooling
    PRACTICE = "practice"  # a habit that a requirement asks for or forbids; subject = which. Makes no scope


class Role(StrEnum):
    """Which part of the tree a file belongs to; only production, example and configuration make a scope."""

    PRODUCTION = "production"
    EXAMPLE = "example"
    TEST = "test"
    DOCUMENTATION = "documentation"
    VENDORED = "vendored"
    GENERATED = "generated"


class Confidence(StrEnum):
    """How surely the line means what it is said to mean."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was seen, with the place and the words that prove it.

    Shape: `path` is relative to the scanned root with `/`; `line` and `column` count from 1; `excerpt` is the source
    line (secrets redacted, at most 200 characters); `attributes` are sorted pairs.
    """

    kind: FactKind
    subject: str  # kebab/snake id of what was seen: provider, store, method, library, product
    path: str
    line: int
    signature: str  # id of the catalogue page or engine rule that spoke
    column: int = 1
    value: str | None = None  # model id, data-set name, version, tool name ... as written or resolved
    excerpt: str = ""
    role: Role = Role.PRODUCTION
    confidence: Confidence = Confidence.HIGH
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """Identity from content: stable when lines move, equal in two scans of the same thing."""
        words = "\0".join((self.kind, self.subject, self.value or "", self.path, self.signature))
        return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()

    def order(self) -> tuple[str, int, int, str, str, str]:
        """What evidence is sorted by: its place, then what it says."""
        return (self.path, self.line, self.column, self.kind, self.subject, self.value or "")

    def attribute(self, name: str) -> str | None:
        """The value of one attribute, or None."""
        return next((value for key, value in self.attributes if key == name), None)


class SkipReason(StrEnum):
    """Why a file or folder was not read to its end."""

    TOO_LARGE = "too large"
    NOT_REGULAR = "not a regular file"
    LINK = "symbolic link"
    LINK_OUTSIDE = "link out of the tree"
    UNREADABLE = "unreadable"
    BINARY = "binary"
    EXCLUDED = "excluded by the user"
    VENDORED = "vendored or installed dependency"
    PARSE_BUDGET = "parser gave up (time or depth)"
    PARSER_FAILED = "our parser failed (a bug: please report it)"
    MINIFIED = "minified or generated bundle"
    MALFORMED = "malformed for its format"
    MISSING_BLOB = "blob missing from the repository"


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """One file or folder that was not, or not fully, read."""

    path: str
    reason: SkipReason
    detail: str = ""


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, so that "none found" means something.

    Units: counts of files, and bytes. `skipped` holds every file not read whose name says it could have mattered;
    `skipped_counts` counts all by reason.
    """

    files_seen: int = 0
    files_read: int = 0
    files_parsed: int = 0
    files_of_tests: int = 0  # test code that names AI: it makes no scope, so only credentials are looked for in it
    bytes_read: int = 0
    languages: tuple[tuple[str, int], ...] = ()
    skipped: tuple[Skipped, ...] = ()
    skipped_counts: tuple[tuple[SkipReason, int], ...] = ()


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be looked at, and the question to put to a person."""

    subject: str
    reason: str
    question: str
