"""Results of other tools, as their files hold them, and what the catalogue says that they mean."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from pentascope.model.declaration import StrengthName
from pentascope.model.evidence import Gap
from pentascope.model.requirement import Condition


class ResultFormat(StrEnum):
    """The shapes of files that are read."""

    CHECKOV = "checkov"
    OCSF = "ocsf"
    ASFF = "asff"
    SARIF = "sarif"
    GARAK = "garak"
    PROMPTFOO = "promptfoo"
    PYRIT = "pyrit"
    GISKARD = "giskard"
    DEEPEVAL = "deepeval"


class ResultStatus(StrEnum):
    """What a tool says of one thing. Only `passed` can ever speak for a requirement."""

    PASSED = "passed"
    FAILED = "failed"
    SUPPRESSED = "suppressed"  # skipped, muted or suppressed: somebody chose not to hear it
    UNKNOWN = "unknown"  # the tool could not look, or wants a person to
    WITHDRAWN = "withdrawn"  # archived, not applicable, gone: it says nothing of today


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a tool said. `paths` are the ways in which its file may be named, best first."""

    check: str
    status: ResultStatus
    says: str = ""
    paths: tuple[str, ...] = ()
    line: int | None = None
    resource: str | None = None
    account: str | None = None
    region: str | None = None
    date: dt.date | None = None  # when the tool looked; None: the file does not tell


class ResultFile(msgspec.Struct, frozen=True, kw_only=True):
    """What one tool says in one file, and what of the file could not be read."""

    path: str
    format: ResultFormat
    tool: str  # as the tool calls itself
    version: str | None = None
    results: tuple[Result, ...] = ()
    gaps: tuple[Gap, ...] = ()


class Meaning(StrEnum):
    """What a result of a check means for a requirement."""

    WHOLE = "whole"  # it proves the requirement for what was looked at
    SIGN = "sign"  # it speaks for it and does not prove the whole; of a failure: that it was tried is what is asked
    GAP = "gap"  # the requirement is not met
    DOUBT = "doubt"  # something to look at, which decides nothing
    NOTHING = "nothing"


class IdForm(StrEnum):
    """How the id in a file leads to the id in the table."""

    EXACT = "exact"
    FIRST_SEGMENT = "first_segment"  # `family.probe` is `family`
    LAST_SEGMENT = "last_segment"  # `python.lang.audit.rule` is `rule`: what stands before names the folder


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are refused, defaults are not stored."""


class MappedCheck(_Entry, frozen=True, kw_only=True):
    """What one check of a tool says of one requirement. A check that says something of two stands twice.

    `named` narrows to resources whose name fits one of these globs (a bucket is only a bucket of training data if its name
    says so). `needs` are conditions of which a system must show one, where the result names no file.
    """

    id: str
    aliases: tuple[str, ...] = ()
    requirement: str  # code
    passed: Meaning = Meaning.SIGN
    failed: Meaning = Meaning.GAP
    named: tuple[str, ...] = ()
    needs: tuple[Condition, ...] = ()
    says: str  # the good state, in one sentence


class Tool(_Entry, frozen=True, kw_only=True):
    """One tool: how its files call it, how much its word weighs, and for how long. One table of `catalogue/data/results/`."""

    id: str
    title: str
    names: tuple[str, ...]  # globs on the name in the file, in lower case
    edition: str  # of the list of checks that was read
    read: dt.date
    url: str
    strength: StrengthName
    valid_days: int  # an older result decides nothing
    ids: IdForm = IdForm.EXACT
    checks: tuple[MappedCheck, ...]


class MappedCount(msgspec.Struct, frozen=True, kw_only=True):
    """What one file says of one requirement: the checks and how often they said what."""

    requirement: str
    title: str
    checks: tuple[str, ...]
    counts: tuple[tuple[ResultStatus, int], ...]


class ImportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file (and tool) as `pentascope import` tells it."""

    path: str
    format: ResultFormat
    tool: str
    version: str | None
    strength: StrengthName | None  # None: a tool that no table knows
    first_date: dt.date | None
    last_date: dt.date | None
    too_old: int  # results older than the table lets decide
    counts: tuple[tuple[ResultStatus, int], ...]
    mapped: tuple[MappedCount, ...]
    unmapped: tuple[tuple[str, int], ...]  # check id and how many results
    gaps: tuple[Gap, ...] = ()


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What files of results bring."""

    files: tuple[ImportedFile, ...]
    as_of: str  # ISO date
    schema: str = "urn:pentascope:schema:import:1"
