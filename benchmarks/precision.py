"""How many findings are wrong: draws a sample of findings to judge by eye, and scores the judged file.

    precision.py draw SCANS... --size 400 --seed 1 > sample.tsv     # SCANS: files of `pentascope scan TREE --format json`
    precision.py score sample.tsv                                   # after the first column has been filled in

The first column is the verdict: `ok`, `wrong`, or `?` where the source does not tell. The second names the cause.
Strata are kind and page; each gets at least one finding and otherwise in proportion to the square root of its size, so
rare pages weigh more in the sample than in a report. The score therefore gives two rates: of the sample as drawn, and
weighted back to all findings.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from pathlib import Path

import msgspec

COLUMNS = (
    "verdict", "cause", "stratum_size", "tree", "kind", "subject", "value", "signature", "confidence", "role", "path", "line",
    "excerpt",
)  # fmt: skip
Row = dict[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    draw_parser = verbs.add_parser("draw", help="write a sample of the findings of some scans")
    draw_parser.add_argument("scans", nargs="+", type=Path)
    draw_parser.add_argument("--size", type=int, default=400)
    draw_parser.add_argument("--seed", type=int, default=1)
    score_parser = verbs.add_parser("score", help="error rates of a judged sample")
    score_parser.add_argument("verdicts", type=Path)
    chosen = parser.parse_args()
    if chosen.verb == "draw":
        write(draw(list(findings(chosen.scans)), size=chosen.size, seed=chosen.seed))
    else:
        print(report(read(chosen.verdicts)))
    return 0


def findings(scans: Iterable[Path]) -> Iterator[Row]:
    """Every finding of the scans as a row without verdict."""
    for scan in scans:
        for line in msgspec.json.decode(scan.read_bytes())["evidence"]:
            yield {
                **{column: _plain(line.get(column)) for column in COLUMNS},
                "tree": scan.stem,
                "confidence": line.get("confidence", "high"),
                "role": line.get("role", "production"),
            }


def _plain(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())[:200]


def draw(rows: Sequence[Row], *, size: int, seed: int) -> list[Row]:
    """About `size` rows over all strata; within one stratum the trees take turns, so that no tree floods it."""
    strata: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        strata[row["kind"], row["signature"]].append(row)
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    share = _share(sorted(len(members) for members in strata.values()), size)
    drawn = []
    for stratum in sorted(strata):
        members = strata[stratum]
        for row in _turns(members, chance)[: max(1, round(share * sqrt(len(members))))]:
            drawn.append({**row, "stratum_size": str(len(members))})
    chance.shuffle(drawn)
    return sorted(drawn[:size], key=lambda row: (row["kind"], row["signature"], row["tree"], row["path"], int(row["line"])))


def _share(sizes: Sequence[int], wanted: int) -> float:
    """The factor before the square root that gives about the wanted number of rows in all."""
    low, high = 0.0, float(wanted)
    for _ in range(40):
        middle = (low + high) / 2
        total = sum(min(size, max(1, round(middle * sqrt(size)))) for size in sizes)
        low, high = (middle, high) if total < wanted else (low, middle)
    return high


def _turns(members: Sequence[Row], chance: random.Random) -> list[Row]:
    """The rows in chance order, one of each tree, then a second of each, and so on."""
    shuffled = list(members)
    chance.shuffle(shuffled)
    seen: Counter[str] = Counter()
    rounds = []
    for row in shuffled:
        rounds.append((seen[row["tree"]], row))
        seen[row["tree"]] += 1
    return [row for _, row in sorted(rounds, key=lambda pair: pair[0])]


def write(rows: Iterable[Row]) -> None:
    """The sample as tab-separated values on standard output."""
    writer = csv.DictWriter(sys.stdout, COLUMNS, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar="\\")
    writer.writeheader()
    writer.writerows(rows)


def read(path: Path) -> list[Row]:
    """The rows of a judged sample."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, escapechar="\\"))


def report(rows: Sequence[Row]) -> str:
    """Both error rates with their margin, then the rates by kind and the causes of what is wrong."""
    judged = [row for row in rows if row["verdict"] in {"ok", "wrong"}]
    if not judged:
        return "Nothing is judged: fill in the first column with ok or wrong."
    wrong = [row for row in judged if row["verdict"] == "wrong"]
    rate = len(wrong) / len(judged)
    margin = 1.96 * sqrt(rate * (1 - rate) / len(judged))
    lines = [
        f"judged {len(judged)} of {len(rows)}; wrong {len(wrong)}",
        f"error rate of the sample: {rate:.1%} (95 %: {max(0.0, rate - margin):.1%} to {rate + margin:.1%})",
        f"error rate weighted to all findings: {_weighted(judged):.1%}",
    ]
    for kind, count in sorted(Counter(row["kind"] for row in judged).items()):
        lines.append(f"  {kind:20} {sum(row['kind'] == kind for row in wrong):3} wrong of {count}")
    lines += [f"  cause {count:3}  {cause or '(none given)'}" for cause, count in Counter(row["cause"] for row in wrong).most_common()]
    return "\n".join(lines)


def _weighted(judged: Sequence[Row]) -> float:
    """The error rate when each judged row stands for its share of its stratum."""
    drawn = Counter((row["kind"], row["signature"]) for row in judged)
    weights = [int(row["stratum_size"]) / drawn[row["kind"], row["signature"]] for row in judged]
    return sum(weight for row, weight in zip(judged, weights, strict=True) if row["verdict"] == "wrong") / sum(weights)


if __name__ == "__main__":
    sys.exit(main())
