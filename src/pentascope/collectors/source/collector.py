"""Reads a whole tree on all cores: files in, evidence, traces and coverage out."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pentascope.collectors.source.budget import Budget, Cause
from pentascope.collectors.source.files import FileReader, FileResult
from pentascope.collectors.source.globalusings import GlobalUsings
from pentascope.collectors.source.languages import language_of
from pentascope.collectors.source.localmodules import LocalModules
from pentascope.collectors.source.prefilter import MODELS
from pentascope.engine.training import Trace
from pentascope.model.evidence import Coverage, Evidence, Skipped, SkipReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pentascope.collectors.source.companion import Cache, Companion, Told
    from pentascope.collectors.source.prefilter import Prefilter
    from pentascope.collectors.source.tree import FileEntry, Tree
    from pentascope.engine.match import Matcher

POOL_FILES = 400
POOL_BYTES = 6_000_000
PATHS_AT_ONCE = 50_000
MAX_SKIPPED_SHOWN = 2000
PASSING = frozenset({SkipReason.UNREADABLE, SkipReason.PARSE_BUDGET, SkipReason.PARSER_FAILED})


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What one tree says."""

    evidence: tuple[Evidence, ...]
    traces: tuple[Trace, ...]
    coverage: Coverage
    paths: tuple[str, ...]


class _Job(NamedTuple):
    """One file, and for whom it is read."""

    entry: FileEntry
    is_scanned: bool
    is_told: bool  # to the companion


class _Answer(msgspec.Struct, frozen=True, array_like=True):
    """What a worker says of one file: an encoded FileResult, what the companion makes of it, or why that is missing."""

    result: bytes = b""
    told: bytes = b""
    cause: Cause | None = None


class _Totals:
    """Sums while results come in, in any order."""

    def __init__(self) -> None:
        self.evidence: list[Evidence] = []
        self.traces: list[Trace] = []
        self.skipped: list[Skipped] = []
        self.languages: Counter[str] = Counter()
        self.read = self.parsed = self.tests = self.size_bytes = 0

    def add(self, result: FileResult) -> None:
        self.evidence += result.evidence
        self.traces += result.traces
        if result.skipped is not None:
            self.skipped.append(result.skipped)
        self.read += result.is_read
        self.parsed += result.is_parsed
        self.tests += result.is_test
        self.size_bytes += result.size_bytes
        if result.language is not None:
            self.languages[result.language] += 1


def collect(
    tree: Tree,
    matcher: Matcher,
    prefilter: Prefilter,
    *,
    jobs: int,
    cache: Cache | None = None,
    usings: GlobalUsings | None = None,
    told: Told | None = None,
    budget: Budget = Budget(),  # noqa: B008 - frozen
    progress: Callable[[int, int], None] | None = None,
) -> Collected:
    """Everything that the files of `tree` say. Forked workers read them, up to `jobs` where there are many.

    `told` is filled with what a companion makes of the same files.
    """
    entries = tree.files
    modules = LocalModules([entry.path for entry in entries])
    wanted = frozenset(_wanted(prefilter, [entry.path for entry in entries]))
    wanted_names = frozenset(_wanted(prefilter, [path for path, _ in tree.linked]))
    named = [name for name in tree.linked if name[0] in wanted_names]
    reader = FileReader(tree, matcher, prefilter, modules, wanted, usings or GlobalUsings(tree))
    totals = _Totals()
    pending: list[_Job] = []
    for entry in entries:
        payload = cache.get(entry) if cache is not None else None
        if payload:
            totals.add(_DECODER.decode(payload))
        job = _Job(entry, payload is None, told is not None and told.asks_for(entry))
        if job.is_scanned or job.is_told:
            pending.append(job)
    done = len(entries) - len(pending)
    reading = _Reading(reader, pending, named, told.companion if told is not None else None)
    for batch in _results(reading, jobs, budget):
        for index, payload in batch:
            answer = _ANSWERS.decode(payload)
            result = _DECODER.decode(answer.result) if answer.result else None
            done += index < len(pending)
            if index >= len(pending) or pending[index].is_scanned:
                if result is not None:
                    totals.add(result)
                if cache is not None and index < len(pending) and _is_lasting(result):
                    cache.put(pending[index].entry, answer.result)
            if told is not None and index < len(pending) and pending[index].is_told:
                told.take(pending[index].entry, answer.told, answer.cause)
        if progress is not None:
            progress(done, len(entries))
    return _collected(tree, entries, totals)


def _wanted(prefilter: Prefilter, paths: Sequence[str]) -> Iterator[str]:
    """The paths that a file rule may ask for."""
    for start in range(0, len(paths), PATHS_AT_ONCE):
        part = paths[start : start + PATHS_AT_ONCE]
        yield from (part[index] for index in prefilter.matching_paths(part))


def _is_lasting(result: FileResult | None) -> bool:
    """Whether the same file would give this again: not when the machine had a say in it."""
    return result is None or result.skipped is None or result.skipped.reason not in PASSING


