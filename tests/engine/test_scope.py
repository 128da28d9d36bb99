from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.samples import line

from pentascope.engine.scope import QUESTIONS, determine
from pentascope.model.evidence import Confidence, Evidence, FactKind, Role
from pentascope.model.scoping import Scope, ScopeDetermination

DECISIVE = {
    FactKind.CONSUMER_SESSION: (Scope.CONSUMER_APP, "public-consumer-service-is-driven"),
    FactKind.ENTERPRISE_APP: (Scope.ENTERPRISE_APP, "enterprise-product-is-used"),
    FactKind.ASSISTANT: (Scope.ENTERPRISE_APP, "assistant-is-configured"),
    FactKind.INFERENCE: (Scope.PRETRAINED_MODEL, "own-code-calls-third-party-model"),
    FactKind.AGENT: (Scope.PRETRAINED_MODEL, "own-code-calls-third-party-model"),
    FactKind.SERVING: (Scope.PRETRAINED_MODEL, "open-weights-are-served"),
    FactKind.TUNING: (Scope.FINE_TUNED_MODEL, "existing-model-is-tuned"),
    FactKind.TRAINING: (Scope.SELF_TRAINED_MODEL, "generative-model-is-trained-from-random-weights"),
}
LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(FactKind),
        st.sampled_from(["openai", "lora", "chroma"]),
        st.sampled_from(["a.py", "src/b.py", "c/d.yml"]),
        st.integers(1, 9),
        role=st.sampled_from(Role),
        confidence=st.sampled_from(Confidence),
    ),
    max_size=8,
)


def scopes(*evidence: Evidence) -> list[tuple[int, str]]:
    return [(int(one.scope), one.rule) for one in determine(evidence)]


@pytest.mark.parametrize("kind", FactKind)
def test_each_kind_alone_makes_its_scope_or_none(kind: FactKind) -> None:
    scope_and_rule = DECISIVE.get(kind)

    assert scopes(line(kind, anchor="call")) == ([(int(scope_and_rule[0]), scope_and_rule[1])] if scope_and_rule else [])


def test_determination_carries_everything() -> None:
    call = line(FactKind.INFERENCE, "bedrock", "app.py", 7, anchor="call")

    assert determine([call]) == (
        ScopeDetermination(
            scope=Scope.PRETRAINED_MODEL,
            rule="own-code-calls-third-party-model",
            statement="Own code calls models that somebody else trained: bedrock.",
            evidence=(call.id,),
            confidence=Confidence.HIGH,
            counter_question=QUESTIONS["own-code-calls-third-party-model"],
        ),
    )


def test_tree_can_be_in_several_scopes() -> None:
    every = [line(kind, anchor="call") for kind in DECISIVE]

    assert [int(one.scope) for one in determine(every)] == [1, 2, 3, 4, 5]


def test_tuning_alone_is_not_scope_three() -> None:
    load = line(FactKind.INFERENCE, "huggingface", "train.py", 1, signature="transformers", anchor="call")

    assert scopes(load, line(FactKind.TUNING, "lora", "train.py", 9)) == [(4, "existing-model-is-tuned")]


@pytest.mark.parametrize("kind", DECISIVE)
def test_tests_and_documentation_make_no_scope(kind: FactKind) -> None:
    assert scopes(*(line(kind, role=role) for role in (Role.TEST, Role.DOCUMENTATION, Role.VENDORED, Role.GENERATED))) == []


@pytest.mark.parametrize("kind", DECISIVE)
def test_doubt_alone_makes_no_scope(kind: FactKind) -> None:
    assert scopes(line(kind, confidence=Confidence.LOW)) == []


def test_imported_model_counts_where_the_manifest_declares_it_too() -> None:
    weak = line(FactKind.INFERENCE, "openai", confidence=Confidence.LOW, anchor="import")
    declared = line(FactKind.DEPENDENCY, "openai", "requirements.txt")
    locked = line(FactKind.DEPENDENCY, "openai", "uv.lock", locked="yes")

    assert (scopes(weak, declared), scopes(weak, locked)) == ([(3, "own-code-calls-third-party-model")], [])


def test_every_rule_has_a_question() -> None:
    assert {rule for _, rule in DECISIVE.values()} <= set(QUESTIONS)


@given(LINES)
@settings(max_examples=60)
def test_every_determination_cites_evidence_that_counts(evidence: list[Evidence]) -> None:
    counted = {e.id for e in evidence if e.role in {Role.PRODUCTION, Role.EXAMPLE}}

    for one in determine(evidence):
        assert one.evidence
        assert set(one.evidence) <= counted


@given(LINES)
@settings(max_examples=60)
def test_order_of_evidence_does_not_matter(evidence: list[Evidence]) -> None:
    assert {determine(order) for order in list(permutations(evidence))[:24]} == {determine(evidence)}


@given(LINES)
@settings(max_examples=60)
def test_evidence_of_tests_never_adds_a_scope(evidence: list[Evidence]) -> None:
    tests = [line(kind, "openai", "tests/test_app.py", role=Role.TEST) for kind in FactKind]

    assert {one.scope for one in determine([*evidence, *tests])} == {one.scope for one in determine(evidence)}
