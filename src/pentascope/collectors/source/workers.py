"""Forked processes that read files by their number, so that none of the files can stall, crash or bloat the scan.

A worker that dies costs the one file that it was reading: the rest of its chunk goes to a new worker, and the file is
read once more in the way that needs no parser. Processor time is bounded by the kernel (`ITIMER_PROF`), which stops C
code too and, unlike a clock on the wall, gives the same answer on a busy machine.
A tree with many files that take too long is meant to: the time of each is then cut, and the whole stays bounded.
"""

from __future__ import annotations

import faulthandler
import gc
import mmap
import os
import resource
import select
import signal
import struct
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn, Protocol

import msgspec

from pentascope.collectors.source.budget import Budget, Cause
from pentascope.model.evidence import SkipReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    Batch = list[tuple[int, bytes]]

CHUNK_FILES = 64
CHUNKS_PER_WORKER = 4
TASKS_AHEAD = 2
FLUSH_S = 0.25
MAX_OVERDUE = 20
POLL_MS = 1_000
READ_BYTES = 1 << 18
_LENGTH = struct.Struct("<q")


class Reading(Protocol):
    """What workers do with the number of a file."""

    def read(self, index: int) -> bytes:
        """Everything that the file says. May hang, crash the process, or take any amount of memory."""
        ...

    def read_plainly(self, index: int, cause: Cause) -> bytes:
        """What the file says without a parser."""
        ...

    def give_up(self, index: int, cause: Cause) -> bytes:
        """The answer when not even that is possible; called in this process."""
        ...


class _Task(msgspec.Struct, frozen=True, array_like=True):
    """Files `start` to `stop`; with a cause, those that are read plainly."""

    start: int
    stop: int
    cause: Cause | None = None
    is_hurried: bool = False


class _Worker:
    """A child as its parent sees it."""

    def __init__(self, place: mmap.mmap, pid: int, tasks_fd: int, results_fd: int) -> None:
        self.place = place
        self.pid = pid
        self.tasks_fd = tasks_fd
        self.results_fd = results_fd
        self.tasks: deque[_Task] = deque()
        self.received = 0  # the first file of the first task that has not been answered
        self.buffer = bytearray()
        self.seen = (-1, time.monotonic())
        self.is_stuck = False
        self.is_dismissed = False

    def assign(self, task: _Task) -> None:
        if not self.tasks:
            self.received = task.start
            self.seen = (-1, time.monotonic())
        self.tasks.append(task)
        with suppress(BrokenPipeError):  # its end is noticed where its results are read
            _send(self.tasks_fd, msgspec.msgpack.encode(task))

    def dismiss(self) -> None:
        if not self.is_dismissed:
            self.is_dismissed = True
            os.close(self.tasks_fd)

    def take(self, data: bytes) -> Iterator[Batch]:
        """The batches that are complete with these bytes."""
        self.buffer += data
        while (body := _frame(self.buffer)) is not None:
            batch = _BATCHES.decode(body)
            self.received = batch[-1][0] + 1
            if self.received >= self.tasks[0].stop:
                self.tasks.popleft()
                self.received = self.tasks[0].start if self.tasks else 0
            yield batch

    def notice(self, now: float, wall_s: float) -> None:
        """Kill a worker that has been at one file for too long on the wall: it waits for something."""
        index = _LENGTH.unpack_from(self.place)[0]
        if index != self.seen[0]:
            self.seen = (index, now)
        elif self.tasks and now - self.seen[1] > wall_s:
            self.is_stuck = True
            os.kill(self.pid, signal.SIGKILL)

    def end(self) -> int:
        """Wait for the end; the status as of `waitpid`."""
        self.dismiss()
        os.close(self.results_fd)
        status = os.waitpid(self.pid, 0)[1]
        self.place.close()
        return status


