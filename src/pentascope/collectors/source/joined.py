"""Several trees as one: each below a folder with its own name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.source.tree import FileEntry, Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pentascope.model.evidence import Skipped


class JoinedTree:
    """The files of several trees; the first folder of a path names the tree."""

    revision: str | None = None

    def __init__(self, trees: Sequence[Tree]) -> None:
        """Names that occur twice get a number."""
        self.name = ", ".join(tree.name for tree in trees)
        self.files: list[FileEntry] = []
        self.skipped: list[Skipped] = []
        self.linked: list[tuple[str, FileEntry]] = []
        self._owners: dict[str, tuple[Tree, FileEntry]] = {}
        taken: set[str] = set()
        for tree in trees:
            prefix = _prefix(tree.name, taken)
            taken.add(prefix)
            for entry in tree.files:
                joined = msgspec.structs.replace(entry, path=f"{prefix}/{entry.path}")
                self.files.append(joined)
                self._owners[joined.path] = (tree, entry)
            self.linked += [
                (f"{prefix}/{path}", msgspec.structs.replace(entry, path=f"{prefix}/{entry.path}")) for path, entry in tree.linked
            ]
            self.skipped += [msgspec.structs.replace(one, path=f"{prefix}/{one.path}") for one in tree.skipped]
        self.files.sort(key=lambda entry: entry.path)

    def read(self, entry: FileEntry, limit_bytes: int) -> bytes | Skipped:
        """The text of a file as UTF-8 bytes, or why not."""
        tree, own = self._owners[entry.path]
        return tree.read(own, limit_bytes)

    def head(self, entry: FileEntry, size_bytes: int = 4096) -> bytes | Skipped:
        """The first bytes as they lie."""
        tree, own = self._owners[entry.path]
        return tree.head(own, size_bytes)


def _prefix(name: str, taken: set[str]) -> str:
    plain = name.rstrip("/").rpartition("/")[2] or "root"
    number, candidate = 2, plain
    while candidate in taken:
        candidate, number = f"{plain}-{number}", number + 1
    return candidate
