"""A second reader of the same files: it works in the same bounded workers and shares what parsers have at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pentascope.model.evidence import Skipped

if TYPE_CHECKING:
    from pentascope.collectors.source.budget import Cause
    from pentascope.collectors.source.tree import FileEntry, Tree


class Cache(Protocol):
    """What was said of files that have not changed since."""

    def get(self, entry: FileEntry) -> bytes | None: ...

    def put(self, entry: FileEntry, payload: bytes) -> None: ...


class Companion(Protocol):
    """What a second reader does with a file. What it says of a file hangs on nothing but the file."""

    @property
    def layout(self) -> int:
        """Changes with the form of what is said, so that no cache gives what an earlier version wrote."""
        ...

    def wants(self, entry: FileEntry) -> bool:
        """Whether it reads a file of that name and size."""
        ...

    def read(self, tree: Tree, entry: FileEntry) -> bytes | Skipped:
        """What it makes of the file, empty for nothing, or why it could not be read. May hang or crash, as any parser."""
        ...


class Told:
    """What a companion says of the files of a tree: from its own cache, else from workers. Both lists come by path."""

    def __init__(self, companion: Companion, cache: Cache | None = None) -> None:
        self.companion = companion
        self._cache = cache
        self._told: dict[str, bytes] = {}
        self._untold: dict[str, Skipped] = {}

    @property
    def told(self) -> list[tuple[str, bytes]]:
        """Paths, and what is said where something is said."""
        return sorted(self._told.items())

    @property
    def untold(self) -> list[Skipped]:
        """The files that could not be read, and why."""
        return [self._untold[path] for path in sorted(self._untold)]

    def asks_for(self, entry: FileEntry) -> bool:
        """Whether a worker has to read the file; what the cache knows is taken over."""
        if not self.companion.wants(entry):
            return False
        payload = self._cache.get(entry) if self._cache is not None else None
        if payload:
            self._told[entry.path] = payload
        return payload is None

    def take(self, entry: FileEntry, payload: bytes, cause: Cause | None) -> None:
        """What a worker said; with a cause, that it could not."""
        if cause is not None:
            self._untold[entry.path] = Skipped(path=entry.path, reason=cause.reason, detail=cause.detail)
            return
        if payload:
            self._told[entry.path] = payload
        if self._cache is not None:
            self._cache.put(entry, payload)
