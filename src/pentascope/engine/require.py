"""Which requirements a system brings, and why. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.engine.weigh import COUNTED_ROLES
from pentascope.model.evidence import Evidence, FactKind
from pentascope.model.requirement import Condition, Requirement
from pentascope.model.scoping import Modifier, Scope, System

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_BY_MODIFIER = {
    Modifier.RAG: Condition.RAG,
    Modifier.AGENTS: Condition.AGENTS,
    Modifier.MCP: Condition.MCP,
    Modifier.SELF_HOSTED: Condition.SELF_HOSTED,
}
_BY_WORD = {"bedrock": Condition.BEDROCK, "sagemaker": Condition.SAGEMAKER, "agentcore": Condition.AGENTCORE}
_BY_TYPE = {
    **_BY_WORD,
    "bedrockagent_agent": Condition.AGENTS,
    "bedrock::agent": Condition.AGENTS,
    "knowledge_base": Condition.RAG,
    "knowledgebase": Condition.RAG,
    "bedrockagent_data_source": Condition.RAG,
    "bedrock::datasource": Condition.RAG,
    "kendra": Condition.RAG,
    "bedrock_custom_model": Condition.TUNED,
}
"""Parts of the types of declared resources, and the condition that such a resource shows."""
SEEN_IN_CODE = frozenset(
    {*_BY_MODIFIER.values(), *_BY_WORD.values(), Condition.WRITE_TOOLS, Condition.CODING_ASSISTANTS, Condition.TUNED}
)
"""Conditions whose absence a scan can tell; the others are known when somebody says so."""


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement that the scopes of a system bring. `applies` is None while a condition is not known."""

    requirement: Requirement
    scopes: tuple[Scope, ...]
    applies: bool | None
    reason: str
    open_conditions: tuple[Condition, ...] = ()  # what `applies` hangs on while it is not known


def demands(
    system: System,
    evidence: Sequence[Evidence],
    requirements: Iterable[Requirement],
    declared: Mapping[Condition, bool] | None = None,
    required: frozenset[str] = frozenset(),
    *,
    visible: frozenset[Condition] = SEEN_IN_CODE,
    shown: frozenset[Condition] = frozenset(),
) -> tuple[Demand, ...]:
    """The requirements of all scopes of the system; `declared` is what people say of its conditions.

    `visible` are the conditions whose absence in `evidence` means that they do not hold; `shown` those that declared
    resources show, which count as seen.

    What was seen stands against a declared no: a declaration cannot switch off a condition that evidence shows, nor any
    condition of a requirement whose code a policy lists as `required`.
    """
    seen = conditions(system, evidence) | shown
    told = declared or {}
    affirmed = {condition: True for condition, holds in told.items() if holds}
    scopes = {one.scope for one in system.scopes}
    found = []
    for requirement in requirements:
        common = tuple(scope for scope in requirement.scopes if scope in scopes)
        if common:
            said = affirmed if requirement.code in required else told
            answers = {each: True if each in seen else said.get(each, False if each in visible else None) for each in requirement.conditions}
            applies, reason = _applies(requirement, common, answers)
            asked = tuple(each for each, answer in answers.items() if answer is None) if applies is None else ()
            found.append(Demand(requirement=requirement, scopes=common, applies=applies, reason=reason, open_conditions=asked))
    return tuple(found)


def conditions(system: System, evidence: Sequence[Evidence]) -> frozenset[Condition]:
    """The conditions that evidence shows."""
    found = {_BY_MODIFIER[each.modifier] for each in system.modifiers if each.modifier in _BY_MODIFIER}
    found |= {condition for word, condition in _BY_WORD.items() if any(word in name for name in _names(system, evidence))}
    if any(component.kind == "assistant" for component in system.components):
        found.add(Condition.CODING_ASSISTANTS)
    if any(one.scope >= Scope.FINE_TUNED_MODEL for one in system.scopes):
        found.add(Condition.TUNED)
    if any(e.kind is FactKind.TOOL and e.attribute("writes") in {"yes", "true"} and e.role in COUNTED_ROLES for e in evidence):
        found.add(Condition.WRITE_TOOLS)
    return frozenset(found)


def shown_by(addresses: Iterable[str]) -> frozenset[Condition]:
    """The conditions that declared resources show by their types: `aws_sagemaker_domain.a`, `AWS::Bedrock::Agent.A`."""
    types = {address.partition("[")[0].rpartition(".")[0].rpartition(".")[2].lower() for address in addresses}
    return frozenset(condition for word, condition in _BY_TYPE.items() if any(word in kind for kind in types))


def _names(system: System, evidence: Sequence[Evidence]) -> Iterable[str]:
    """What may carry the name of a cloud service: who hosts the models, and the types of resources."""
    for component in system.components:
        yield component.provider or component.name
    for entry in evidence:
        if entry.role in COUNTED_ROLES and entry.kind in {FactKind.INFRASTRUCTURE, FactKind.TUNING, FactKind.TRAINING, FactKind.SERVING}:
            yield f"{entry.subject} {entry.value or ''} {entry.signature}".lower()


def _applies(
    requirement: Requirement, scopes: tuple[Scope, ...], answers: Mapping[Condition, bool | None]
) -> tuple[bool | None, str]:
    because = "scope " + " and ".join(str(int(scope)) for scope in scopes)
    if not requirement.conditions:
        return True, because
    words = requirement.applies_when or ", ".join(requirement.conditions)
    if any(answers.values()):
        return True, f"{because}, with {words}"
    if None in answers.values():
        return None, f"{because}, if it has: {words}. Nobody has said whether it has."
    return False, f"{because}, but only with {words}: none was seen or declared."
