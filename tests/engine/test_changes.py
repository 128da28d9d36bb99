from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentascope.engine.changes import touched
from pentascope.model.posture import Touched
from pentascope.model.verdict import Ground, Outcome, Strength, Verdict


def ground(path: str = "main.tf", line: int = 3, outcome: Outcome = Outcome.NOT_MET, **more: object) -> Ground:
    return msgspec.structs.replace(
        Ground(check="logged", requirement="CTL-01", outcome=outcome, strength=Strength.IAC, says="Logs.", path=path, line=line), **more
    )


def verdict(outcome: Outcome = Outcome.NOT_MET, *grounds: Ground, code: str = "CTL-01") -> Verdict:
    return Verdict(system="s", requirement=code, outcome=outcome, grounds=grounds, reason="So.")


def test_what_stays_as_it_is_is_not_touched_even_when_its_lines_move() -> None:
    assert touched([verdict(Outcome.NOT_MET, ground(line=3))], [verdict(Outcome.NOT_MET, ground(line=90))]) == ()


def test_a_verdict_that_turns_is_touched_and_told_with_what_it_was() -> None:
    told = touched([verdict(Outcome.UNKNOWN)], [verdict(Outcome.NOT_MET, ground())])

    assert told == (Touched(verdict="CTL-01@s", before=Outcome.UNKNOWN, fresh=("logged\0main.tf\0",)),)


def test_a_new_place_touches_what_was_not_met_before() -> None:
    told = touched([verdict(Outcome.NOT_MET, ground())], [verdict(Outcome.NOT_MET, ground(), ground("new.tf"))])

    assert told == (Touched(verdict="CTL-01@s", before=Outcome.NOT_MET, fresh=("logged\0new.tf\0",)),)


def test_a_new_line_of_evidence_is_a_new_place() -> None:
    before = verdict(Outcome.NOT_MET, ground(path=None, line=None, evidence=("a",)))
    now = verdict(Outcome.NOT_MET, ground(path=None, line=None, evidence=("a", "b")))

    assert [one.fresh for one in touched([before], [now])] == [("logged\0b",)]


def test_a_place_that_is_mended_touches_nothing_while_another_is_left() -> None:
    assert touched([verdict(Outcome.NOT_MET, ground(), ground("old.tf"))], [verdict(Outcome.NOT_MET, ground())]) == ()


def test_a_new_ground_for_what_is_met_touches_nothing() -> None:
    good = ground(outcome=Outcome.MET)

    assert touched([verdict(Outcome.MET, good)], [verdict(Outcome.MET, good, ground("b.tf", outcome=Outcome.MET))]) == ()


def test_what_nothing_asked_for_before_is_touched() -> None:
    assert touched([], [verdict(Outcome.UNKNOWN)]) == (Touched(verdict="CTL-01@s", before=None),)


OUTCOMES = st.dictionaries(st.sampled_from(["CTL-01", "CTL-02", "CTL-03"]), st.sampled_from(list(Outcome)))


@given(before=OUTCOMES, now=OUTCOMES)
def test_touched_are_exactly_the_verdicts_that_differ(before: dict[str, Outcome], now: dict[str, Outcome]) -> None:
    told = touched([verdict(one, code=code) for code, one in before.items()], [verdict(one, code=code) for code, one in now.items()])

    assert {one.verdict: one.before for one in told} == {
        f"{code}@s": before.get(code) for code, one in now.items() if before.get(code) is not one
    }


@pytest.mark.parametrize("more", [{}, {"evidence": ("a", "b")}, {"path": None}, {"address": "aws_x.y"}])
def test_every_ground_has_marks_of_its_own(more: dict[str, object]) -> None:
    marks = ground(**more).marks

    assert marks != ()
    assert len(set(marks)) == len(marks)
