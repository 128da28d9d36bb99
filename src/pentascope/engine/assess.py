"""From systems, evidence and people's word to verdicts. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pentascope.engine.codechecks import code_grounds
from pentascope.engine.require import SEEN_IN_CODE, Demand, conditions, demands, shown_by
from pentascope.model.verdict import Exception_, Ground, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pentascope.model.evidence import Coverage, Evidence
    from pentascope.model.requirement import Condition, Requirement
    from pentascope.model.scoping import System

_WORST_FIRST = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET)


def assess(
    systems: Sequence[System],
    evidence: Sequence[Evidence],
    requirements: Sequence[Requirement],
    coverage: Coverage,
    *,
    infrastructure: Iterable[Ground] = (),
    imported: Mapping[str, Iterable[Ground]] | None = None,
    word_of: Callable[[System], Iterable[Ground]] = lambda _: (),
    declared: Mapping[str, Mapping[Condition, bool]] | None = None,
    exceptions: Mapping[tuple[str, str], Exception_] | None = None,
    weigh: Callable[[Iterable[Ground]], Iterable[Ground]] = tuple,
    required: frozenset[str] = frozenset(),
    visible: frozenset[Condition] = SEEN_IN_CODE,
) -> tuple[Verdict, ...]:
    """One verdict for each requirement that a scope of each system brings, by system and requirement.

    `infrastructure` are grounds with a path; `imported` what other tools say, by System.id; `word_of` gives what people
    attest of a system; `declared` maps System.id to conditions; `exceptions` are those in force, by (System.id, code).
    `weigh` makes of grounds what a policy leaves of them; no declaration can drop a requirement that is `required`;
    `visible` are the conditions whose absence evidence shows.
    """
    own_lines = lines_by_system(systems, evidence)
    own_grounds = _grounds_by_system(systems, infrastructure)
    found = []
    for system in systems:
        lines = own_lines[system.id]
        said: dict[str, list[Ground]] = {}
        for ground in (*(imported or {}).get(system.id, ()), *word_of(system)):
            said.setdefault(ground.requirement, []).append(ground)
        own = own_grounds[system.id]
        resources = chain(*own.values(), (imported or {}).get(system.id, ()))
        shown = shown_by(ground.address for ground in resources if ground.address)
        told = (declared or {}).get(system.id)
        for demand in demands(system, lines, requirements, told, required, visible=visible, shown=shown):
            code = demand.requirement.code
            grounds = (
                *code_grounds(demand.requirement, lines, coverage),
                *own.get(code, ()),
                *said.get(code, ()),
            )
            found.append(verdict(system.id, demand, weigh(grounds), (exceptions or {}).get((system.id, code))))
    return tuple(found)


def verdict(system: str, demand: Demand, grounds: Iterable[Ground], exception: Exception_ | None = None) -> Verdict:
    """What the grounds give together. Order of grounds does not matter.

    The strongest kind of proof that decides wins. Within one strength, not met beats unknown and unknown beats met: one
    resource that nobody can judge keeps the others from proving the whole. A sign that is no whole proof never meets.
    """
    ordered = tuple(sorted(grounds, key=_order))
    outcome, decided_by = _decided(ordered)
    reason = _reason(ordered, decided_by, demand)
    if demand.applies is False:
        outcome, decided_by, reason = Outcome.NOT_APPLICABLE, None, demand.reason
    strength = decided_by.strength if decided_by else None
    return Verdict(
        system=system,
        requirement=demand.requirement.code,
        outcome=outcome,
        strength=strength,
        grounds=ordered,
        reason=reason,
        because=demand.reason,
        open_conditions=demand.open_conditions if outcome is Outcome.UNKNOWN else (),
        scopes=demand.scopes,
        is_conflict=decided_by is not None and (any(_contradicts(ground, decided_by) for ground in ordered) or _disagree(ordered)),
        exception=exception if outcome in {Outcome.NOT_MET, Outcome.UNKNOWN} else None,
    )


def _order(ground: Ground) -> tuple[int, int, str, str, int, str, tuple[str, ...], str, bool, str]:
    place = (ground.path or "", ground.line or 0, ground.address or "")
    return (-ground.strength, _rank(ground.outcome), ground.check, *place, ground.evidence, ground.says, ground.is_whole, ground.source or "")


def _rank(outcome: Outcome) -> int:
    return _WORST_FIRST.index(outcome) if outcome in _WORST_FIRST else len(_WORST_FIRST)


def _decided(ordered: Sequence[Ground]) -> tuple[Outcome, Ground | None]:
    """The outcome and the ground that decides it; grounds come strongest first, worst first."""
    for strength in dict.fromkeys(ground.strength for ground in ordered):
        level = [ground for ground in ordered if ground.strength == strength]
        whole = [ground for ground in level if ground.is_whole or ground.outcome is Outcome.NOT_MET]
        worst = min(whole, key=_order, default=None)
        if worst is not None and worst.outcome in {Outcome.MET, Outcome.NOT_MET}:
            return worst.outcome, worst
    if ordered and all(ground.outcome is Outcome.NOT_APPLICABLE for ground in ordered):
        return Outcome.NOT_APPLICABLE, ordered[0]
    return Outcome.UNKNOWN, None


def _contradicts(ground: Ground, decided_by: Ground) -> bool:
    """Whether another kind of proof says the opposite; resources that differ among themselves are no conflict, nor are signs."""
    is_other_kind = ground.strength != decided_by.strength and ground.is_whole
    return is_other_kind and {ground.outcome, decided_by.outcome} == {Outcome.MET, Outcome.NOT_MET}


def _disagree(ordered: Sequence[Ground]) -> bool:
    """Whether another tool says of one resource the opposite of what an own check, which looks at the same, says of it."""
    own = {(ground.check, ground.path, ground.address): ground.outcome for ground in ordered if ground.source is None}
    decided = {Outcome.MET, Outcome.NOT_MET}
    return any(
        {ground.outcome, own.get((check, ground.path, ground.address))} == decided
        for ground in ordered
        for check in ground.peers
    )


def _reason(ordered: Sequence[Ground], decided_by: Ground | None, demand: Demand) -> str:
    if decided_by is not None:
        return decided_by.says
    if demand.applies is None:
        return f"Applies in {demand.reason}"
    signs = [ground for ground in ordered if ground.outcome is Outcome.MET and not ground.is_whole]
    if signs:
        return f"A sign of it was seen, which does not prove the whole: {signs[0].says}"
    unknown = [ground for ground in ordered if ground.outcome is Outcome.UNKNOWN]
    return unknown[0].says if unknown else "Nothing that was looked at can tell."


def conditions_by_system(systems: Sequence[System], evidence: Iterable[Evidence]) -> dict[str, frozenset[Condition]]:
    """The conditions that evidence shows of each system, by System.id."""
    lines = lines_by_system(systems, evidence)
    return {system.id: conditions(system, lines[system.id]) for system in systems}


def lines_by_system(systems: Sequence[System], evidence: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    """The evidence that speaks of each system, by System.id."""
    found: dict[str, list[Evidence]] = {system.id: [] for system in systems}
    for entry in evidence:
        for system in owners(entry.path, systems):
            found[system.id].append(entry)
    return found


def _grounds_by_system(systems: Sequence[System], grounds: Iterable[Ground]) -> dict[str, dict[str, list[Ground]]]:
    """By System.id and requirement."""
    found: dict[str, dict[str, list[Ground]]] = {system.id: {} for system in systems}
    owning: dict[str, Sequence[System]] = {}
    for ground in grounds:
        path = ground.path or ""
        if path not in owning:
            owning[path] = owners(path, systems)
        for system in owning[path]:
            found[system.id].setdefault(ground.requirement, []).append(ground)
    return found


def owners(path: str, systems: Sequence[System]) -> Sequence[System]:
    """The systems that a file speaks of: the one in whose folder it lies, deepest first, else all of them."""
    holding = [system for system in systems if system.root == "." or path.startswith(f"{system.root}/")]
    if not holding:
        return systems
    deepest = max(len(system.root) if system.root != "." else 0 for system in holding)
    return [system for system in holding if (len(system.root) if system.root != "." else 0) == deepest]
