"""Scores predicted scopes and facts against labelled repositories: `score.py LABELS.yaml PREDICTIONS.json`.

The rules: an entry marked `arguable` is left out; scopes in its `arguable_scopes` count neither way; a fact labelled null
is left out; `providers_optional` never count; a repository without a prediction counts as predicted "none".
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from vocabulary import ALIASES, METHOD_FAMILIES

Row = dict[str, Any]
Names = set[str]

CLASSES: tuple[int | str, ...] = (1, 2, 3, 4, 5, "none")
FACTS = (
    "has_rag", "has_agents", "has_mcp_server", "has_guardrails", "has_prompt_injection_defence", "has_finetune",
    "has_invocation_logging", "has_fallback_retry",
)


@dataclass(slots=True)
class Tally:
    """Hits and misses of one thing, and the repositories where it went wrong."""

    hits: int = 0
    extra: int = 0
    missed: int = 0
    rest: int = 0
    wrong: list[str] = field(default_factory=list)

    def see(self, repo: str, *, is_true: bool, is_predicted: bool) -> None:
        """Count one yes/no."""
        self.hits += is_true and is_predicted
        self.extra += is_predicted and not is_true
        self.missed += is_true and not is_predicted
        self.rest += not is_true and not is_predicted
        if is_true != is_predicted:
            self.wrong.append(f"{'missed' if is_true else 'extra'} {repo}")

    def see_sets(self, repo: str, want: Names, got: Names) -> None:
        """Count each name of two sets."""
        self.hits += len(want & got)
        self.extra += len(got - want)
        self.missed += len(want - got)
        self.wrong += [f"missed {name} {repo}" for name in sorted(want - got)]
        self.wrong += [f"extra {name} {repo}" for name in sorted(got - want)]

    @property
    def precision(self) -> float | None:
        """Share of the predicted that is true."""
        return self.hits / (self.hits + self.extra) if self.hits + self.extra else None

    @property
    def recall(self) -> float | None:
        """Share of the true that was predicted."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two."""
        wrong = self.extra + self.missed
        return 2 * self.hits / (2 * self.hits + wrong) if self.hits or wrong else None


@dataclass(slots=True)
class Share:
    """So many right of so many."""

    right: int = 0
    total: int = 0

    def see(self, *, is_right: bool) -> None:
        """Count one."""
        self.right += is_right
        self.total += 1

    def __str__(self) -> str:
        return f"{self.right}/{self.total}" + (f"={self.right / self.total:.3f}" if self.total else "")


@dataclass(slots=True)
class Score:
    """Everything counted over one set of labels."""

    scored: int = 0
    arguable: list[str] = field(default_factory=list)
    unpredicted: list[str] = field(default_factory=list)
    classes: dict[int | str, Tally] = field(default_factory=lambda: {name: Tally() for name in CLASSES})
    exact: dict[str, Share] = field(default_factory=lambda: {k: Share() for k in ("all", "multi", "single", "none")})
    difficulty: dict[str, Share] = field(default_factory=dict)
    facts: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FACTS})
    sets: dict[str, Tally] = field(
        default_factory=lambda: {k: Tally() for k in ("providers", "assistants", "rag_stores", "finetune_methods")}
    )
    models: Share = field(default_factory=Share)
    agentic: Share = field(default_factory=Share)
    misses: list[str] = field(default_factory=list)

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the classes that occur."""
        values = [tally.f1 for tally in self.classes.values() if tally.f1 is not None]
        return sum(values) / len(values) if values else 0.0


def score(rows: list[Row], predictions: dict[str, Row]) -> Score:
    """The score of predictions by repository."""
    result = Score()
    for row in rows:
        if row.get("arguable"):
            result.arguable.append(row["repo"])
            continue
        if row["repo"] not in predictions:
            result.unpredicted.append(row["repo"])
        prediction = predictions.get(row["repo"], {})
        result.scored += 1
        _score_scopes(row, prediction, result)
        _score_facts(row, prediction, result)
        _score_sets(row, prediction, result)
        _score_models(row, prediction, result)
    return result


def scopes(words: list[int | str] | None) -> set[int]:
    """The scope numbers of a list that may say 3, "3", "scope 3" or "none"."""
    plain = (str(word).lower().replace("scope", "").strip(" _-") for word in words or ())
    return {int(word) for word in plain if word not in {"none", "0", ""}}


def canonical(name: object) -> str:
    """A provider's, product's or store's name in the vocabulary of the labels."""
    key = re.sub(r"[^a-z0-9]+", "_", str(name).strip().lower()).strip("_")
    return ALIASES.get(key, key)


def _names(row: Row, key: str) -> Names:
    return {canonical(name) for name in row.get(key) or ()}


def _families(row: Row) -> Names:
    return {METHOD_FAMILIES.get(name, name) for name in _names(row, "finetune_methods")}


