from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pentascope.engine.assess import assess, owners, verdict
from pentascope.engine.codechecks import code_grounds
from pentascope.engine.require import Demand, demands
from pentascope.engine.rollup import tally
from pentascope.model.discipline import Discipline, Phase
from pentascope.model.evidence import Confidence, Coverage, Evidence, FactKind, Role, SkipReason
from pentascope.model.posture import Tally
from pentascope.model.requirement import CodeCheck, Condition, Effort, Fact, Method, Origin, Otherwise, Proof, Requirement
from pentascope.model.scoping import Component, Modifier, ModifierFinding, Scope, ScopeDetermination, System
from pentascope.model.verdict import Ground, Outcome, Strength

KEY = Fact(kind=FactKind.PROVIDER_KEY)
CALL = Fact(kind=FactKind.INFERENCE)
GUARD = Fact(kind=FactKind.GUARDRAIL)
WHOLE = Coverage(files_seen=3, files_read=3)
RANK = {Outcome.NOT_MET: 0, Outcome.UNKNOWN: 1, Outcome.MET: 2}


def requirement(*checks: CodeCheck, conditions: tuple[Condition, ...] = (), code: str = "CTL-07") -> Requirement:
    return Requirement(
        id="keys-live-in-a-vault", code=code, title="Keys live in a vault", discipline=Discipline.CONTROLS, scopes=(Scope.PRETRAINED_MODEL,),
        phase=Phase.FOUNDATION, effort=Effort.SMALL, origin=Origin.AWS, question="Do they?", document="A record", checks=checks,
        conditions=conditions, applies_when="something holds" if conditions else None, proofs=(Proof(method=Method.CODE, look="code"),),
    )  # fmt: skip


def system(root: str = ".", *, key: str = "s1", modifiers: tuple[Modifier, ...] = (), provider: str = "openai") -> System:
    scope = ScopeDetermination(
        scope=Scope.PRETRAINED_MODEL, rule="r", statement="It calls a model.", evidence=("e",), confidence=Confidence.HIGH, counter_question="?"
    )
    client = Component(id="c", kind="model-client", name=provider, scope=Scope.PRETRAINED_MODEL, provider=provider)
    found = tuple(ModifierFinding(modifier=each, evidence=("e",)) for each in modifiers)
    return System(id=key, name=key, root=root, scopes=(scope,), components=(client,), modifiers=found)


def line(kind: FactKind, path: str = "app.py", *, role: Role = Role.PRODUCTION, confidence: Confidence = Confidence.HIGH) -> Evidence:
    return Evidence(kind=kind, subject="openai", path=path, line=1, signature="openai", role=role, confidence=confidence)


def ground(outcome: Outcome, strength: Strength = Strength.CODE, *, check: str = "c", is_whole: bool = True) -> Ground:
    return Ground(check=check, requirement="CTL-07", outcome=outcome, strength=strength, says="said", is_whole=is_whole)


DEMAND = Demand(requirement=requirement(), scopes=(Scope.PRETRAINED_MODEL,), applies=True, reason="scope 3")

GROUNDS = st.builds(
    Ground,
    check=st.sampled_from("abc"), requirement=st.just("CTL-07"), outcome=st.sampled_from([Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN]),
    strength=st.sampled_from(Strength), says=st.just("said"), is_whole=st.booleans(),
)  # fmt: skip


def test_check_says_not_met_where_a_bad_fact_stands_beside_a_good_one() -> None:
    check = CodeCheck(id="k", needs=(CALL,), met=(GUARD,), not_met=(KEY,), says="No key stands in the tree.")

    found = code_grounds(requirement(check), [line(FactKind.INFERENCE), line(FactKind.GUARDRAIL), line(FactKind.PROVIDER_KEY)], WHOLE)

    assert [(one.outcome, one.evidence) for one in found] == [(Outcome.NOT_MET, (line(FactKind.PROVIDER_KEY).id,))]


