"""The count of the benchmarks is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pentascope.app.scan import scan
from score import canonical, oracle, scopes, score, table
from synthetic_tree import build

ROWS: list[dict[str, Any]] = [
    {"repo": "a/one", "scopes": [3], "difficulty": "easy", "providers": ["bedrock"], "has_rag": True, "rag_stores": ["chroma"]},
    {"repo": "a/two", "scopes": ["none"], "difficulty": "easy", "has_rag": False},
    {"repo": "a/three", "scopes": [2, 4], "arguable_scopes": [3], "difficulty": "hard", "has_rag": None, "has_finetune": True,
     "finetune_methods": ["qlora"], "providers": ["openai"], "providers_optional": ["groq"]},
    {"repo": "a/four", "scopes": [1], "arguable": True},
]  # fmt: skip


def test_score_of_the_labels_themselves_is_perfect() -> None:
    result = score(ROWS, oracle(ROWS))

    assert (result.scored, result.arguable, result.macro_f1, str(result.exact["all"])) == (3, ["a/four"], 1.0, "3/3=1.000")


def test_score_leaves_masked_scopes_and_null_facts_out() -> None:
    predictions: dict[str, dict[str, Any]] = {
        "a/one": {"scopes": [3], "has_rag": True, "rag_stores": ["ChromaDB"], "providers": ["aws-bedrock"]},
        "a/two": {"scopes": []},
        "a/three": {"scopes": [2, 3, 4], "has_rag": True, "has_finetune": True, "finetune_methods": ["lora"], "providers": ["openai", "groq"]},
    }

    result = score(ROWS, predictions)

    assert result.macro_f1 == 1.0
    assert result.misses == []
    assert [tally.wrong for tally in (result.facts | result.sets).values() if tally.wrong] == []


def test_score_counts_a_missing_prediction_as_none() -> None:
    result = score(ROWS, {"a/two": {"scopes": ["none"]}})

    assert result.unpredicted == ["a/one", "a/three"]
    assert (result.classes["none"].hits, result.classes["none"].extra, result.classes[3].missed) == (1, 2, 1)
    assert "exact match all 1/3=0.333" in table(result)


def test_scopes_are_read_however_they_are_written() -> None:
    assert scopes([3, "4", "scope 5", "none"]) == {3, 4, 5}


def test_names_are_compared_in_one_vocabulary() -> None:
    assert [canonical(name) for name in ("Azure-OpenAI", "Claude Code", "Amazon Bedrock", "vllm")] == [
        "azure_openai", "claude_code", "bedrock", "vllm",
    ]  # fmt: skip


def test_synthetic_tree_is_the_same_every_time_and_without_ai(tmp_path: Path) -> None:
    written = [build(tmp_path / name, 200) for name in ("one", "two")]

    files = [{path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()} for root in (tmp_path / "one", tmp_path / "two")]
    assert written == [200, 200]
    assert files[0] == files[1]
    assert scan(tmp_path / "one", jobs=1, use_cache=False).summary.scopes == ()
