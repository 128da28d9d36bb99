"""A directory as a `Tree`: the usual source, and the fast one."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable
from pathlib import Path

from pentascope.collectors.source import reading
from pentascope.collectors.source.links import linked
from pentascope.collectors.source.tree import FileEntry, readable
from pentascope.collectors.source.walk import Walk, walk
from pentascope.errors import SourceError
from pentascope.model.evidence import Skipped


class DirectoryTree:
    """A checkout as it lies on disk. Files are opened relative to one descriptor, which forked children inherit."""

    revision: str | None = None

    def __init__(
        self, root: Path, *, include: Iterable[str] = (), exclude: Iterable[str] = (), revision: str | None = None
    ) -> None:
        self.name = readable(str(root))
        self.root = os.path.abspath(root)  # resolve() would follow links
        self.revision = revision
        self.include, self.exclude = tuple(include), tuple(exclude)
        if not root.is_dir():
            raise SourceError(f"{root} is not a directory.", hint="Name a directory, an archive or a git revision.")
        self.walk: Walk = walk(Path(self.root), include=self.include, exclude=self.exclude)
        self.files = self.walk.files
        self._odd_names = self.walk.odd_names
        self.skipped = self.walk.skipped
        self.linked = linked(self.walk.links, self.files)
        self._descriptor: int | None = None
        self._closer: weakref.finalize[..., DirectoryTree] | None = None

    def read(self, entry: FileEntry, limit_bytes: int) -> bytes | Skipped:
        """The text of a file as UTF-8 bytes, or why not."""
        return reading.read(self._open_root(), entry, limit_bytes, name=self._odd_names.get(entry.path))

    def head(self, entry: FileEntry, size_bytes: int = 4096) -> bytes | Skipped:
        """The first bytes as they lie."""
        return reading.head(self._open_root(), entry, size_bytes, name=self._odd_names.get(entry.path))

    def close(self) -> None:
        """Give the descriptor back."""
        if self._closer is not None:
            self._closer()
            self._descriptor = self._closer = None

    def _open_root(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            self._closer = weakref.finalize(self, os.close, self._descriptor)
        return self._descriptor

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"_descriptor": None, "_closer": None}
