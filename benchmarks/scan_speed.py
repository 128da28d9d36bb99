"""Times whole scans against ripgrep and peers: `scan_speed.py TREE... [--literals FILE] [--peers] [--runs N]`.

Each round runs every command once, in turn, so that a busy machine slows all of them. Numbers are medians. Wall time and
CPU time are of the whole process with its children; memory is the peak of its largest process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
SMALL_TREE = HERE.parent / "examples" / "support-bot"
COLD, RESCAN, GREP = "scan --no-cache", "scan, unchanged", "rg -c -F -f"

PEERS: dict[str, tuple[str, ...]] = {
    "aigov": ("aigov", "scan", "{tree}", "--output", "json", "--out-file", "{out}"),
    "scopesafe-aibom": ("aibom", "{tree}", "--json"),
    "ai-bom": ("ai-bom", "scan", "{tree}", "--format", "json", "--output", "{out}", "--no-telemetry", "--quiet"),
    "agent-bom": ("agent-bom", "code", "{tree}"),
    "cdxgen": ("cdxgen", "-t", "aibom", "-o", "{out}", "{tree}"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    status: int

    @property
    def outcome(self) -> str:
        """Nothing, or how it failed: exit codes of scanners often carry a verdict, signals never do."""
        return f"exit {self.status}" if self.status > 0 else f"signal {-self.status}" if self.status < 0 else ""


@dataclass(frozen=True, slots=True)
class Case:
    """One command to time."""

    name: str
    words: tuple[str, ...]
    environment: dict[str, str]


def run(case: Case, timeout_s: float) -> Run:
    """Run the command to its end, or kill it after the timeout."""
    started = time.perf_counter()
    process = subprocess.Popen(
        case.words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | case.environment
    )
    killer = threading.Timer(timeout_s, process.kill)
    killer.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall_s=wall_s, cpu_s=usage.ru_utime + usage.ru_stime, peak_mb=_peak_mb(usage.ru_maxrss), status=process.returncode)


def _peak_mb(maxrss: int) -> float:
    return maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def measure(cases: list[Case], runs: int, timeout_s: float) -> dict[str, list[Run]]:
    """All runs by case, interleaved. A case that ran into the timeout is not run again."""
    found: dict[str, list[Run]] = {case.name: [] for case in cases}
    for _ in range(runs):
        for case in cases:
            if not any(one.wall_s >= timeout_s for one in found[case.name]):
                found[case.name].append(run(case, timeout_s))
    return found


def tree_cases(command: str, tree: Path, literals: Path, scratch: Path, *, with_peers: bool) -> list[Case]:
    """What to time on one tree. The cache of the unchanged scan is a fresh one, filled here."""
    cache = {"XDG_CACHE_HOME": str(scratch / "cache")}
    scan = (command, "scan", str(tree), "--format", "json", "-o", str(scratch / "scan.json"))
    cases = [Case(COLD, (*scan, "--no-cache"), cache), Case(RESCAN, scan, cache)]
    run(cases[1], timeout_s=600)
    grep = shutil.which("rg")
    if grep:
        cases.append(Case(GREP, (grep, "-c", "-F", "-f", str(literals), str(tree)), {}))
    if with_peers:
        cases += peer_cases(tree, scratch)
    return cases


def peer_cases(tree: Path, scratch: Path) -> list[Case]:
    """The peers that are installed."""
    cases = []
    for name, words in PEERS.items():
        if shutil.which(words[0]):
            filled = tuple(word.format(tree=tree, out=scratch / f"{name}.json") for word in words)
            cases.append(Case(name, filled, {"AI_BOM_TELEMETRY": "0"}))
        else:
            print(f"{name}: `{words[0]}` is not on PATH, left out", file=sys.stderr)
    return cases


def told(found: dict[str, list[Run]]) -> str:
    """A table of medians, with how many times as long as the cold scan each one took."""
    base = median(one.wall_s for one in found[COLD]) if COLD in found else None
    lines = [f"  {'':20} {'wall s':>8} {'cpu s':>8} {'peak MB':>8} {'ratio':>8}"]
    for name, runs in found.items():
        wall_s = median(one.wall_s for one in runs)
        cpu_s, peak_mb = median(one.cpu_s for one in runs), median(one.peak_mb for one in runs)
        ratio = "" if base is None else f"{wall_s / base:.2f}"
        lines.append(f"  {name:20} {wall_s:8.3f} {cpu_s:8.3f} {peak_mb:8.0f} {ratio:>8} {runs[-1].outcome}".rstrip())
    if GREP in found and base is not None:
        grep_s = median(one.wall_s for one in found[GREP])
        rescan_s = median(one.wall_s for one in found[RESCAN])
        lines.append(f"  against rg: cold scan {base / grep_s:.2f} x, unchanged scan {rescan_s / grep_s:.2f} x")
    return "\n".join(lines)


def start_cases(command: str, scratch: Path) -> list[Case]:
    """What the start of the programme costs."""
    cache = {"XDG_CACHE_HOME": str(scratch / "cache")}
    return [
        Case("python -c pass", (sys.executable, "-c", "pass"), {}),
        Case("pentascope --version", (command, "--version"), cache),
        Case("small tree, no cache", (command, "scan", str(SMALL_TREE), "--format", "json", "--no-cache"), cache),
    ]


def main(words: list[str] | None = None) -> int:
    """Measure and print."""
    args = _arguments(words)
    if not shutil.which("rg"):
        print("rg is not installed: tools/debian-packages.sh --benchmarks (apt-get install ripgrep)", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="pentascope-speed-") as name:
        scratch = Path(name)
        print(f"start, median of {args.runs}:")
        print(told(measure(start_cases(args.command, scratch), args.runs, args.timeout)))
        for tree in args.trees:
            cases = tree_cases(args.command, tree.resolve(), args.literals, scratch, with_peers=args.peers)
            files = sum(len(names) for _, _, names in os.walk(tree))
            print(f"\n{tree.name}, {files:,} files, median of {args.runs}:")
            print(told(measure(cases, args.runs, args.timeout)), flush=True)
    return 0


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", type=Path, nargs="+", metavar="TREE")
    parser.add_argument("--literals", type=Path, default=HERE / "literals.txt", help="what rg looks for (default: %(default)s)")
    parser.add_argument("--peers", action="store_true", help="also time the peers that are on PATH")
    parser.add_argument("--runs", type=int, default=5, help="rounds (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="end one run after this (default: %(default)s)")
    beside = Path(sys.executable).with_name("pentascope")
    default = str(beside) if beside.exists() else shutil.which("pentascope") or "pentascope"
    parser.add_argument("--command", default=default, help="the pentascope to run (default: %(default)s)")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