def test_check_is_silent_where_its_need_is_not_seen() -> None:
    check = CodeCheck(id="k", needs=(CALL,), met=(GUARD,), otherwise=Otherwise.NOT_MET, says="Guarded.")

    assert code_grounds(requirement(check), [line(FactKind.GUARDRAIL)], WHOLE) == ()


def test_absence_proves_only_where_everything_was_read() -> None:
    check = CodeCheck(id="k", needs=(CALL,), met=(GUARD,), otherwise=Otherwise.NOT_MET, says="Guarded.")
    partly = Coverage(files_seen=3, files_read=2, skipped_counts=((SkipReason.UNREADABLE, 1),))

    whole, part = (code_grounds(requirement(check), [line(FactKind.INFERENCE)], coverage) for coverage in (WHOLE, partly))

    assert [one.outcome for one in (*whole, *part)] == [Outcome.NOT_MET, Outcome.UNKNOWN]


def test_check_counts_keys_in_tests_but_no_guardrail_there_and_nothing_unsure() -> None:
    keys = CodeCheck(id="k", not_met=(KEY,), says="No key.")
    guards = CodeCheck(id="g", met=(GUARD,), says="Guarded.")
    lines = [line(FactKind.PROVIDER_KEY, role=Role.TEST), line(FactKind.GUARDRAIL, role=Role.TEST), line(FactKind.GUARDRAIL, confidence=Confidence.LOW)]

    found = code_grounds(requirement(keys, guards), lines, WHOLE)

    assert [(one.check, one.outcome) for one in found] == [("k", Outcome.NOT_MET)]


def test_sign_of_a_whole_does_not_meet() -> None:
    told = verdict("s1", DEMAND, [ground(Outcome.MET, is_whole=False)])

    assert (told.outcome, told.strength, "sign" in told.reason) == (Outcome.UNKNOWN, None, True)


def test_stronger_proof_wins_and_the_conflict_is_told() -> None:
    told = verdict("s1", DEMAND, [ground(Outcome.MET, Strength.ATTESTATION), ground(Outcome.NOT_MET, Strength.TESTED)])

    assert (told.outcome, told.strength, told.is_conflict) == (Outcome.NOT_MET, Strength.TESTED, True)


def test_unknown_resource_keeps_its_neighbours_from_proving_the_whole() -> None:
    told = verdict("s1", DEMAND, [ground(Outcome.MET, Strength.IAC), ground(Outcome.UNKNOWN, Strength.IAC, check="d")])

    assert told.outcome is Outcome.UNKNOWN


def test_no_grounds_is_unknown() -> None:
    assert verdict("s1", DEMAND, []).outcome is Outcome.UNKNOWN


@given(st.lists(GROUNDS, max_size=6), GROUNDS)
def test_a_gap_never_improves_a_verdict(grounds: list[Ground], gap: Ground) -> None:
    unknown = ground(Outcome.UNKNOWN, gap.strength, check=gap.check)

    before, after = verdict("s1", DEMAND, grounds), verdict("s1", DEMAND, [*grounds, unknown])

    assert RANK[after.outcome] <= RANK[before.outcome]


@given(st.lists(GROUNDS, max_size=6).flatmap(lambda each: st.tuples(st.just(each), st.permutations(each))))
def test_order_of_grounds_never_matters(pair: tuple[list[Ground], list[Ground]]) -> None:
    first, second = pair

    assert verdict("s1", DEMAND, first) == verdict("s1", DEMAND, second)


@given(st.lists(GROUNDS, max_size=6))
def test_met_and_not_met_never_stand_without_a_ground_that_says_so(grounds: list[Ground]) -> None:
    told = verdict("s1", DEMAND, grounds)

    assert told.outcome is Outcome.UNKNOWN or any(one.outcome is told.outcome and one.strength is told.strength for one in told.grounds)


