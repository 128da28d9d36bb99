"""Scopes beside people's word: both sides of every rule, and that no word moves a scope."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from pentascope.engine.assess import assess
from pentascope.engine.confronted import RULE_OF_PLANNED, confronted, declared_gaps, planned_systems
from pentascope.engine.standing import Standing, standing
from pentascope.model.declaration import (
    Attestation,
    Decision,
    Declarations,
    DeclaredException,
    DeclaredSystem,
    ScopeConfirmation,
    SystemStatus,
    WordKind,
)
from pentascope.model.evidence import Confidence, Coverage
from pentascope.model.requirement import Condition
from pentascope.model.scoping import Scope, ScopeDetermination, System

TODAY = date(2026, 11, 26)


def found(*scopes: Scope) -> System:
    return System(
        id="abc", name="bot", root="services/bot",
        scopes=tuple(
            ScopeDetermination(scope=scope, rule="r", statement="s", evidence=("e",), confidence=Confidence.HIGH, counter_question="q")
            for scope in scopes
        ),
    )  # fmt: skip


def word(*confirmations: ScopeConfirmation, systems: tuple[DeclaredSystem, ...] = ()) -> Standing:
    return standing(Declarations(confirmations=confirmations, systems=systems), None, TODAY)


def said(scope: Scope, decision: Decision = Decision.AGREE, by: str = "jo", day: int = 1) -> ScopeConfirmation:
    return ScopeConfirmation(system="bot", scope=scope, by=by, date=date(2026, 11, day), decision=decision)


def contradictions(system: System, stands: Standing) -> dict[int, tuple[str, ...]]:
    return {int(each.scope): each.contradictions for each in confronted(system, stands).scopes}


def test_person_who_says_scope_3_where_the_evidence_proves_4_contradicts() -> None:
    assert contradictions(found(Scope.FINE_TUNED_MODEL), word(said(Scope.PRETRAINED_MODEL))) == {
        4: ("jo (2026-11-01) confirms scope 3. No evidence shows it; the evidence shows scope 4, and wins.",)
    }


def test_person_who_agrees_confirms_and_contradicts_nothing() -> None:
    (each,) = confronted(found(Scope.PRETRAINED_MODEL), word(said(Scope.PRETRAINED_MODEL))).scopes

    assert (each.confirmations, each.contradictions) == (("jo (2026-11-01) agrees.",), ())


def test_person_who_disagrees_contradicts_that_scope_only() -> None:
    told = contradictions(found(Scope.PRETRAINED_MODEL, Scope.FINE_TUNED_MODEL), word(said(Scope.PRETRAINED_MODEL, Decision.DISAGREE)))

    assert told == {3: ("jo (2026-11-01) says that it is not in scope 3. The evidence shows that it is, and wins.",), 4: ()}


def test_latest_word_of_each_person_counts() -> None:
    stands = word(said(Scope.PRETRAINED_MODEL, Decision.DISAGREE), said(Scope.PRETRAINED_MODEL, day=2), said(Scope.PRETRAINED_MODEL, Decision.DISAGREE, by="ann"))

    (each,) = confronted(found(Scope.PRETRAINED_MODEL), stands).scopes

    assert each.confirmations == ("jo (2026-11-02) agrees.",)
    assert [words.split()[0] for words in each.contradictions] == ["ann"]


@pytest.mark.parametrize(
    ("confirmation", "why"),
    [
        (said(Scope.PRETRAINED_MODEL, Decision.DISAGREE, day=30), "still to come"),
        (msgspec.structs.replace(said(Scope.PRETRAINED_MODEL, Decision.DISAGREE), system="other"), "of another system"),
        (said(Scope.CONSUMER_APP, Decision.DISAGREE), "of a scope that nothing shows"),
    ],
)
def test_word_that_does_not_concern_the_scope_says_nothing(confirmation: ScopeConfirmation, why: str) -> None:
    assert contradictions(found(Scope.PRETRAINED_MODEL), word(confirmation)) == {3: ()}, why


def test_declared_scopes_contradict_the_ones_that_they_leave_out() -> None:
    declared = DeclaredSystem(name="bot", scopes=(Scope.PRETRAINED_MODEL,))

    told = contradictions(found(Scope.PRETRAINED_MODEL, Scope.FINE_TUNED_MODEL), word(systems=(declared,)))

    assert told == {3: (), 4: ("The declarations put it in scope 3 only. The evidence shows scope 4, and wins.",)}


def test_no_word_adds_or_takes_a_scope() -> None:
    system = found(Scope.PRETRAINED_MODEL)
    stands = word(*(said(scope, decision) for scope in Scope for decision in Decision), systems=(DeclaredSystem(name="bot", scopes=(Scope.CONSUMER_APP,)),))

    told = confronted(system, stands)

    assert [msgspec.structs.replace(each, confirmations=(), contradictions=()) for each in told.scopes] == list(system.scopes)


PLANNED = DeclaredSystem(name="next", status=SystemStatus.PLANNED, scopes=(Scope.FINE_TUNED_MODEL, Scope.PRETRAINED_MODEL), owner="ann")


def test_planned_system_is_in_its_declared_scopes_without_evidence() -> None:
    (system,) = planned_systems(word(systems=(PLANNED,)), [])

    assert (system.name, system.root) == ("next", "next")
    assert [(int(each.scope), each.rule, each.evidence) for each in system.scopes] == [(3, RULE_OF_PLANNED, ()), (4, RULE_OF_PLANNED, ())]


def test_planned_system_that_stands_in_the_tree_is_judged_as_what_runs() -> None:
    stands = word(systems=(msgspec.structs.replace(PLANNED, name="bot"),))
    system = found(Scope.PRETRAINED_MODEL)

    assert planned_systems(stands, [system]) == ()
    assert [gap.subject for gap in declared_gaps(stands, [system])] == ["planned-but-found:bot"]


@pytest.mark.parametrize(
    ("declared", "subjects"),
    [
        (PLANNED, []),
        (msgspec.structs.replace(PLANNED, scopes=()), ["planned-without-scope:next"]),
        (DeclaredSystem(name="elsewhere"), ["declared-not-found:elsewhere"]),
        (DeclaredSystem(name="bot", scopes=(Scope.PRETRAINED_MODEL,)), []),
        (DeclaredSystem(name="bot", scopes=(Scope.PRETRAINED_MODEL, Scope.SELF_TRAINED_MODEL)), ["declared-scope-not-found:bot"]),
    ],
)
def test_declared_systems_that_the_tree_does_not_bear_out_are_gaps(declared: DeclaredSystem, subjects: list[str]) -> None:
    assert [gap.subject for gap in declared_gaps(word(systems=(declared,)), [found(Scope.PRETRAINED_MODEL)])] == subjects


def test_conditions_of_what_is_planned_are_unknown_until_somebody_says() -> None:
    from pentascope.catalogue.load import load

    (system,) = planned_systems(word(systems=(PLANNED,)), [])
    needs_rag = [each for each in load().matrix.requirements if each.conditions == (Condition.RAG,) and Scope.PRETRAINED_MODEL in each.scopes]

    (unsaid, *_) = assess([system], (), needs_rag, Coverage(), visible=frozenset())
    (denied, *_) = assess([system], (), needs_rag, Coverage(), visible=frozenset(), declared={system.id: {Condition.RAG: False}})

    assert (unsaid.outcome, unsaid.open_conditions) == ("unknown", (Condition.RAG,))
    assert denied.outcome == "not_applicable"


OLD = Attestation(requirement="GOV-01", owner="jo", date=date(2026, 1, 1), expires=date(2026, 2, 1))


def test_words_without_force_are_listed_until_a_later_one_replaces_them() -> None:
    exception = DeclaredException(requirement="CTL-07", reason="pilot", owner="jo", date=date(2026, 1, 1), expires=date(2026, 2, 1))
    renewed = msgspec.structs.replace(OLD, date=date(2026, 11, 1), expires=date(2027, 1, 1))

    lapsed = standing(Declarations(attestations=(OLD,), exceptions=(exception,)), None, TODAY).lapsed()
    kept = standing(Declarations(attestations=(OLD, renewed), exceptions=(exception,)), None, TODAY).lapsed()

    assert [(each.kind, each.requirement, each.expires) for each in lapsed] == [
        (WordKind.ATTESTATION, "GOV-01", "2026-02-01"), (WordKind.EXCEPTION, "CTL-07", "2026-02-01"),
    ]  # fmt: skip
    assert [each.requirement for each in kept] == ["CTL-07"]
