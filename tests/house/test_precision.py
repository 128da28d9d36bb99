"""The sample is fair and its score is right."""

from __future__ import annotations

from collections import Counter

from precision import COLUMNS, Row, draw, report


def row(kind: str, page: str, tree: str, number: int, verdict: str = "", size: int = 1) -> Row:
    told = {"verdict": verdict, "stratum_size": str(size), "tree": tree, "kind": kind, "signature": page, "path": f"{number}.py", "line": str(number)}
    return {column: told.get(column, "") for column in COLUMNS}


def test_sample_holds_every_stratum_and_trees_take_turns() -> None:
    rows = [row("model", "common", "big", n) for n in range(900)]
    rows += [row("model", "common", f"small{n}", n) for n in range(10)] + [row("agent", "rare", "one", 1)]

    drawn = draw(rows, size=12, seed=4)

    assert len(drawn) == 12
    assert Counter(one["signature"] for one in drawn) == {"common": 11, "rare": 1}
    assert max(Counter(one["tree"] for one in drawn).values()) == 1


def test_same_seed_draws_the_same_sample() -> None:
    rows = [row("model", "common", f"tree{n % 7}", n) for n in range(200)]

    assert draw(rows, size=20, seed=1) == draw(rows, size=20, seed=1)


def test_score_weighs_strata_by_their_size() -> None:
    judged = [row("model", "common", "a", n, "ok", 90) for n in range(9)] + [row("agent", "rare", "a", 1, "wrong", 10)]

    told = report(judged)

    assert "judged 10 of 10; wrong 1" in told
    assert "error rate of the sample: 10.0%" in told
    assert "error rate weighted to all findings: 10.0%" in told