def test_condition_that_code_shows_is_settled_by_a_scan_and_others_stay_open() -> None:
    rag = requirement(conditions=(Condition.RAG,))
    personal = requirement(conditions=(Condition.PERSONAL_DATA,), code="LEG-05")

    without = demands(system(), [], [rag, personal])
    with_rag = demands(system(modifiers=(Modifier.RAG,)), [], [rag])
    said = demands(system(), [], [personal], {Condition.PERSONAL_DATA: True})

    assert [one.applies for one in (*without, *with_rag, *said)] == [False, None, True, True]


def test_declared_no_does_not_hide_what_was_seen() -> None:
    rag = requirement(conditions=(Condition.RAG,))

    found = demands(system(modifiers=(Modifier.RAG,)), [], [rag], {Condition.RAG: False})

    assert found[0].applies is True


def test_requirement_of_another_scope_is_not_asked() -> None:
    other = Requirement(
        **{**{name: getattr(requirement(), name) for name in Requirement.__struct_fields__}, "scopes": (Scope.CONSUMER_APP,)}
    )

    assert demands(system(), [], [other]) == ()


def test_line_speaks_for_the_deepest_system_and_for_all_where_none_holds_it() -> None:
    bot, web = system("apps/bot", key="bot"), system("apps/web", key="web")

    assert [one.id for one in owners("apps/bot/main.py", [bot, web])] == ["bot"]
    assert [one.id for one in owners("infra/main.tf", [bot, web])] == ["bot", "web"]
    assert [one.id for one in owners("apps/bot/main.py", [system(".", key="all"), bot])] == ["bot"]
    assert [one.id for one in owners("apps/bottle/main.py", [bot, web])] == ["bot", "web"]


def test_every_verdict_cites_evidence_that_exists() -> None:
    check = CodeCheck(id="k", not_met=(KEY,), says="No key.")
    lines = [line(FactKind.INFERENCE), line(FactKind.PROVIDER_KEY)]

    told = assess([system()], lines, [requirement(check)], WHOLE)

    assert [one.outcome for one in told] == [Outcome.NOT_MET]
    assert {key for one in told for each in one.grounds for key in each.evidence} <= {each.id for each in lines}


def test_tally_rolls_up_and_keeps_score_and_coverage_apart() -> None:
    grounds = ([ground(Outcome.MET)], [ground(Outcome.MET)], [ground(Outcome.NOT_MET)], [])

    found = tally(verdict("s1", DEMAND, each) for each in grounds)

    assert (found.outcome, found.score_pct, found.coverage_pct) == (Outcome.NOT_MET, 66, 75)
    assert (Tally().outcome, Tally().score_pct, Tally().coverage_pct) == (Outcome.NOT_APPLICABLE, None, None)


def test_resources_that_differ_and_signs_are_no_conflict() -> None:
    told = verdict(
        "s1", DEMAND, [ground(Outcome.NOT_MET, Strength.IAC), ground(Outcome.MET, Strength.IAC, check="d"), ground(Outcome.MET, is_whole=False)]
    )

    assert (told.outcome, told.is_conflict) == (Outcome.NOT_MET, False)


def test_example_and_test_break_nothing_of_a_product_unless_there_is_nothing_but_examples() -> None:
    check = CodeCheck(id="k", needs=(CALL,), not_met=(Fact(kind=FactKind.PRACTICE),), says="Nothing is run.")
    product, example, test = (line(FactKind.INFERENCE, role=role) for role in (Role.PRODUCTION, Role.EXAMPLE, Role.TEST))
    bad = {role: line(FactKind.PRACTICE, f"{role}.py", role=role) for role in (Role.PRODUCTION, Role.EXAMPLE, Role.TEST)}
    trees = [[product, bad[Role.PRODUCTION]], [product, bad[Role.EXAMPLE]], [example, bad[Role.EXAMPLE]], [example, test, bad[Role.TEST]]]

    outcomes = [code_grounds(requirement(check), tree, WHOLE)[0].outcome for tree in trees]

    assert outcomes == [Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.NOT_MET, Outcome.UNKNOWN]
