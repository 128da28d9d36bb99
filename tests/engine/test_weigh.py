from __future__ import annotations

from itertools import permutations

import pytest
from tests.engine.samples import line

from pentascope.engine.weigh import Weights, choosing, counted, is_sure, ranked
from pentascope.model.evidence import Confidence, FactKind, Role

CALL = line(FactKind.INFERENCE, "openai", "src/app.py", 3, anchor="call")
MENTION = line(FactKind.INFERENCE, "openai", "src/app.py", 1, anchor="import")
EXAMPLE = line(FactKind.INFERENCE, "openai", "examples/a.py", 1, role=Role.EXAMPLE, anchor="call")
UNSURE = line(FactKind.INFERENCE, "openai", "a.py", 1, confidence=Confidence.LOW, anchor="call")


def test_ranked_is_the_same_for_every_order() -> None:
    orders = {tuple(ranked(order)) for order in permutations([UNSURE, EXAMPLE, MENTION, CALL])}

    assert orders == {(CALL, MENTION, EXAMPLE, UNSURE)}


@pytest.mark.parametrize("role", [Role.TEST, Role.DOCUMENTATION, Role.VENDORED, Role.GENERATED])
def test_counted_leaves_out_what_does_not_run(role: Role) -> None:
    aside = line(FactKind.INFERENCE, role=role)

    assert counted([aside, EXAMPLE, CALL, line(FactKind.PROMPT)], FactKind.INFERENCE) == [CALL, EXAMPLE]


def test_low_confidence_is_not_sure() -> None:
    assert [is_sure(one) for one in (CALL, UNSURE)] == [True, False]


def test_weights_that_the_tree_trains_are_not_somebody_elses() -> None:
    load = line(FactKind.INFERENCE, "huggingface", "train.py", 2, signature="transformers")
    tuning = line(FactKind.TUNING, "lora", "train.py", 9, base="meta/base")
    elsewhere = line(FactKind.INFERENCE, "huggingface", "serve.py", 2, signature="transformers")
    named = line(FactKind.MODEL, "mistral", "serve.py", 3, value="mistral/other")
    base = line(FactKind.MODEL, "meta", "serve.py", 3, value="meta/base")

    assert not Weights([load, tuning]).is_third_party(load)
    assert not Weights([elsewhere, tuning, base]).is_third_party(elsewhere)
    assert Weights([elsewhere, tuning, named]).is_third_party(elsewhere)
    assert Weights([elsewhere]).is_third_party(elsewhere)


def test_hosted_models_are_always_somebody_elses() -> None:
    assert Weights([CALL, line(FactKind.TUNING, "lora", CALL.path)]).is_third_party(CALL)


@pytest.mark.parametrize(
    ("path", "is_counted"),
    [("CLAUDE.md", True), (".claude/agents/a.md", True), ("src/main/resources/.claude/skills/a/SKILL.md", False), ("templates/web/AGENTS.md", False)],
)
def test_assistant_files_that_the_product_hands_out_do_not_count(path: str, is_counted: bool) -> None:
    entry = line(FactKind.ASSISTANT, "claude_code", path, 1, anchor="file")

    assert counted([entry], FactKind.ASSISTANT) == ([entry] if is_counted else [])


def test_tools_of_a_server_without_a_model_choose_nothing() -> None:
    server = line(FactKind.MCP_SERVER, "mcp", "server.py", 1, anchor="call")
    tool = line(FactKind.TOOL, "search", "tools.py", 1, anchor="call")

    assert choosing([server, tool]) == []
    assert choosing([tool]) == [tool]
    assert choosing([server, tool, CALL]) == [tool]
