"""Every parser against broken and swollen files, each in a child process that the kernel bounds.

    ./run tool python benchmarks/fuzz.py [--seconds 60] [--seed 0] [--only PATH...] [--failures FOLDER]
    ./run tool python benchmarks/fuzz.py --sweep [--size 100000] [--only PATH...]

The first form mutates valid samples and checks the laws of `tests/hostile/mutation.py`; it prints, for each kind of file, executions,
failures and the slowest file by processor time for each byte. `--sweep` repeats one token at a time, doubles the size, and prints what
costs too much time or memory or grows faster than it should. Files that fail are kept in FOLDER.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.hostile.mutation import broken_law, mutated, read, seeds, swollen
from tests.hostile.samples import SAMPLES, TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable

CPU_S = 5.0
MEMORY_BYTES = 1 << 30
WORTH_S = 0.15  # what takes less is not asked how it grows
GROWTH = 4.0
PEAK_MB = 400
MAX_KEPT = 20


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a child ended: the words it left, the signal that killed it, processor time and memory."""

    words: str
    killed_by: int
    cpu_s: float
    peak_mb: float


def main() -> int:
    """1 when something failed."""
    parser = argparse.ArgumentParser(description="Fuzz every parser in child processes.")
    parser.add_argument("--seconds", type=float, default=60.0, help="processor time for all kinds of file together")
    parser.add_argument("--seed", type=int, default=0, help="another number, other files")
    parser.add_argument("--only", nargs="+", default=list(SAMPLES), metavar="PATH", help="names of samples, such as a.rb")
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="where files that fail are kept")
    parser.add_argument("--sweep", action="store_true", help="repeat single tokens instead")
    parser.add_argument(
        "--kinds", nargs="+", type=int, default=[0, 1, 2, 3], help="0 the token alone, 1 behind a sample, 2 as a value, 3 closed again"
    )
    parser.add_argument("--size", type=int, default=100_000, help="bytes of the larger file of the sweep")
    words = parser.parse_args()
    for path in words.only:
        read(path, seeds(path)[0])  # what is loaded here need not be loaded by each child
    if words.sweep:
        return sum(sweep(path, words.size, words.kinds, words.failures) for path in words.only) > 0
    share_s = words.seconds / len(words.only)
    print(f"{'file':28}{'executions':>12}{'failures':>10}{'slowest':>12}", flush=True)
    return sum(fuzz(path, share_s, words.seed, words.failures) for path in words.only) > 0


def fuzz(path: str, share_s: float, seed: int, folder: Path) -> int:
    """Mutate for that many seconds; print a row; how many files failed."""
    executions, failures, slowest = 0, 0, 0.0
    kinds: dict[str, int] = {}
    left_s = share_s
    with TemporaryDirectory() as name:
        place = Path(name)
        while left_s > 0:
            outcome = in_child(partial(_mutate, path, place, left_s, f"{seed}/{path}/{executions}"), place / "words", cpu_s=left_s + CPU_S)
            left_s -= max(outcome.cpu_s, 0.01)
            done, worst = (place / "count").read_text().split()
            executions += int(done)
            slowest = max(slowest, float(worst))
            if outcome.words or outcome.killed_by:
                failures += 1
                kind = outcome.words or signal.Signals(outcome.killed_by).name
                kinds[kind] = kinds.get(kind, 0) + 1
                if kinds[kind] == 1 and len(kinds) <= MAX_KEPT:
                    keep(folder, path, f"{seed}-{executions}", (place / "input").read_bytes())
    print(f"{path:28}{executions:>12,}{failures:>10,}{slowest * 1e6:>9.1f} us/B", flush=True)
    for kind, count in sorted(kinds.items()):
        print(f"    {count} x {kind}", flush=True)
    return failures


def _mutate(path: str, place: Path, left_s: float, seed: str) -> str:
    """Until time is out or a law is broken; the law in words."""
    source = random.Random(seed)  # noqa: S311 - a number that repeats, no secret
    started_s = time.process_time()
    count, slowest = 0, 0.0
    descriptor = os.open(place / "input", os.O_CREAT | os.O_RDWR)
    tally = os.open(place / "count", os.O_CREAT | os.O_RDWR)
    while (before_s := time.process_time()) - started_s < left_s:
        data = mutated(source.choice(seeds(path)), source)
        os.pwrite(descriptor, data, 0)
        os.ftruncate(descriptor, len(data))
        count += 1
        os.pwrite(tally, f"{count} {slowest:<30}".encode(), 0)
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        law = broken_law(path, data)
        slowest = max(slowest, (time.process_time() - before_s) / 2 / max(len(data), 4_000))
        os.pwrite(tally, f"{count} {slowest:<30}".encode(), 0)
        if law is not None:
            return law
    return ""


def sweep(path: str, size_bytes: int, kinds: list[int], folder: Path) -> int:
    """Every token at two sizes; print what costs too much; how many those are."""
    jobs = [(token, index) for token in dict.fromkeys(TOKENS) for index in kinds]
    with TemporaryDirectory() as name:
        place = Path(name) / "words"
        found = [line for token, index in jobs if (line := _weigh(path, (token, index), size_bytes, place=place, folder=folder))]
    print(f"{path}: {len(jobs):,} swollen files, {len(found)} too dear", *found, sep="\n    ", flush=True)
    return len(found)


def _weigh(path: str, job: tuple[str, int], size_bytes: int, *, place: Path, folder: Path) -> str:
    token, index = job
    kind, large = list(swollen(path, token, size_bytes))[index]
    whole = in_child(lambda: _read(path, large), place, cpu_s=CPU_S)
    complaint = whole.words or (signal.Signals(whole.killed_by).name if whole.killed_by else "")
    if not complaint and whole.peak_mb > PEAK_MB:
        complaint = "memory"
    if not complaint and whole.cpu_s > WORTH_S:
        small = list(swollen(path, token, size_bytes // 2))[index][1]
        half = in_child(lambda: _read(path, small), place, cpu_s=CPU_S)
        if whole.cpu_s > GROWTH * half.cpu_s or whole.cpu_s > CPU_S / 2:
            complaint = f"{whole.cpu_s / max(half.cpu_s, 0.001):.1f} times the half"
    if not complaint:
        return ""
    keep(folder, path, f"{TOKENS.index(token)}-{kind}", large)
    return f"{token!r} {kind}: {complaint}, {whole.cpu_s:.2f} s, {whole.peak_mb:.0f} MB"


def _read(path: str, data: bytes) -> str:
    read(path, data)
    return ""


def in_child(work: Callable[[], str], place: Path, *, cpu_s: float) -> Outcome:
    """Do the work where it can neither crash, stall nor bloat this process."""
    place.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        _be_child(work, place, cpu_s)
    _, status, usage = os.wait4(pid, 0)
    words = place.read_text(encoding="utf-8") if place.exists() else ""
    killed_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return Outcome(words=words, killed_by=killed_by, cpu_s=usage.ru_utime + usage.ru_stime, peak_mb=usage.ru_maxrss / 1024)


def _be_child(work: Callable[[], str], place: Path, cpu_s: float) -> NoReturn:
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_s) + 2, int(cpu_s) + 3))
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        words = work()
    except Exception as error:  # noqa: BLE001 - any exception is what this looks for
        frame = traceback.extract_tb(error.__traceback__)[-1]
        words = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {str(error)[:80]}"
    if words:
        place.write_text(words, encoding="utf-8")
    os._exit(0)


def keep(folder: Path, path: str, name: str, data: bytes) -> None:
    """Write the file that failed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{path.replace('/', '+')}.{name}").write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