def _score_scopes(row: Row, prediction: Row, result: Score) -> None:
    masked = set(row.get("arguable_scopes") or ())
    want, got = scopes(row["scopes"]) - masked, scopes(prediction.get("scopes")) - masked
    for name, tally in result.classes.items():
        if name == "none":
            tally.see(row["repo"], is_true=not want, is_predicted=not got)
        elif name not in masked:
            tally.see(row["repo"], is_true=name in want, is_predicted=name in got)
    kind = "none" if not want else "multi" if len(want) > 1 else "single"
    for share in (result.exact["all"], result.exact[kind], result.difficulty.setdefault(row.get("difficulty", "?"), Share())):
        share.see(is_right=want == got)
    if want != got:
        words = f"- {row['repo']} [{row.get('difficulty')}] true {sorted(want) or 'none'} predicted {sorted(got) or 'none'}"
        result.misses.append(f"{words}\n    {str(row.get('notes', ''))[:200]}")


def _score_facts(row: Row, prediction: Row, result: Score) -> None:
    for name, tally in result.facts.items():
        if row.get(name) is not None:
            tally.see(row["repo"], is_true=bool(row[name]), is_predicted=bool(prediction.get(name)))


def _score_sets(row: Row, prediction: Row, result: Score) -> None:
    repo = row["repo"]
    is_undecided = 3 in (row.get("arguable_scopes") or ()) and not scopes(row["scopes"]) - set(row["arguable_scopes"])
    if not is_undecided:
        optional = _names(row, "providers_optional") | _names(row, "assistants")
        result.sets["providers"].see_sets(repo, _names(row, "providers"), _names(prediction, "providers") - optional)
    result.sets["assistants"].see_sets(repo, _names(row, "assistants"), _names(prediction, "assistants"))
    if row.get("has_rag"):
        result.sets["rag_stores"].see_sets(repo, _names(row, "rag_stores"), _names(prediction, "rag_stores"))
    if row.get("has_finetune"):
        result.sets["finetune_methods"].see_sets(repo, _families(row), _families(prediction))


def _score_models(row: Row, prediction: Row, result: Score) -> None:
    got = [_squeezed(name) for name in prediction.get("models") or ()]
    for name in map(_squeezed, row.get("models") or ()):
        result.models.see(is_right=any((name in g or g in name) and min(len(name), len(g)) > 3 for g in got))
    if row.get("agentic_scope"):
        said = prediction.get("agentic_scope")
        result.agentic.see(is_right=bool(set(said if isinstance(said, list) else [said]) & set(row["agentic_scope"])))


def _squeezed(name: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def table(result: Score) -> str:
    """The score as text."""
    lines = [
        f"entries scored {result.scored}, arguable left out {len(result.arguable)}, without prediction {len(result.unpredicted)}",
        "",
        f"{'':29}     P     R    F1   hits extra missed",
    ]
    lines += [_told(f"scope {name}" if name != "none" else "none", tally) for name, tally in result.classes.items()]
    lines += [
        f"macro-F1 {result.macro_f1:.3f}",
        "exact match " + ", ".join(f"{name} {share}" for name, share in result.exact.items()),
        "by difficulty " + ", ".join(f"{name} {share}" for name, share in sorted(result.difficulty.items())),
        "",
    ]
    lines += [_told(name, tally) for name, tally in (result.facts | result.sets).items()]
    lines += [f"{'models, recall':29} {result.models}", f"{'agentic scope':29} {result.agentic}"]
    return "\n".join(lines)


def misses(result: Score) -> str:
    """What went wrong, repository by repository."""
    wrong = [f"- {name}: {'; '.join(tally.wrong)}" for name, tally in (result.facts | result.sets).items() if tally.wrong]
    return "\n".join(["scopes that differ:", *result.misses, "", "facts that differ:", *wrong])


def _told(name: str, tally: Tally) -> str:
    numbers = " ".join("    -" if value is None else f"{value:5.3f}" for value in (tally.precision, tally.recall, tally.f1))
    return f"{name:29} {numbers}  {tally.hits:5d} {tally.extra:5d} {tally.missed:6d}"


def oracle(rows: list[Row]) -> dict[str, Row]:
    """The labels as predictions: what a perfect tool would say."""
    return {row["repo"]: row for row in rows}


def main(words: list[str] | None = None) -> int:
    """Print the score of a file of predictions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("predictions", type=Path, nargs="?")
    parser.add_argument("--oracle", action="store_true", help="score the labels against themselves; must be 1.000")
    parser.add_argument("--quiet", action="store_true", help="the table only, not each miss")
    args = parser.parse_args(words)
    rows = yaml.safe_load(args.labels.read_text())["repos"]
    if args.oracle:
        predictions = oracle(rows)
    elif args.predictions:
        predictions = json.loads(args.predictions.read_text())
    else:
        parser.error("give PREDICTIONS.json or --oracle")
    result = score(rows, predictions)
    print(table(result))
    if not args.quiet:
        print(misses(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
