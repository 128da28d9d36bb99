"""People's word through the whole of assess and explain, on the example."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.app.golden import EXAMPLE

from pentascope.app.assess import assess, failing
from pentascope.app.explain import explain
from pentascope.errors import UnknownNameError
from pentascope.model.posture import AssessmentResult
from pentascope.model.verdict import Outcome

DAY = date(2026, 11, 26)
WORD = """
[[systems]]
name = "next"
status = "planned"
scopes = [3]
[[attestations]]
requirement = "GOV-01"
system = "next"
owner = "jo"
date = 2026-11-01
expires = 2027-11-01
[[confirmations]]
system = "support-bot"
scope = 5
by = "jo"
date = 2026-11-01
"""


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("word") / "word.toml"
    path.write_text(WORD)
    return path


@pytest.fixture(scope="module")
def silent() -> AssessmentResult:
    return assess(EXAMPLE, jobs=1, use_cache=False, today=DAY)


@pytest.fixture(scope="module")
def told(word: Path) -> AssessmentResult:
    return assess(EXAMPLE, jobs=1, use_cache=False, today=DAY, declarations=word)


def test_planned_system_is_judged_apart_and_by_word_alone(told: AssessmentResult, silent: AssessmentResult) -> None:
    assert silent.planned is None
    assert told.planned is not None
    (system,) = told.planned.systems
    outcomes = {verdict.requirement: verdict.outcome for verdict in told.planned.verdicts}
    assert outcomes.pop("GOV-01") is Outcome.MET
    assert set(outcomes.values()) <= {Outcome.UNKNOWN, Outcome.NOT_APPLICABLE}
    assert {verdict.system for verdict in told.verdicts} == {found.id for found in told.scan.systems} != {system.id}
    assert told.posture == silent.posture


def test_planned_system_fails_no_build(told: AssessmentResult) -> None:
    running = {system.id for system in told.scan.systems}

    assert {verdict.system for verdict in failing(told.verdicts, ["unknown"])} <= running


def test_verdicts_say_why_they_apply(told: AssessmentResult) -> None:
    assert all(verdict.because and verdict.because.startswith("scope ") for verdict in told.verdicts)
    assert {bool(verdict.open_conditions) for verdict in told.verdicts if verdict.outcome is not Outcome.UNKNOWN} == {False}


def test_explain_of_a_requirement_a_verdict_and_a_scope_tells_the_whole_story(word: Path) -> None:
    requirement = explain("CTL-12", str(EXAMPLE), declarations=word)
    verdict = explain("ctl-12@support-bot", str(EXAMPLE), declarations=word)
    scope = explain("4", str(EXAMPLE), declarations=word)

    assert "Not met in support-bot (.)" in requirement
    assert "infrastructure/main.tf:10  aws_bedrock_guardrail.support" in requirement
    assert "Unknown in next (next), planned" in requirement
    assert all(word in verdict for word in ("applies ", "decided by  infrastructure code", "fix ", "ask ", "answered by"))
    assert "planned" not in verdict
    assert "contradicts  jo (2026-11-01) confirms scope 5." in scope
    assert "Not met: 3" in scope


def test_explain_of_a_place_tells_the_verdicts_that_stand_on_it_and_what_people_said(tmp_path: Path) -> None:
    said = tmp_path / "word.toml"
    said.write_text(
        """
[[exceptions]]
requirement = "CTL-12"
reason = "The filter follows in spring."
owner = "jo"
date = 2026-11-01
expires = 2999-01-01
compensating = "A person reads every answer."
[[confirmations]]
system = "support-bot"
scope = 4
by = "jo"
date = 2026-11-01
"""
    )

    resource = explain("infrastructure/main.tf:10", str(EXAMPLE), declarations=said)
    tuning = next(e for e in assess(EXAMPLE, jobs=1, today=DAY).scan.evidence if e.kind.value == "tuning")
    line = explain(f"{tuning.path}:{tuning.line}", str(EXAMPLE), declarations=said)

    assert "Not met in support-bot: CTL-12  Guardrail settings meet a baseline" in resource
    assert "accepted    until 2999-01-01 by jo: The filter follows in spring." in resource
    assert "instead     A person reads every answer." in resource
    assert "agrees       jo (2026-11-01) agrees." in line


def test_explain_of_a_verdict_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UnknownNameError) as error:
        explain("CTL-12@nobody", str(EXAMPLE))

    assert "CTL-12@nobody" in error.value.message
    assert "There are: CTL-12@" in (error.value.hint or "")
