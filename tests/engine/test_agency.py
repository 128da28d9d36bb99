from __future__ import annotations

import pytest
from tests.engine.samples import line

from pentascope.engine.agency import agentic
from pentascope.model.evidence import Confidence, Evidence, FactKind, Role
from pentascope.model.scoping import AgenticScope

AGENT = line(FactKind.AGENT, "langgraph", number=1)
SCHEDULED = line(FactKind.AGENT, "langgraph", number=2, trigger="schedule")
READS = line(FactKind.TOOL, "tool", number=3, value="search_orders", writes="no")
WRITES = line(FactKind.TOOL, "tool", number=4, value="cancel_order", writes="yes")
ASKS = line(FactKind.TOOL, "tool", number=5, value="approve", approval="yes")


@pytest.mark.parametrize(
    ("evidence", "scope", "cited", "confidence"),
    [
        ([READS], AgenticScope.NO_AGENCY, [READS], Confidence.MEDIUM),
        ([WRITES, ASKS], AgenticScope.PRESCRIBED_AGENCY, [ASKS, WRITES], Confidence.MEDIUM),
        ([AGENT, WRITES], AgenticScope.SUPERVISED_AGENCY, [WRITES], Confidence.MEDIUM),
        ([AGENT], AgenticScope.SUPERVISED_AGENCY, [AGENT], Confidence.LOW),
        ([SCHEDULED, WRITES], AgenticScope.FULL_AGENCY, [SCHEDULED, WRITES], Confidence.MEDIUM),
    ],
)
def test_agency_is_what_tools_change_and_who_starts(
    evidence: list[Evidence], scope: AgenticScope, cited: list[Evidence], confidence: Confidence
) -> None:
    found = agentic(evidence)

    assert found is not None
    assert (found.scope, found.evidence, found.confidence) == (scope, tuple(e.id for e in cited), confidence)


def test_agency_needs_an_agent_or_a_tool_that_counts() -> None:
    assert agentic([line(FactKind.INFERENCE), line(FactKind.TOOL, role=Role.TEST), line(FactKind.AGENT, confidence=Confidence.LOW)]) is None


@pytest.mark.parametrize(("name", "is_writing"), [("cancelOrder", True), ("send_mail", True), ("get_updates", False), ("lookup", False)])
def test_agency_reads_the_names_of_tools(name: str, is_writing: bool) -> None:
    found = agentic([line(FactKind.TOOL, "tool", value=name)])

    assert found is not None
    assert (found.scope is AgenticScope.SUPERVISED_AGENCY) is is_writing
