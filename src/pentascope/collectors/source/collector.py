"""Reads a whole tree on all cores: files in, evidence, traces and coverage out."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from typing import TYPE_CHECKING, Protocol

import msgspec

from pentascope.collectors.source.files import FileReader, FileResult
from pentascope.collectors.source.languages import language_of
from pentascope.collectors.source.localmodules import LocalModules
from pentascope.collectors.source.prefilter import MODELS
from pentascope.engine.training import Trace
from pentascope.model.evidence import Coverage, Evidence, Skipped, SkipReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pentascope.collectors.source.prefilter import Prefilter
    from pentascope.collectors.source.tree import FileEntry, Tree
    from pentascope.engine.match import Matcher

POOL_FILES = 400
POOL_BYTES = 6_000_000
CHUNK_FILES = 64
MAX_SKIPPED_SHOWN = 2000


class Cache(Protocol):
    """What was said of files that have not changed since."""

    def get(self, entry: FileEntry) -> bytes | None: ...

    def put(self, entry: FileEntry, payload: bytes) -> None: ...


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What one tree says."""

    evidence: tuple[Evidence, ...]
    traces: tuple[Trace, ...]
    coverage: Coverage
    paths: tuple[str, ...]


class _Totals:
    """Sums while results come in, in any order."""

    def __init__(self) -> None:
        self.evidence: list[Evidence] = []
        self.traces: list[Trace] = []
        self.skipped: list[Skipped] = []
        self.languages: Counter[str] = Counter()
        self.read = self.parsed = self.size_bytes = 0

    def add(self, result: FileResult) -> None:
        self.evidence += result.evidence
        self.traces += result.traces
        if result.skipped is not None:
            self.skipped.append(result.skipped)
        self.read += result.is_read
        self.parsed += result.is_parsed
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
    progress: Callable[[int, int], None] | None = None,
) -> Collected:
    """Everything that the files of `tree` say. `jobs` worker processes are forked above a few hundred files."""
    entries = tree.files
    modules = LocalModules([entry.path for entry in entries])
    wanted = frozenset(entries[index].path for index in prefilter.matching_paths([entry.path for entry in entries]))
    reader = FileReader(tree, matcher, prefilter, modules, wanted)
    totals = _Totals()
    pending: list[FileEntry] = []
    for entry in entries:
        payload = cache.get(entry) if cache is not None else None
        if payload is not None:
            if payload:
                totals.add(_DECODER.decode(payload))
        else:
            pending.append(entry)
    done = len(entries) - len(pending)
    for batch in _results(reader, pending, jobs):
        for index, payload in batch:
            if payload:
                totals.add(_DECODER.decode(payload))
            if cache is not None:
                cache.put(pending[index], payload)
        done += len(batch)
        if progress is not None:
            progress(done, len(entries))
    return _collected(tree, entries, totals)


def _collected(tree: Tree, entries: Sequence[FileEntry], totals: _Totals) -> Collected:
    skipped = sorted([*tree.skipped, *totals.skipped], key=lambda one: (one.path, one.reason))
    counts = Counter(one.reason for one in skipped)
    coverage = Coverage(
        files_seen=len(entries),
        files_read=totals.read,
        files_parsed=totals.parsed,
        bytes_read=totals.size_bytes,
        languages=tuple(sorted(totals.languages.items())),
        skipped=tuple(skipped[:MAX_SKIPPED_SHOWN]),
        skipped_counts=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
    )
    evidence = sorted(totals.evidence, key=lambda e: (e.path, e.line, e.column, e.kind, e.subject, e.value or ""))
    traces = sorted(totals.traces, key=lambda one: one.path)
    return Collected(
        evidence=tuple(evidence), traces=tuple(traces), coverage=coverage, paths=tuple(entry.path for entry in entries)
    )


def _results(reader: FileReader, entries: Sequence[FileEntry], jobs: int) -> Iterator[list[tuple[int, bytes]]]:
    """Encoded results of all entries in batches: here for few files, in forked workers for many."""
    chunks = list(_chunks(entries))
    is_large = len(entries) > POOL_FILES or sum(entry.size_bytes for entry in entries) > POOL_BYTES
    if jobs < 2 or not is_large or "fork" not in multiprocessing.get_all_start_methods():
        for chunk in chunks:
            yield _read_chunk(reader, entries, chunk)
        return
    for family in {language.family for entry in entries if (language := language_of(entry.path)) is not None}:
        reader.prefilter.database(family)
    reader.prefilter.database(MODELS)
    global _SHARED  # noqa: PLW0603 - handed to forked children by inheritance, never pickled
    _SHARED = (reader, entries)
    context = multiprocessing.get_context("fork")
    with context.Pool(jobs) as pool:
        yield from pool.imap_unordered(_read_shared, chunks)
    _SHARED = None


_SHARED: tuple[FileReader, Sequence[FileEntry]] | None = None


def _read_shared(chunk: range) -> list[tuple[int, bytes]]:
    if _SHARED is None:
        message = "a worker was started without its reader"
        raise RuntimeError(message)
    return _read_chunk(*_SHARED, chunk)


def _chunks(entries: Sequence[FileEntry]) -> Iterable[range]:
    return (range(start, min(start + CHUNK_FILES, len(entries))) for start in range(0, len(entries), CHUNK_FILES))


def _read_chunk(reader: FileReader, entries: Sequence[FileEntry], chunk: range) -> list[tuple[int, bytes]]:
    return [(index, _encoded(_read_one(reader, entries[index]))) for index in chunk]


def _read_one(reader: FileReader, entry: FileEntry) -> FileResult | None:
    """One file. The runner of collectors: a parser that crashes on a hostile file costs that file, and is said."""
    try:
        return reader.read(entry)
    except Exception as error:  # noqa: BLE001 - first of the two named places (style rule 12)
        detail = f"{type(error).__name__}: {error}"[:200]
        return FileResult(path=entry.path, skipped=Skipped(path=entry.path, reason=SkipReason.PARSE_BUDGET, detail=detail))


def _encoded(result: FileResult | None) -> bytes:
    return _ENCODER.encode(result) if result is not None else b""


def default_jobs() -> int:
    """As many processes as this one may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def skip_reasons(coverage: Coverage) -> dict[SkipReason, int]:
    """Counts of what was skipped by reason."""
    return dict(coverage.skipped_counts)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=None)
_DECODER = msgspec.msgpack.Decoder(FileResult)
