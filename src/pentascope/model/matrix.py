"""The scoping matrix as data: scopes, disciplines, cells, decision tree, ownership and the agentic companion."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from pentascope.model.discipline import Discipline
from pentascope.model.requirement import Requirement
from pentascope.model.scoping import AgenticScope, Scope


class Basis(StrEnum):
    """How surely a statement of the matrix is known."""

    PRIMARY = "primary"  # the publisher's text was read in full
    OPENING = "opening"  # only the beginning or an index of the publisher's text was read
    SECONDARY = "secondary"  # somebody else's account of it was read
    RECALLED = "recalled"  # general knowledge, not re-read: never quote as the publisher's word
    JUDGEMENT = "judgement"  # ours, consistent with the published text


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all records of the matrix share: unknown keys are refused, defaults are not stored."""


class Source(_Entry, frozen=True, kw_only=True):
    """Where a statement comes from, and when it was read there."""

    title: str
    url: str
    read: date
    basis: Basis


class ScopeEntry(_Entry, frozen=True, kw_only=True):
    """One of the five scopes."""

    id: str
    scope: Scope
    name: str
    aliases: tuple[str, ...] = ()
    stance: str  # "buy" or "build"
    label: str  # one line, as a person would say it
    you_own: tuple[str, ...]
    they_own: tuple[str, ...]
    examples: tuple[str, ...]
    next_scope: str | None = None  # what would move a use case one scope up
    sources: tuple[Source, ...]
    prose: str = ""  # Markdown, from the page


class DisciplineEntry(_Entry, frozen=True, kw_only=True):
    """One of the five disciplines."""

    id: Discipline
    code: str  # prefix of its requirements: GOV, LEG, RSK, CTL, RES
    name: str
    aliases: tuple[str, ...] = ()
    label: str
    sources: tuple[Source, ...]
    prose: str = ""


class Cell(_Entry, frozen=True, kw_only=True):
    """One scope seen by one discipline. `primary` are the requirements to show first, `also` the others."""

    id: str  # "3xcontrols"
    scope: Scope
    discipline: Discipline
    label: str  # the cell in a few words
    primary: tuple[str, ...]
    also: tuple[str, ...] = ()
    sources: tuple[Source, ...]
    prose: str = ""

    @property
    def requirements(self) -> tuple[str, ...]:
        """All requirement codes of the cell, primary ones first."""
        return self.primary + self.also


class Branch(_Entry, frozen=True, kw_only=True):
    """What one answer leads to. A branch without `next` ends the questions."""

    next: str | None = None  # id of the next question
    scope: Scope | None = None
    adds: tuple[str, ...] = ()  # modifiers and duties that join without changing the scope
    meaning: str


class Question(_Entry, frozen=True, kw_only=True):
    """One yes/no question of the decision tree."""

    id: str
    text: str
    explains: str
    yes: Branch
    no: Branch


class BoundaryCase(_Entry, frozen=True, kw_only=True):
    """One case on the border between scopes, and how we rule it."""

    id: str
    case: str
    ruling: str
    scopes: tuple[Scope, ...]  # empty: outside the matrix
    modifiers: tuple[str, ...] = ()
    basis: Basis
    reason: str


class OwnershipColumn(_Entry, frozen=True, kw_only=True):
    """One way of running a model, from bought to self-made."""

    id: str
    name: str
    scopes: tuple[Scope, ...]


class OwnedAsset(_Entry, frozen=True, kw_only=True):
    """Who answers for one asset, a text for each column."""

    id: str
    asset: str
    owners: tuple[str, ...]
    basis: Basis


class Ownership(_Entry, frozen=True, kw_only=True):
    """Who owns what in each scope."""

    legend: dict[str, str]
    columns: tuple[OwnershipColumn, ...]
    assets: tuple[OwnedAsset, ...]
    sources: tuple[Source, ...]


class AgenticScopeEntry(_Entry, frozen=True, kw_only=True):
    """One of the four scopes of the agentic matrix."""

    scope: AgenticScope
    name: str
    started_by: str
    may_change: str
    human_role: str
    example: str
    focus: tuple[str, ...]


class AgenticDimension(_Entry, frozen=True, kw_only=True):
    """One of the six dimensions of the agentic matrix, and what helps with it."""

    id: str
    name: str
    label: str
    requirements: tuple[str, ...]
    lens: tuple[str, ...] = ()  # practice ids of the AWS Well-Architected Agentic AI Lens
    failure: str  # what it looks like when this dimension fails


class AgenticCell(_Entry, frozen=True, kw_only=True):
    """What one agentic scope asks for in one dimension; each builds on the one before."""

    dimension: str
    scope: AgenticScope
    text: str
    basis: Basis


class AgenticQuestion(_Entry, frozen=True, kw_only=True):
    """One yes/no question that separates the agentic scopes; an answer leads on or ends in a scope."""

    id: str
    text: str
    yes: AgenticScope | str
    no: AgenticScope | str


class AgenticMatrix(_Entry, frozen=True, kw_only=True):
    """The AWS Agentic AI Security Scoping Matrix: how much a system may do by itself."""

    scopes: tuple[AgenticScopeEntry, ...]
    dimensions: tuple[AgenticDimension, ...]
    cells: tuple[AgenticCell, ...]
    questions: tuple[AgenticQuestion, ...]
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...]


class Signal(_Entry, frozen=True, kw_only=True):
    """Something a tool can see that suggests a scope."""

    id: str
    signal: str
    suggests: tuple[Scope, ...] = ()
    modifiers: tuple[str, ...] = ()
    where: tuple[str, ...]


class Matrix(_Entry, frozen=True, kw_only=True):
    """The whole matrix: 5 scopes x 5 disciplines, and what belongs to it."""

    scopes: tuple[ScopeEntry, ...]  # ascending
    disciplines: tuple[DisciplineEntry, ...]  # in the order of `Discipline`
    cells: tuple[Cell, ...]  # by scope, then discipline
    requirements: tuple[Requirement, ...]  # by discipline, then number
    questions: tuple[Question, ...]
    boundary_cases: tuple[BoundaryCase, ...]
    ownership: Ownership
    agentic: AgenticMatrix
    signals: tuple[Signal, ...]

    def cell(self, scope: Scope, discipline: Discipline) -> Cell:
        """The cell where a scope and a discipline meet."""
        return next(cell for cell in self.cells if cell.scope == scope and cell.discipline == discipline)


class Part(StrEnum):
    """The parts of the matrix that can be shown by themselves."""

    WHOLE = "whole"
    SCOPE = "scope"
    DISCIPLINE = "discipline"
    CELL = "cell"
    AGENTIC = "agentic"
    OWNERSHIP = "ownership"
    BOUNDARY = "boundary"
    TREE = "tree"


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What to show of the matrix. `scope` and `discipline` are set where the part needs them."""

    part: Part = Part.WHOLE
    scope: Scope | None = None
    discipline: Discipline | None = None
