"""A framework that requirements refer to: its edition, where it was read, and its rows by id and short title."""

from __future__ import annotations

from datetime import date

import msgspec

from pentascope.model.matrix import Basis
from pentascope.model.requirement import Requirement


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are refused, defaults are not stored."""


class FrameworkRow(_Entry, frozen=True, kw_only=True):
    """One thing that a requirement can refer to. The title is short: the framework's own prose is never kept."""

    id: str
    title: str
    kind: str | None = None  # where a framework has several: tactic, technique, mitigation
    basis: Basis | None = None  # None: as the framework
    formerly: tuple[str, ...] = ()  # ids in an earlier edition, with the edition: "2025:LLM06"
    aliases: tuple[str, ...] = ()  # retired ids of the same edition's line that mean this row
    applies_from: date | None = None  # for law
    note: str | None = None


class Framework(_Entry, frozen=True, kw_only=True):
    """One edition of one framework."""

    id: str
    edition: str
    title: str
    publisher: str
    url: str
    read: date
    basis: Basis
    licence: str  # what may be kept of it here
    as_of: date | None = None  # for law: the state of the text
    amended_by: tuple[str, ...] = ()  # for law
    note: str | None = None
    rows: tuple[FrameworkRow, ...]

    def reference(self, row: FrameworkRow) -> str:
        """How a requirement names a row: framework, edition, id."""
        return f"{self.id}:{self.edition}:{row.id}"


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Which requirements refer to which row of one framework, in the order of the rows."""

    framework: Framework
    codes: tuple[tuple[str, ...], ...]

    @property
    def covered(self) -> int:
        """Rows with at least one requirement."""
        return sum(1 for codes in self.codes if codes)


def coverage(framework: Framework, requirements: tuple[Requirement, ...]) -> Coverage:
    """The requirements of every row, by code in their own order."""
    named: dict[str, list[str]] = {}
    for requirement in requirements:
        for reference in dict.fromkeys((*requirement.threats, *requirement.crosswalk)):
            named.setdefault(reference, []).append(requirement.code)
    codes = tuple(tuple(named.get(framework.reference(row), ())) for row in framework.rows)
    return Coverage(framework=framework, codes=codes)
