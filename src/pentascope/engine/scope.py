"""Decides the scopes of one system from its evidence: the rule that spoke, the proof, the question that would change it.

The rules follow the decision tree of the matrix (`pentascope matrix --tree`) and stand in `docs/how-scopes-are-decided.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from pentascope.engine.weigh import Weights, counted, is_sure, ranked
from pentascope.model.evidence import Confidence, Evidence, FactKind
from pentascope.model.scoping import Scope, ScopeDetermination

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_EVIDENCE = 25
NO_LABELS: Mapping[str, str] = MappingProxyType({})

QUESTIONS = {
    "public-consumer-service-is-driven": "Is this use covered by an enterprise agreement for a managed tenant? Then it is scope 2.",
    "assistant-is-configured": "Do people use this assistant under personal plans, without an agreement of the organisation? Then it is scope 1.",
    "enterprise-product-is-used": "Is the product used without a contract that covers this data? Then it is scope 1.",
    "own-code-calls-third-party-model": "Were any parameters of the model that serves this trained or changed on data you chose? Then it is scope 4.",
    "open-weights-are-served": "Are the served weights your own tune or adapter? Then it is scope 4; trained by you from random weights, scope 5.",
    "existing-model-is-tuned": "Are the weights that training starts from your own, trained from random initialisation? Then it is scope 5.",
    "generative-model-is-trained-from-random-weights": "Does training in fact start from a third party's weights? Then it is scope 4.",
}


def determine(evidence: Sequence[Evidence], labels: Mapping[str, str] = NO_LABELS) -> tuple[ScopeDetermination, ...]:
    """Every scope that the evidence of one system shows, ascending. Empty when it shows none.

    `labels` gives the names by which people know providers, products and libraries.
    """
    weights = Weights(evidence)
    found = [
        _consumer(evidence, labels),
        _enterprise(evidence, labels),
        _pretrained(evidence, weights, labels),
        _tuned(evidence, labels),
        _trained(evidence, labels),
    ]
    return tuple(determination for determination in found if determination is not None)


def _consumer(evidence: Sequence[Evidence], labels: Mapping[str, str]) -> ScopeDetermination | None:
    lines = [e for e in counted(evidence, FactKind.CONSUMER_SESSION) if is_sure(e)]
    names = _names(lines, labels)
    return _determination(
        Scope.CONSUMER_APP, "public-consumer-service-is-driven", f"A public consumer service is driven as people use it: {names}.", lines
    )


def _enterprise(evidence: Sequence[Evidence], labels: Mapping[str, str]) -> ScopeDetermination | None:
    products = [e for e in counted(evidence, FactKind.ENTERPRISE_APP) if is_sure(e)]
    assistants = [e for e in counted(evidence, FactKind.ASSISTANT) if is_sure(e)]
    if products:
        statement = f"An enterprise product with embedded generative AI is provisioned or called: {_names(products, labels)}."
        return _determination(Scope.ENTERPRISE_APP, "enterprise-product-is-used", statement, products + assistants)
    statement = f"The tree is worked on with AI assistants: {_names(assistants, labels)}."
    return _determination(Scope.ENTERPRISE_APP, "assistant-is-configured", statement, assistants)


def _pretrained(evidence: Sequence[Evidence], weights: Weights, labels: Mapping[str, str]) -> ScopeDetermination | None:
    calls = [e for e in counted(evidence, FactKind.INFERENCE) if weights.is_third_party(e)]
    serving = [e for e in counted(evidence, FactKind.SERVING) if weights.is_third_party(e)]
    agents = [e for e in counted(evidence, FactKind.AGENT) if e.attribute("anchor") != "import"]
    declared = {e.subject for e in counted(evidence, FactKind.DEPENDENCY) if e.attribute("development") is None and e.attribute("locked") is None}
    sure = [e for e in calls if is_sure(e) or e.signature in declared]
    sure_serving = [e for e in serving if is_sure(e)]
    lines = ranked([*sure, *sure_serving, *(e for e in agents if is_sure(e))])
    considered = _own_weights(evidence, weights)
    if not sure and not [e for e in agents if is_sure(e)]:
        statement = f"Open weights are served here unchanged: {_names(sure_serving, labels)}."
        return _determination(Scope.PRETRAINED_MODEL, "open-weights-are-served", statement, sure_serving, considered=considered)
    statement = f"Own code calls models that somebody else trained: {_names([e for e in lines if e.kind is not FactKind.AGENT] or lines, labels)}."
    return _determination(Scope.PRETRAINED_MODEL, "own-code-calls-third-party-model", statement, lines, considered=considered)


def _own_weights(evidence: Sequence[Evidence], weights: Weights) -> tuple[str, ...]:
    own = [e for e in counted(evidence, FactKind.INFERENCE) if not weights.is_third_party(e)]
    return tuple(
        f"{e.path}:{e.line} loads weights that this tree trains or tunes; that alone is not scope 3." for e in own[:3]
    )


def _tuned(evidence: Sequence[Evidence], labels: Mapping[str, str]) -> ScopeDetermination | None:
    lines = [e for e in counted(evidence, FactKind.TUNING) if is_sure(e)]
    methods = _names(lines, labels)
    return _determination(
        Scope.FINE_TUNED_MODEL, "existing-model-is-tuned", f"Parameters of an existing model are changed: {methods}.", lines,
    )  # fmt: skip


def _trained(evidence: Sequence[Evidence], labels: Mapping[str, str]) -> ScopeDetermination | None:
    lines = [e for e in counted(evidence, FactKind.TRAINING) if is_sure(e)]
    statement = f"A generative model is trained from random weights: {_names(lines, labels)}."
    return _determination(Scope.SELF_TRAINED_MODEL, "generative-model-is-trained-from-random-weights", statement, lines)


def _determination(
    scope: Scope,
    rule: str,
    statement: str,
    lines: Sequence[Evidence],
    *,
    considered: tuple[str, ...] = (),
) -> ScopeDetermination | None:
    if not lines:
        return None
    best = ranked(lines)
    confidence = best[0].confidence
    if confidence is Confidence.HIGH and all(e.subject == "agents_md" for e in best):
        confidence = Confidence.MEDIUM
    return ScopeDetermination(
        scope=scope,
        rule=rule,
        statement=statement,
        evidence=tuple(dict.fromkeys(e.id for e in best))[:MAX_EVIDENCE],
        confidence=confidence,
        counter_question=QUESTIONS[rule],
        also_considered=considered,
    )


def _names(evidence: Sequence[Evidence], labels: Mapping[str, str]) -> str:
    names = list(dict.fromkeys(labels.get(entry.subject, entry.subject.replace("_", " ")) for entry in evidence))
    shown = ", ".join(names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown
