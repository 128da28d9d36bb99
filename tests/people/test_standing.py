"""What of people's word stands: both sides of every rule, and the laws."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentascope.engine.standing import Standing, demanded, standing
from pentascope.model.declaration import (
    Answer,
    Attestation,
    Decision,
    Declarations,
    DeclaredException,
    DeclaredSystem,
    DocumentFact,
    DocumentProblem,
    Policy,
    ScopeConfirmation,
    StrengthName,
)
from pentascope.model.requirement import Condition
from pentascope.model.scoping import Scope, System
from pentascope.model.verdict import Exception_, Ground, Outcome, Strength

TODAY = date(2026, 11, 26)
BOT = System(id="abc", name="bot", root="services/bot", scopes=())
OTHER = System(id="def", name="other", root="other", scopes=())
SAID = Attestation(requirement="CTL-07", owner="jo", date=date(2026, 11, 1), expires=date(2027, 1, 31))
ACCEPTED = DeclaredException(requirement="CTL-07", reason="pilot", owner="jo", date=date(2026, 11, 1), expires=date(2027, 1, 31))
WORSE = {Outcome.NOT_MET: 0, Outcome.UNKNOWN: 1, Outcome.MET: 2, Outcome.NOT_APPLICABLE: 2}


def changed(**words: object) -> Attestation:
    return msgspec.structs.replace(SAID, **words)


def ground(said: Attestation, policy: Policy | None = None, *documents: DocumentFact) -> Ground:
    stands = standing(Declarations(attestations=(said,), documents=documents, path="pentascope.toml", attestation_lines=(4,)), policy, TODAY)
    (told,) = stands.word_of(BOT)
    return told


def accepted(entry: DeclaredException, policy: Policy | None = None) -> str | None:
    (weighed,) = standing(Declarations(exceptions=(entry,)), policy, TODAY).exceptions
    return weighed.fault


def test_attestation_that_stands_is_a_ground_with_its_place() -> None:
    assert ground(SAID) == Ground(
        check="attestation", requirement="CTL-07", outcome=Outcome.MET, strength=Strength.ATTESTATION,
        says="jo attests `yes` until 2027-01-31.", seen_on="2026-11-01", path="pentascope.toml", line=4,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer.YES, Outcome.MET), (Answer.NO, Outcome.NOT_MET), (Answer.NOT_APPLICABLE, Outcome.NOT_APPLICABLE)],
)
def test_answers_are_outcomes(answer: Answer, outcome: Outcome) -> None:
    assert ground(changed(answer=answer, note="we have none")).outcome is outcome


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (changed(expires=TODAY - timedelta(days=1)), "it expired on 2026-11-25"),
        (changed(owner=None), "nobody owns it"),
        (changed(owner=" "), "nobody owns it"),
        (changed(date=TODAY + timedelta(days=1)), "still to come"),
        (changed(answer=Answer.NOT_APPLICABLE), "gives no reason"),
    ],
)
def test_word_that_proves_nothing_is_unknown_and_says_why(said: Attestation, why: str) -> None:
    told = ground(said)

    assert told.outcome is Outcome.UNKNOWN
    assert why in told.says


def test_attestation_holds_on_its_last_day() -> None:
    assert ground(changed(expires=TODAY)).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("pinned", "fact", "why"),
    [
        ("a" * 64, DocumentFact(path="a.pdf", sha256="b" * 64), "has changed since"),
        ("a" * 64, DocumentFact(path="a.pdf", problem=DocumentProblem.MISSING), "is missing"),
        ("a" * 64, DocumentFact(path="a.pdf", problem=DocumentProblem.OUTSIDE), "is outside"),
        (None, DocumentFact(path="a.pdf", sha256="b" * 64), "was not kept"),
    ],
)
def test_document_that_is_not_the_same_proves_nothing(pinned: str | None, fact: DocumentFact, why: str) -> None:
    told = ground(changed(document="a.pdf", sha256=pinned), None, fact)

    assert told.outcome is Outcome.UNKNOWN
    assert why in told.says


def test_document_that_is_the_same_and_a_url_stand() -> None:
    file = changed(document="a.pdf", sha256="A" * 64)

    assert ground(file, None, DocumentFact(path="a.pdf", sha256="a" * 64)).outcome is Outcome.MET
    assert ground(changed(document="https://example.org/a")).says.endswith("https://example.org/a (not looked at).")


@pytest.mark.parametrize(
    ("said", "policy", "why"),
    [
        (SAID, Policy(max_attestation_days=90), "runs for 91 days and the policy allows 90"),
        (SAID, Policy(needs_document=("CTL-07",)), "asks for a document"),
        (SAID, Policy(needs_document=("*",)), "asks for a document"),
        (SAID, Policy(minimum_strength={"CTL-07": StrengthName.IAC}), "stronger proof: iac"),
        (changed(answer=Answer.NOT_APPLICABLE, note="none"), Policy(required=("CTL-07",)), "requires it of every system"),
    ],
)
def test_policy_takes_force_from_a_word(said: Attestation, policy: Policy, why: str) -> None:
    told = ground(said, policy)

    assert told.outcome is Outcome.UNKNOWN
    assert why in told.says


def test_policy_lets_stand_what_it_does_not_name_and_every_no() -> None:
    strict = Policy(max_attestation_days=0, needs_document=("*",), minimum_strength={"*": StrengthName.TESTED}, required=("*",))

    assert ground(SAID, Policy(max_attestation_days=91, needs_document=("CTL-08",), required=("CTL-07",))).outcome is Outcome.MET
    assert ground(changed(answer=Answer.NO), strict).outcome is Outcome.NOT_MET


def test_exception_in_force_reaches_its_system_only() -> None:
    stands = standing(Declarations(exceptions=(msgspec.structs.replace(ACCEPTED, system="bot"),)), None, TODAY)

    assert stands.exceptions_of(BOT) == {"CTL-07": Exception_(requirement="CTL-07", reason="pilot", owner="jo", expires="2027-01-31")}
    assert stands.exceptions_of(OTHER) == {}


@pytest.mark.parametrize(
    ("words", "policy", "why"),
    [
        ({"expires": TODAY - timedelta(days=1)}, None, "it expired on 2026-11-25"),
        ({"owner": None}, None, "nobody owns it"),
        ({"reason": ""}, None, "it gives no reason"),
        ({"date": TODAY + timedelta(days=1)}, None, "it is dated 2026-11-27, which is still to come"),
        ({}, Policy(required=("CTL-07",)), "the policy forbids exceptions from it"),
        ({}, Policy(forbidden_exceptions=("*",)), "the policy forbids exceptions from it"),
        ({}, Policy(max_exception_days=90), "it runs for 91 days and the policy allows 90"),
        ({}, Policy(max_exception_days=91, required=("CTL-08",)), None),
    ],
)
def test_exception_says_why_it_is_not_in_force(words: dict[str, object], policy: Policy | None, why: str | None) -> None:
    assert accepted(msgspec.structs.replace(ACCEPTED, **words), policy) == why


def word(*said: Attestation, systems: tuple[DeclaredSystem, ...] = ()) -> Standing:
    return standing(Declarations(attestations=said, systems=systems), None, TODAY)


def test_renewal_replaces_what_expired() -> None:
    old, new = changed(expires=date(2026, 11, 2)), changed(date=date(2026, 11, 20))

    assert [entry.outcome for entry in word(new, old).word_of(BOT)] == [Outcome.MET]


def test_word_on_a_system_counts_before_the_word_on_all() -> None:
    stands = word(changed(date=TODAY), changed(system="bot", answer=Answer.NO))

    assert [entry.outcome for entry in stands.word_of(BOT)] == [Outcome.NOT_MET]
    assert [entry.outcome for entry in stands.word_of(OTHER)] == [Outcome.MET]


def test_declared_folder_says_which_system_is_meant() -> None:
    declared = DeclaredSystem(name="bot", root="other", conditions=(Condition.RAG,), not_conditions=(Condition.UPLOADS,))
    stands = word(changed(system="bot"), systems=(declared,))

    assert stands.word_of(BOT) == ()
    assert len(stands.word_of(OTHER)) == 1
    assert stands.conditions_of(OTHER) == {Condition.RAG: True, Condition.UPLOADS: False}


def test_policy_does_not_hear_a_denied_condition() -> None:
    declared = Declarations(systems=(DeclaredSystem(name="bot", not_conditions=(Condition.UPLOADS, Condition.RAG)),))

    stands = standing(declared, Policy(undeniable_conditions=(Condition.UPLOADS,)), TODAY)

    assert stands.conditions_of(BOT) == {Condition.RAG: False}


def test_names_that_reach_nobody_are_told() -> None:
    assert word(changed(system="bto"), changed(system="bot")).strangers((BOT,)) == ("bto",)


def test_latest_confirmation_counts() -> None:
    old = ScopeConfirmation(system="bot", scope=Scope(3), by="jo", date=date(2026, 1, 1))
    new = msgspec.structs.replace(old, date=date(2026, 2, 1), decision=Decision.DISAGREE)

    assert standing(Declarations(confirmations=(new, old)), None, TODAY).confirmations_of(BOT) == (new,)


def test_weaker_proof_than_demanded_is_unknown_and_what_speaks_against_stays() -> None:
    policy = Policy(minimum_strength={"CTL-07": StrengthName.IAC})
    seen = Ground(check="c", requirement="CTL-07", outcome=Outcome.MET, strength=Strength.CODE, says="Seen.")
    grounds = [msgspec.structs.replace(seen, outcome=o, strength=s) for o in (Outcome.MET, Outcome.NOT_MET) for s in (Strength.CODE, Strength.IAC)]

    assert [entry.outcome for entry in demanded(grounds, policy)] == [Outcome.UNKNOWN, Outcome.MET, Outcome.NOT_MET, Outcome.NOT_MET]
    assert demanded(grounds, None) == tuple(grounds)


codes = st.sampled_from(["CTL-07", "GOV-03", "LEG-03"])
days = st.dates(date(2026, 9, 1), date(2027, 3, 1))
names = st.sampled_from([None, "bot", "other", "services/bot", "nobody"])
attestations = st.builds(
    Attestation, requirement=codes, system=names, answer=st.sampled_from(Answer), owner=st.sampled_from([None, "jo"]), date=days, expires=days,
    document=st.sampled_from([None, "a.pdf", "https://example.org"]), sha256=st.sampled_from([None, "a" * 64]), note=st.sampled_from([None, "why"]),
)  # fmt: skip
exceptions = st.builds(DeclaredException, requirement=codes, system=names, reason=st.sampled_from(["", "why"]), owner=st.sampled_from([None, "jo"]), date=days, expires=days)
conditions = st.lists(st.sampled_from(Condition), max_size=3, unique=True).map(tuple)
systems = st.builds(DeclaredSystem, name=st.sampled_from(["bot", "other"]), root=st.sampled_from([None, "services/bot"]), conditions=conditions, not_conditions=conditions)
listed = st.lists(st.sampled_from(["CTL-07", "GOV-03", "*"]), max_size=2).map(tuple)
limits = st.none() | st.integers(0, 200)
policies = st.builds(
    Policy, required=listed, forbidden_exceptions=listed, needs_document=listed, max_attestation_days=limits, max_exception_days=limits,
    minimum_strength=st.dictionaries(st.sampled_from(["CTL-07", "*"]), st.sampled_from(StrengthName)), undeniable_conditions=conditions,
)  # fmt: skip
facts = st.sampled_from([(), (DocumentFact(path="a.pdf", sha256="a" * 64),), (DocumentFact(path="a.pdf", sha256="b" * 64),)])
declarations = st.builds(
    Declarations, systems=st.lists(systems, max_size=2).map(tuple), attestations=st.lists(attestations, max_size=5).map(tuple),
    exceptions=st.lists(exceptions, max_size=4).map(tuple), documents=facts,
)  # fmt: skip


@given(declarations, policies, days)
def test_policy_only_makes_stricter(said: Declarations, policy: Policy, today: date) -> None:
    free, bound = standing(said, None, today), standing(said, policy, today)

    for system in (BOT, OTHER):
        before = {entry.requirement: entry.outcome for entry in free.word_of(system)}
        after = {entry.requirement: entry.outcome for entry in demanded(bound.word_of(system), policy)}
        assert before.keys() == after.keys()
        assert all(WORSE[after[code]] <= WORSE[before[code]] for code in before)
        assert all(after[code] in {before[code], Outcome.UNKNOWN} for code in before)
        assert bound.exceptions_of(system).keys() <= free.exceptions_of(system).keys()
        assert bound.conditions_of(system).items() <= free.conditions_of(system).items()


@given(declarations, days)
def test_expired_word_proves_nothing(said: Declarations, today: date) -> None:
    stands = standing(said, None, today)

    assert all(entry.ground.outcome is Outcome.UNKNOWN for entry in stands.attestations if entry.attestation.expires < today)
    assert all(not entry.is_in_force for entry in stands.exceptions if entry.exception.expires < today)
