"""How far a met verdict is believed: the strength of its proof, and how fresh the proof is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pentascope.engine.risk.quantities import share_mean
from pentascope.model.requirement import Method
from pentascope.model.verdict import Outcome, Strength

if TYPE_CHECKING:
    from pentascope.model.requirement import Requirement
    from pentascope.model.risk import RiskTables
    from pentascope.model.verdict import Verdict

_BY_METHOD = {
    Method.ATTESTATION: Strength.ATTESTATION,
    Method.CODE: Strength.CODE,
    Method.IAC: Strength.IAC,
    Method.LOGS: Strength.LIVE,
    Method.API: Strength.LIVE,
}


def credit(verdict: Verdict, requirement: Requirement, tables: RiskTables, today: dt.date) -> float:
    """The share of its effect that a verdict earns: 0 unless it is met."""
    if verdict.outcome is not Outcome.MET or verdict.strength is None:
        return 0.0
    dates = [dt.date.fromisoformat(each.seen_on) for each in verdict.grounds if each.seen_on and each.strength is verdict.strength]
    return assured(verdict.strength, tables) * freshness(max(dates), requirement.valid_days, tables, today) if dates else assured(verdict.strength, tables)


def planned_credit(requirement: Requirement, tables: RiskTables) -> float:
    """The credit that the requirement will earn once the work is done, with the strongest proof that it allows."""
    return assured(max(_BY_METHOD[proof.method] for proof in requirement.proofs), tables)


def assured(strength: Strength, tables: RiskTables) -> float:
    """The expected assurance of a fresh proof."""
    return share_mean(tables.assurance[strength.name.lower()])


def freshness(seen_on: dt.date, valid_days: int, tables: RiskTables, today: dt.date) -> float:
    """1 for a proof of the last days, down in a line to the table's share at the end of its validity, and never below."""
    age = max((today - seen_on).days, 0)
    if age <= tables.full_days or valid_days <= tables.full_days:
        return 1.0 if age <= valid_days else tables.stale_share
    gone = min((age - tables.full_days) / (valid_days - tables.full_days), 1.0)
    return 1.0 - gone * (1.0 - tables.stale_share)
