"""What people say in `pentascope.toml`, what an organisation demands of their word, and what of it stands today."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from pentascope.model.profile import OrganisationProfile, SystemProfile
from pentascope.model.requirement import Condition
from pentascope.model.scoping import Scope
from pentascope.model.verdict import Strength

ALL = "*"
"""In a policy's list of codes: every requirement."""


class SystemStatus(StrEnum):
    """Whether a system runs or is planned."""

    CURRENT = "current"
    PLANNED = "planned"


class Answer(StrEnum):
    """What a person says of a requirement."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


class Decision(StrEnum):
    """What a person says of a scope that was proposed."""

    AGREE = "agree"
    DISAGREE = "disagree"


class StrengthName(StrEnum):
    """The kinds of proof by the words that a policy uses, weakest first."""

    ATTESTATION = "attestation"
    CODE = "code"
    IAC = "iac"
    LIVE = "live"
    ENFORCED = "enforced"
    TESTED = "tested"

    @property
    def strength(self) -> Strength:
        """The same as a rank."""
        return Strength[self.name]


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are refused, defaults are not written."""


class DeclaredSystem(_Entry, frozen=True, kw_only=True):
    """A system that somebody runs or plans, and what they know of it."""

    name: str
    root: str | None = None  # its folder in the scanned tree, "." for the whole; None: known by its name
    status: SystemStatus = SystemStatus.CURRENT
    scopes: tuple[Scope, ...] = ()
    conditions: tuple[Condition, ...] = ()  # these hold
    not_conditions: tuple[Condition, ...] = ()  # these do not hold, and somebody looked
    owner: str | None = None
    profile: SystemProfile | None = None


class Attestation(_Entry, frozen=True, kw_only=True):
    """A person's answer to the question of one requirement."""

    requirement: str  # code
    system: str | None = None  # name, id or folder of a system; None: all
    answer: Answer = Answer.YES
    owner: str | None = None
    date: dt.date
    expires: dt.date  # the last day on which it holds
    document: str | None = None  # a path below the folder of the file, or a URL
    sha256: str | None = None  # of the document, when it is a file
    note: str | None = None  # the reason, where the answer is not_applicable


class DeclaredException(_Entry, frozen=True, kw_only=True):
    """A gap that somebody wants to accept for a time."""

    requirement: str
    system: str | None = None
    reason: str
    owner: str | None = None
    date: dt.date
    expires: dt.date
    compensating: str | None = None


class ScopeConfirmation(_Entry, frozen=True, kw_only=True):
    """A person's word on one scope of one system."""

    system: str
    scope: Scope
    by: str
    date: dt.date
    decision: Decision = Decision.AGREE
    note: str | None = None


class DeclarationFile(_Entry, frozen=True, kw_only=True):
    """Everything that `pentascope.toml` may hold."""

    profile: OrganisationProfile | None = None
    systems: tuple[DeclaredSystem, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    exceptions: tuple[DeclaredException, ...] = ()
    confirmations: tuple[ScopeConfirmation, ...] = ()


class WordKind(StrEnum):
    """What somebody said that has no force."""

    ATTESTATION = "attestation"
    EXCEPTION = "exception"


class LapsedWord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An attestation or exception that counts for nothing on the day of the assessment, and why."""

    kind: WordKind
    requirement: str  # code
    why: str
    expires: str  # ISO date
    system: str | None = None  # as the file names it; None: all
    owner: str | None = None


class DocumentProblem(StrEnum):
    """Why a document could not be hashed."""

    MISSING = "missing"
    OUTSIDE = "outside"  # a link leads out of the folder of the file
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"


class DocumentFact(msgspec.Struct, frozen=True, kw_only=True):
    """What was found where an attestation names a file: its hash, or why there is none."""

    path: str  # as it is written
    sha256: str | None = None
    problem: DocumentProblem | None = None


class Declarations(DeclarationFile, frozen=True, kw_only=True):
    """A file as it was read, with what was found of its documents. `attestation_lines` run along `attestations`."""

    path: str | None = None
    documents: tuple[DocumentFact, ...] = ()
    attestation_lines: tuple[int, ...] = ()


class Policy(_Entry, frozen=True, kw_only=True):
    """What an organisation demands of people's word. It only ever takes away. Codes may be `*` for every requirement."""

    required: tuple[str, ...] = ()  # neither excepted nor attested as not applicable
    forbidden_exceptions: tuple[str, ...] = ()
    max_attestation_days: int | None = None
    max_exception_days: int | None = None
    needs_document: tuple[str, ...] = ()
    minimum_strength: dict[str, StrengthName] = {}
    undeniable_conditions: tuple[Condition, ...] = ()  # a file's "does not hold" is not heard

    def demands(self, code: str) -> Strength:
        """The weakest kind of proof that counts for a requirement."""
        named = [self.minimum_strength[key].strength for key in (code, ALL) if key in self.minimum_strength]
        return max(named, default=Strength.ATTESTATION)