class Crew:
    """The workers of one scan."""

    def __init__(self, reading: Reading, count: int, *, jobs: int, budget: Budget) -> None:
        """`count` files are read, numbered from 0."""
        self._reading = reading
        self._budget = budget
        self._jobs = jobs
        self._count = count
        self._next = 0
        self._overdue = 0
        self._again: deque[_Task] = deque()
        self._workers: dict[int, _Worker] = {}
        self._poll = select.poll()

    def run(self) -> Iterator[Batch]:
        """The answers to all files, in any order."""
        try:
            self._hire()
            while self._workers:
                for descriptor, _ in self._poll.poll(POLL_MS):
                    yield from self._hear(self._workers[descriptor])
                now = time.monotonic()
                for worker in self._workers.values():
                    worker.notice(now, self._budget.wall_s)
                self._hire()
        finally:
            for worker in self._workers.values():
                os.kill(worker.pid, signal.SIGKILL)
                worker.end()

    def _hire(self) -> None:
        while len(self._workers) < self._jobs and (task := self._task()) is not None:
            worker = self._fork()
            self._workers[worker.results_fd] = worker
            self._poll.register(worker.results_fd, select.POLLIN)
            worker.assign(task)
            self._fill(worker)

    def _fill(self, worker: _Worker) -> None:
        while len(worker.tasks) < TASKS_AHEAD and (task := self._task()) is not None:
            worker.assign(task)
        if not worker.tasks:
            worker.dismiss()

    def _task(self) -> _Task | None:
        """What to read next: chunks that shrink to the end, so that all workers end together."""
        is_hurried = self._overdue >= MAX_OVERDUE
        if self._again:
            return msgspec.structs.replace(self._again.popleft(), is_hurried=is_hurried)
        left = self._count - self._next
        if left <= 0:
            return None
        size = min(CHUNK_FILES, max(1, left // (CHUNKS_PER_WORKER * self._jobs)))
        self._next += size
        return _Task(self._next - size, self._next, None, is_hurried)

    def _hear(self, worker: _Worker) -> Iterator[Batch]:
        data = os.read(worker.results_fd, READ_BYTES)
        if not data:
            yield from self._bury(worker)
            return
        for batch in worker.take(data):
            self._fill(worker)
            yield batch

    def _bury(self, worker: _Worker) -> Iterator[Batch]:
        self._poll.unregister(worker.results_fd)
        del self._workers[worker.results_fd]
        index = _LENGTH.unpack_from(worker.place)[0]
        status = worker.end()
        if not worker.tasks:
            return
        task = worker.tasks.popleft()
        if not worker.received <= index < task.stop:
            index = worker.received
        rest = [_Task(worker.received, index, task.cause), _Task(index + 1, task.stop, task.cause), *worker.tasks]
        self._again.extend(one for one in rest if one.start < one.stop)
        cause = task.cause or _cause(status, self._budget.cpu_of(is_hurried=task.is_hurried), self._budget, is_stuck=worker.is_stuck)
        self._overdue += cause.reason is SkipReason.PARSE_BUDGET
        if task.cause is None:
            self._again.append(_Task(index, index + 1, cause))
        else:
            yield [(index, self._reading.give_up(index, cause))]

    def _fork(self) -> _Worker:
        place = mmap.mmap(-1, mmap.PAGESIZE)
        _LENGTH.pack_into(place, 0, -1)
        tasks_out, tasks_in = os.pipe()
        results_out, results_in = os.pipe()
        pid = os.fork()
        if pid == 0:
            _be_worker(self._serve, place, tasks_out, results_in, [tasks_in, results_out, *self._descriptors()])
        os.close(tasks_out)
        os.close(results_in)
        return _Worker(place, pid, tasks_in, results_out)

    def _descriptors(self) -> Iterator[int]:
        for worker in self._workers.values():
            yield worker.results_fd
            if not worker.is_dismissed:
                yield worker.tasks_fd

    def _serve(self, place: mmap.mmap, tasks_fd: int, results_fd: int) -> None:
        """The life of a worker."""
        _limit_memory(self._budget.memory_bytes)
        buffer = bytearray()
        while True:
            while (body := _frame(buffer)) is None:
                data = os.read(tasks_fd, READ_BYTES)
                if not data:
                    return
                buffer += data
            self._read(_TASKS.decode(body), place, results_fd)

    def _read(self, task: _Task, place: mmap.mmap, results_fd: int) -> None:
        batch: Batch = []
        flushed_at = time.monotonic()
        cpu_s = self._budget.cpu_of(is_hurried=task.is_hurried)
        for index in range(task.start, task.stop):
            _LENGTH.pack_into(place, 0, index)
            signal.setitimer(signal.ITIMER_PROF, cpu_s)
            cause = task.cause
            answer = self._reading.read(index) if cause is None else self._reading.read_plainly(index, cause)
            batch.append((index, answer))
            if index + 1 == task.stop or time.monotonic() - flushed_at > FLUSH_S:
                _send(results_fd, _ENCODER.encode(batch))
                batch = []
                flushed_at = time.monotonic()


class _Serve(Protocol):
    def __call__(self, place: mmap.mmap, tasks_fd: int, results_fd: int, /) -> None: ...


def _be_worker(serve: _Serve, place: mmap.mmap, tasks_fd: int, results_fd: int, others: list[int]) -> NoReturn:
    """Serve, and end without running anything that the parent has registered."""
    try:
        gc.freeze()  # what is inherited is not looked at, so that its pages stay shared
        faulthandler.disable()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPROF):
            signal.signal(number, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a parser that aborts says so; the parent says it better
        for descriptor in others:
            os.close(descriptor)
        serve(place, tasks_fd, results_fd)
        os._exit(0)
    finally:
        os._exit(70)


def _limit_memory(extra_bytes: int) -> None:
    """Bound what can be written to, where the system tells how much that is; a git that is started here maps more."""
    with suppress(OSError, ValueError), open("/proc/self/statm", "rb") as file:
        used_bytes = int(file.read().split()[5]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = used_bytes + extra_bytes
        resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard < 0 else min(wanted, hard), hard))


def _cause(status: int, cpu_s: float, budget: Budget, *, is_stuck: bool) -> Cause:
    """What a worker died of, from its status."""
    if is_stuck:
        return Cause(SkipReason.PARSE_BUDGET, f"more than {budget.wall_s:g} s")
    if not os.WIFSIGNALED(status):
        return Cause(SkipReason.PARSER_FAILED, f"the reader ended with status {os.waitstatus_to_exitcode(status)}")
    number = os.WTERMSIG(status)
    if number == signal.SIGPROF:
        return Cause(SkipReason.PARSE_BUDGET, f"more than {cpu_s:g} s of processor time")
    if number == signal.SIGKILL:
        return Cause(SkipReason.PARSE_BUDGET, "killed by the system, which was short of memory")
    if number == signal.SIGABRT:
        return Cause(SkipReason.PARSE_BUDGET, "the parser aborted, as it does when it gets no more memory")
    return Cause(SkipReason.PARSER_FAILED, f"the parser crashed ({signal.Signals(number).name})")


def _frame(buffer: bytearray) -> bytes | None:
    """The first complete message, taken off the buffer."""
    if len(buffer) < _LENGTH.size:
        return None
    end = _LENGTH.size + _LENGTH.unpack_from(buffer)[0]
    if len(buffer) < end:
        return None
    body = bytes(memoryview(buffer)[_LENGTH.size : end])
    del buffer[:end]
    return body


def _send(descriptor: int, body: bytes) -> None:
    rest = memoryview(_LENGTH.pack(len(body)) + body)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


_ENCODER = msgspec.msgpack.Encoder()
_BATCHES = msgspec.msgpack.Decoder(list[tuple[int, bytes]])
_TASKS = msgspec.msgpack.Decoder(_Task)
