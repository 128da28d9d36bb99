"""What is known of a requirement in a system: check results, people's word, and the verdict that they give together."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec

from pentascope.model.requirement import Condition
from pentascope.model.scoping import Scope


class Outcome(StrEnum):
    """The four answers. Roll-up: not met beats unknown, unknown beats met; not applicable says nothing."""

    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    MET = "met"
    NOT_APPLICABLE = "not_applicable"


class Strength(IntEnum):
    """How much a ground weighs, weakest first."""

    ATTESTATION = 1
    CODE = 2
    IAC = 3
    LIVE = 4  # live API
    ENFORCED = 5  # enforced policy
    TESTED = 6  # tested behaviour


class Ground(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that speaks for or against a requirement, with the place that can be looked up.

    `evidence` are Evidence ids; `path` and `line` the place that the check names itself (infrastructure, a document).
    A ground that is unknown says what could not be decided.
    """

    check: str  # id of the check, or `attestation`
    requirement: str  # code
    outcome: Outcome
    strength: Strength
    says: str
    evidence: tuple[str, ...] = ()
    path: str | None = None
    line: int | None = None
    address: str | None = None  # of an infrastructure resource
    source: str | None = None  # the file of another tool's results that says so
    peers: tuple[str, ...] = ()  # own checks that look at the same as the other tool's
    is_whole: bool = True  # false: a sign, not a proof of the whole requirement
    seen_on: str | None = None  # ISO date; None: on the day of the assessment

    @property
    def marks(self) -> tuple[str, ...]:
        """What identifies each thing that it points to, however lines move."""
        own = f"{self.check}\0{self.path}\0{self.address or ''}" if self.path is not None else None
        seen = (f"{self.check}\0{key}" for key in self.evidence)
        return (own, *seen) if own is not None else tuple(seen) or (self.check,)


def worded(good: str, outcome: Outcome, why: str) -> str:
    """What a check says: the good state, that it is wanted, or why nobody can tell whether it holds."""
    if outcome is Outcome.MET:
        return good
    return f"Wanted: {good}" if outcome is Outcome.NOT_MET else f"Cannot be told ({why}). Wanted: {good}"


class Exception_(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):  # noqa: N801 - the domain's word, not Python's
    """A gap that somebody accepted for a time."""

    requirement: str
    reason: str
    owner: str
    expires: str  # ISO date
    compensating: str | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One requirement for one system.

    `met` and `not_met` stand on grounds; `unknown` on a gap, whose question is the requirement's. `is_conflict` is true when
    grounds of different strength disagree (the stronger one won), or another tool and we about the same thing. `because` says
    why the requirement applies or not; `open_conditions` are those on which that hangs and of which nobody has said whether
    they hold.
    """

    system: str  # System.id
    requirement: str  # code
    outcome: Outcome
    strength: Strength | None = None
    grounds: tuple[Ground, ...] = ()
    reason: str
    because: str | None = None
    open_conditions: tuple[Condition, ...] = ()
    scopes: tuple[Scope, ...] = ()  # the scopes of the system that bring the requirement
    is_conflict: bool = False
    exception: Exception_ | None = None

    @property
    def id(self) -> str:
        """Identity from content: the same requirement of the same system."""
        return f"{self.requirement}@{self.system}"
