"""Proposes the scope of the agentic matrix: who starts a run, and what can it change? Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.engine.weigh import counted, is_sure
from pentascope.model.evidence import Confidence, Evidence, FactKind
from pentascope.model.scoping import AgenticDetermination, AgenticScope

if TYPE_CHECKING:
    from collections.abc import Sequence

WRITES = re.compile(
    r"(?:^|[_\-.\s/]|(?<=[a-z]))(?:[Cc]reate|[Uu]pdate|[Dd]elete|[Rr]emove|[Ww]rite|[Ss]end|[Pp]ost|[Ii]nsert|[Ee]xecute|[Rr]un|[Bb]ook|[Cc]ancel|[Dd]eploy|[Ee]dit|[Pp]ublish|[Uu]pload|[Ss]ave|[Dd]raft|[Ss]hell|[Bb]ash|[Pp]ay|[Tt]ransfer|[Aa]pply|[Cc]ommit|[Gg]enerate|[Cc]all)(?![a-z])"
)


def agentic(evidence: Sequence[Evidence]) -> AgenticDetermination | None:
    """The proposed agentic scope of a system with agents or tools; None without."""
    agents = [e for e in counted(evidence, FactKind.AGENT) if is_sure(e)]
    tools = [e for e in counted(evidence, FactKind.TOOL) if is_sure(e)]
    if not agents and not tools:
        return None
    writing = [e for e in [*tools, *agents] if e.attribute("writes") == "yes" or WRITES.search(e.value or "")]
    asking = [e for e in [*agents, *tools] if e.attribute("approval") == "yes"]
    starting = [e for e in agents if e.attribute("trigger") in {"schedule", "event"}]
    if starting and writing:
        scope, lines, why = AgenticScope.FULL_AGENCY, starting + writing, "Runs start by themselves and can change things."
    elif writing and asking:
        scope, lines, why = AgenticScope.PRESCRIBED_AGENCY, asking + writing, "Changes wait for a person's approval."
    elif writing:
        scope, lines, why = AgenticScope.SUPERVISED_AGENCY, writing, "A person starts it; tools can change things without approval."
    elif tools:
        scope, lines, why = AgenticScope.NO_AGENCY, tools, "No tool that changes anything was seen."
    else:
        scope, lines, why = AgenticScope.SUPERVISED_AGENCY, agents, "An agent chooses its steps; which tools it holds cannot be seen here."
    return AgenticDetermination(
        scope=scope,
        statement=why,
        evidence=tuple(dict.fromkeys(e.id for e in lines))[:10],
        confidence=Confidence.MEDIUM if tools else Confidence.LOW,
        counter_question="Can a tool change anything outside the conversation, does every change wait for a person, and who starts a run?",
    )
