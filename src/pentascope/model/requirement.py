"""A requirement of the matrix: what must be true, where it applies, and how it can be proved. One catalogue page each."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from pentascope.model.discipline import Discipline, Phase
from pentascope.model.evidence import FactKind
from pentascope.model.scoping import Scope


class Effort(StrEnum):
    """How much work closing the gap is."""

    SMALL = "S"  # days
    MEDIUM = "M"  # weeks
    LARGE = "L"  # months


class Origin(StrEnum):
    """Who says that it is required."""

    AWS = "aws"  # a page or post about the matrix
    AWS_COMPANION = "aws+"  # a companion of the matrix: lens, reference architecture, framework
    OWN = "own"  # derived here


class Method(StrEnum):
    """A way of proving. Order of strength is in `model.verdict.Strength`."""

    ATTESTATION = "attestation"  # a person's word, with document, owner and expiry
    CODE = "code"
    IAC = "iac"
    API = "api"  # the live state of an account
    LOGS = "logs"


class Condition(StrEnum):
    """What must hold of a system for some requirements to apply. The first group is read from evidence, the second is declared."""

    RAG = "rag"
    AGENTS = "agents"
    WRITE_TOOLS = "write_tools"  # an agent's tools change something
    MCP = "mcp"
    SELF_HOSTED = "self_hosted"
    BEDROCK = "bedrock"
    SAGEMAKER = "sagemaker"
    AGENTCORE = "agentcore"
    CODING_ASSISTANTS = "coding_assistants"
    TUNED = "tuned"  # weights adapted or trained here
    PERSONAL_DATA = "personal_data"
    AFFECTS_PEOPLE = "affects_people"
    EU_NEXUS = "eu_nexus"
    GENERAL_PURPOSE_MODEL = "general_purpose_model"
    EXTERNAL_USERS = "external_users"
    INTERNET_FACING = "internet_facing"
    UPLOADS = "uploads"
    AGENT_MEMORY = "agent_memory"
    FACTUAL_USE = "factual_use"
    VPC = "vpc"
    MULTI_REGION = "multi_region"
    LONG_TRAINING = "long_training"
    CRITICAL = "critical"


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are refused, defaults are not stored."""


class Proof(_Entry, frozen=True, kw_only=True):
    """One way in which the requirement can be proved, and where to look."""

    method: Method
    look: str


class Fact(_Entry, frozen=True, kw_only=True):
    """A pattern on evidence: its kind, and one of these subjects (globs; empty: any) with all of these attributes."""

    kind: FactKind
    subjects: tuple[str, ...] = ()
    attributes: dict[str, str] = {}


class Otherwise(StrEnum):
    """What it means when a check's system was looked at and showed neither side."""

    UNKNOWN = "unknown"
    MET = "met"
    NOT_MET = "not_met"


class CodeCheck(_Entry, frozen=True, kw_only=True):
    """A check that facts of a system decide.

    It speaks only of systems that show one of `needs`. A fact of `not_met` outweighs every fact of `met`. With neither,
    `otherwise` is the outcome, and only where the files were really read; the rule-less default is unknown.
    `proves_whole` is false where the facts are a sign and no proof of the whole requirement: then a good sign is told and
    the outcome stays unknown.
    """

    id: str
    needs: tuple[Fact, ...] = ()
    met: tuple[Fact, ...] = ()
    not_met: tuple[Fact, ...] = ()
    otherwise: Otherwise = Otherwise.UNKNOWN
    proves_whole: bool = True
    says: str  # the good state in one sentence, as this check sees it


class Requirement(_Entry, frozen=True, kw_only=True):
    """One page of `catalogue/data/requirements/`. The id names the good state; the code is what people say."""

    id: str
    code: str  # "CTL-18"
    title: str
    discipline: Discipline
    scopes: tuple[Scope, ...]
    phase: Phase
    effort: Effort
    origin: Origin
    aliases: tuple[str, ...] = ()
    applies_when: str | None = None  # the condition in words; None: always
    conditions: tuple[Condition, ...] = ()  # the same for the machine: any one of them
    threats: tuple[str, ...] = ()  # edition-qualified ids: owasp-llm:2026:LLM01, atlas:2026.09:AML.T0051
    crosswalk: tuple[str, ...] = ()  # the same: iso-42001:2023:A.4.2
    peer_checks: tuple[str, ...] = ()  # ids of checks in other tools that give evidence
    question: str  # to put to a person
    document: str  # that would answer it
    valid_days: int = 365  # how long an answer holds
    proofs: tuple[Proof, ...]
    checks: tuple[CodeCheck, ...] = ()
    statement: str = ""  # from the page: what stands before the first section
    rationale: str = ""  # from the section "Why"
    fix: str = ""  # from the section "Fix"