def _collected(tree: Tree, entries: Sequence[FileEntry], totals: _Totals) -> Collected:
    skipped = sorted([*tree.skipped, *totals.skipped], key=lambda one: (one.path, one.reason))
    counts = Counter(one.reason for one in skipped)
    coverage = Coverage(
        files_seen=len(entries),
        files_read=totals.read,
        files_parsed=totals.parsed,
        files_of_tests=totals.tests,
        bytes_read=totals.size_bytes,
        languages=tuple(sorted(totals.languages.items())),
        skipped=tuple(skipped[:MAX_SKIPPED_SHOWN]),
        skipped_counts=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
    )
    evidence = sorted(totals.evidence, key=Evidence.order)
    traces = sorted(totals.traces, key=lambda one: one.path)
    return Collected(
        evidence=tuple(evidence), traces=tuple(traces), coverage=coverage, paths=tuple(entry.path for entry in entries)
    )


class _Reading:
    """The work of the crew: first the files of a tree by their number, then the further names that links give to files."""

    def __init__(
        self, reader: FileReader, jobs: Sequence[_Job], named: Sequence[tuple[str, FileEntry]], companion: Companion | None
    ) -> None:
        self.reader = reader
        self.jobs = jobs
        self._named = named
        self._companion = companion

    def __len__(self) -> int:
        return len(self.jobs) + len(self._named)

    def read(self, index: int) -> bytes:
        """What the file says, and what the companion makes of it; the failure of one does not touch the other."""
        result = self._tried(lambda: self._result(index))
        if isinstance(result, Cause):
            result = self._plain_result(index, result)
        if self._companion is None or index >= len(self.jobs) or not self.jobs[index].is_told:
            return _ANSWER.encode(_Answer(result))
        told = self._tried(lambda: self._told(index))
        return _ANSWER.encode(_Answer(result, cause=told) if isinstance(told, Cause) else _Answer(result, told))

    def _tried(self, read: Callable[[], bytes | Cause]) -> bytes | Cause:
        """The runner of collectors: a parser that fails on a hostile file costs that file, and is said."""
        try:
            return read()
        except (MemoryError, RecursionError) as error:
            return Cause(SkipReason.PARSE_BUDGET, type(error).__name__)
        except Exception as error:  # noqa: BLE001 - first of the two named places (style rule 12)
            return Cause(SkipReason.PARSER_FAILED, f"{type(error).__name__}: {error}"[:200])

    def _result(self, index: int) -> bytes:
        if index >= len(self.jobs):
            path, entry = self._named[index - len(self.jobs)]
            return _encoded(self.reader.read_name(entry, path))
        job = self.jobs[index]
        return _encoded(self.reader.read(job.entry)) if job.is_scanned else b""

    def _told(self, index: int) -> bytes | Cause:
        told = self._companion.read(self.reader.tree, self.jobs[index].entry) if self._companion is not None else b""
        return Cause(told.reason, told.detail) if isinstance(told, Skipped) else told

    def read_plainly(self, index: int, cause: Cause) -> bytes:
        """What the rules on names say."""
        return _ANSWER.encode(_Answer(self._plain_result(index, cause), cause=cause))

    def _plain_result(self, index: int, cause: Cause) -> bytes:
        if index >= len(self.jobs):
            return self._lost(index, cause)
        job = self.jobs[index]
        skipped = Skipped(path=job.entry.path, reason=cause.reason, detail=cause.detail)
        return _encoded(self.reader.read_name(job.entry, job.entry.path, skipped)) if job.is_scanned else b""

    def give_up(self, index: int, cause: Cause) -> bytes:
        """Only that it could not be read."""
        return _ANSWER.encode(_Answer(self._lost(index, cause), cause=cause))

    def _lost(self, index: int, cause: Cause) -> bytes:
        is_named = index >= len(self.jobs)
        path = self._named[index - len(self.jobs)][0] if is_named else self.jobs[index].entry.path
        return _encoded(FileResult(path=path, skipped=Skipped(path=path, reason=cause.reason, detail=cause.detail)))


def _results(reading: _Reading, jobs: int, budget: Budget) -> Iterator[list[tuple[int, bytes]]]:
    """Encoded answers in batches: from forked workers, one for few files; from this process where there is no fork."""
    if not hasattr(os, "fork"):
        for index in range(len(reading)):
            yield [(index, reading.read(index))]
        return
    from pentascope.collectors.source.workers import Crew  # noqa: PLC0415 - cannot be imported where there is no fork

    entries = [job.entry for job in reading.jobs]
    for family in {language.family for entry in entries if (language := language_of(entry.path)) is not None}:
        reading.reader.prefilter.database(family)  # before the fork: once, and at nobody's expense
    reading.reader.prefilter.database(MODELS)
    is_large = len(reading) > POOL_FILES or sum(entry.size_bytes for entry in entries) > POOL_BYTES
    yield from Crew(reading, len(reading), jobs=jobs if is_large else 1, budget=budget).run()


def _encoded(result: FileResult | None) -> bytes:
    return _ENCODER.encode(result) if result is not None else b""


def default_jobs() -> int:
    """As many processes as this one may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(FileResult)
_ANSWER = msgspec.msgpack.Encoder()
_ANSWERS = msgspec.msgpack.Decoder(_Answer)
