"""What closes a gap: a template of a file, what it closes, and the facts of a system that fill it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from pentascope.model.infrastructure import ResourceCheck
from pentascope.model.requirement import Condition, Requirement
from pentascope.model.scoping import Scope

BLANK = re.compile(r"<[a-z][^<>\n=/]{2,120}>")
"""What a fix leaves for a person to fill in: as the value of a setting it is given, and still nothing."""


class FixKind(StrEnum):
    """What sort of file a fix is."""

    TERRAFORM = "terraform"
    CLOUDFORMATION = "cloudformation"
    SCP = "scp"  # a policy of an AWS organisation
    CI = "ci"
    CODE = "code"
    DOCUMENT = "document"
    TOML = "toml"  # people's word, to be completed


class Breadth(StrEnum):
    """How often a fix is written."""

    SYSTEM = "system"  # once for each system that has the gap
    ACCOUNT = "account"  # once for all of them


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are refused, defaults are not stored."""


class Closure(_Entry, frozen=True, kw_only=True):
    """One requirement that a fix closes, and the checks that see it there; none where only a person's word can."""

    requirement: str  # code
    checks: tuple[str, ...] = ()


def proving(requirements: Iterable[Requirement], resource_checks: Iterable[ResourceCheck]) -> dict[str, bool]:
    """For the id of each check, whether it proves its whole requirement."""
    found = {check.id: check.proves_whole for entry in requirements for check in entry.checks}
    return found | {check.id: check.proves_whole for check in resource_checks}


class Fix(_Entry, frozen=True, kw_only=True):
    """One page of `catalogue/data/fixes/`.

    The fix speaks of systems in one of `scopes`, with one of `conditions` and with one of `providers` (empty: any).
    `file` and `template` are Jinja2 texts over `FixFacts`. What a person must fill in stands in angle brackets.
    """

    id: str
    title: str
    kind: FixKind
    breadth: Breadth = Breadth.SYSTEM
    closes: tuple[Closure, ...]
    scopes: tuple[Scope, ...] = ()
    conditions: tuple[Condition, ...] = ()
    providers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # ids of fixes that are written along with it
    group: str | None = None  # fixes of one group are the same thing for different tools
    beside: tuple[str, ...] = ()  # globs: where a tree has such files, this one of its group is written
    file: str  # path below the folder that the user names
    source: str  # where the form of the file is documented
    summary: str = ""  # from the page: what stands before the first section
    apply: str = ""  # from the section "Apply"
    template: str = ""  # from the fence in the section "Template"

    @property
    def codes(self) -> tuple[str, ...]:
        """The requirements that it closes."""
        return tuple(closure.requirement for closure in self.closes)


class OwnerFact(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for one asset in the scopes of a system: pairs of the way it is run and its owner."""

    asset: str
    owners: tuple[tuple[str, str], ...]


class RequirementFact(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement as a document cites it, with its outcome for the system."""

    code: str
    title: str
    outcome: str
    question: str
    document: str
    valid_days: int


class FixFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a template may name. Words of the scanned tree in it are safe for any of the languages that are written.

    `slug` is the name as [a-z0-9-], `symbol` as [a-z0-9_]; lists are sorted and hold each word once.
    """

    name: str
    slug: str
    symbol: str
    root: str
    scopes: tuple[int, ...]
    scope_names: tuple[str, ...]
    statements: tuple[str, ...]  # why it is in them, a sentence each
    providers: tuple[str, ...]
    vendors: tuple[str, ...]
    models: tuple[str, ...]
    bedrock_ids: tuple[str, ...]  # models at Amazon Bedrock as they are called
    bedrock_models: tuple[str, ...]  # the same without the prefix of an inference profile, as policies name them
    components: tuple[str, ...]
    modifiers: tuple[str, ...]
    agentic: int | None
    owners: tuple[OwnerFact, ...]
    requirements: tuple[RequirementFact, ...]  # all that apply to the system
    catalogue_version: str
    as_of: str  # ISO date


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """One file that closes gaps, ready to be written. `path` is relative, with `/`."""

    path: str
    text: str
    fix: str  # id
    systems: tuple[str, ...]  # names
    closes: tuple[Closure, ...]
    places: tuple[str, ...] = ()  # where its checks saw the gap: `path:line` and the address of a resource
    blanks: tuple[str, ...]  # what stands in angle brackets, in order of first appearance
