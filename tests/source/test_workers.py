"""Workers answer for every file, whatever one of the files does to the worker that reads it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pentascope.collectors.source.budget import Budget, Cause
from pentascope.collectors.source.workers import Crew
from pentascope.model.evidence import SkipReason

DESCRIPTORS = Path("/dev/fd")
BUDGET = Budget(cpu_s=0.2, wall_s=2.0, memory_bytes=100_000_000)


class Numbers:
    """Files whose content is their number; some of them do harm."""

    def __init__(self, harm: dict[int, Callable[[], object]] | None = None, *, is_plain_harmful: bool = False) -> None:
        self.harm = harm or {}
        self.is_plain_harmful = is_plain_harmful

    def read(self, index: int) -> bytes:
        if index in self.harm:
            self.harm[index]()
        return b"%d" % index

    def read_plainly(self, index: int, cause: Cause) -> bytes:
        if self.is_plain_harmful:
            self.harm[index]()
        return f"plain {index}: {cause.reason.name}".encode()

    def give_up(self, index: int, cause: Cause) -> bytes:
        return f"given up {index}: {cause.reason.name}".encode()


def answers(numbers: Numbers, count: int, *, jobs: int = 2) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for batch in Crew(numbers, count, jobs=jobs, budget=BUDGET).run():
        for index, answer in batch:
            assert index not in found
            found[index] = answer
    return found


def segfault() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def spin() -> None:
    sum(range(10**12))  # C code: no Python signal handler would run


def wait() -> None:
    time.sleep(3600)


def bloat() -> bytes:
    return b"x" * 10**9


def leave() -> None:
    os._exit(0)


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 1000])
def test_crew_answers_for_every_file_once(count: int, jobs: int) -> None:
    found = answers(Numbers(), count, jobs=jobs)

    assert found == {index: b"%d" % index for index in range(count)}


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (segfault, SkipReason.PARSER_FAILED),
        (leave, SkipReason.PARSER_FAILED),
        (spin, SkipReason.PARSE_BUDGET),
        (wait, SkipReason.PARSE_BUDGET),
        (bloat, SkipReason.PARSER_FAILED),
    ],
)
@pytest.mark.parametrize("at", [0, 70, 99])
def test_crew_loses_only_the_harmful_file(harm: Callable[[], object], reason: SkipReason, at: int) -> None:
    found = answers(Numbers({at: harm}), 100)

    expected = {index: b"%d" % index for index in range(100)}
    assert found == expected | {at: f"plain {at}: {reason.name}".encode()}


def test_crew_survives_files_that_are_all_harmful() -> None:
    found = answers(Numbers(dict.fromkeys(range(40), segfault)), 40)

    assert found == {index: f"plain {index}: PARSER_FAILED".encode() for index in range(40)}


def test_crew_gives_up_a_file_that_harms_in_every_way() -> None:
    found = answers(Numbers({3: segfault}, is_plain_harmful=True), 5)

    assert found == {0: b"0", 1: b"1", 2: b"2", 3: b"given up 3: PARSER_FAILED", 4: b"4"}


def test_crew_takes_answers_larger_than_a_pipe() -> None:
    class Large(Numbers):
        def read(self, index: int) -> bytes:
            return b"%d" % (index % 10) * 3_000_000

    found = answers(Large(), 8)

    assert {index: (len(answer), answer[:1]) for index, answer in found.items()} == {
        index: (3_000_000, b"%d" % index) for index in range(8)
    }


def test_crew_that_is_left_early_leaves_no_process() -> None:
    batches = Crew(Numbers({5: wait}), 400, jobs=2, budget=BUDGET).run()

    next(batches)
    batches.close()

    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_crew_leaves_no_descriptor_open() -> None:
    before = len(list(DESCRIPTORS.iterdir()))

    answers(Numbers({3: segfault, 50: leave}), 100)

    assert len(list(DESCRIPTORS.iterdir())) == before


def test_crew_hurries_where_many_files_take_too_long() -> None:
    budget = Budget(cpu_s=0.1, hurried_cpu_s=0.02)
    details: list[str] = []

    class Detailed(Numbers):
        def give_up(self, index: int, cause: Cause) -> bytes:
            details.append(cause.detail)
            return super().give_up(index, cause)

    numbers = Detailed(dict.fromkeys(range(15), spin), is_plain_harmful=True)
    for _ in Crew(numbers, 15, jobs=1, budget=budget).run():
        pass

    assert set(details) == {"more than 0.1 s of processor time", "more than 0.02 s of processor time"}
