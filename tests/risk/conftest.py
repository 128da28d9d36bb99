import datetime as dt

import pytest

from pentascope.catalogue.load import load
from pentascope.engine.risk.context import Subject
from pentascope.model.profile import DataClass, Exposure, SystemProfile
from pentascope.model.requirement import Condition
from pentascope.model.scoping import AgenticScope, Scope
from pentascope.model.verdict import Outcome, Strength, Verdict

TODAY = dt.date(2026, 11, 2)
KNOWN = SystemProfile(data=(DataClass.PERSONAL,), exposure=Exposure.INTERNET)


class Known:
    """The catalogue with a short name, for those who print the arguments of a failing example."""

    def __init__(self) -> None:
        self.risk, self.matrix, self.version = load().risk, load().matrix, load().version


@pytest.fixture(scope="session")
def catalogue() -> Known:
    return Known()


@pytest.fixture(scope="session")
def subject(catalogue):  # noqa: ANN201 - a maker
    """A maker of systems: what is met, what is unknown, all else of its scopes not met."""

    def make(name="desk", *, scopes=(3,), met=(), unknown=(), conditions=None, profile=KNOWN, strength=Strength.CODE):
        mine = frozenset(Scope(each) for each in scopes)
        verdicts = tuple(
            Verdict(
                system=name,
                requirement=each.code,
                outcome=Outcome.MET if each.code in met else Outcome.UNKNOWN if each.code in unknown else Outcome.NOT_MET,
                strength=None if each.code in unknown else strength,
                reason="so",
                scopes=tuple(sorted(mine.intersection(each.scopes))),
            )
            for each in catalogue.matrix.requirements
            if mine.intersection(each.scopes)
        )
        told = dict.fromkeys(Condition, False) if conditions is None else {**dict.fromkeys(Condition, False), **conditions}
        return Subject(
            id=name, name=name, scopes=mine, conditions=told, agentic=AgenticScope.NO_AGENCY, profile=profile, verdicts=verdicts
        )

    return make
