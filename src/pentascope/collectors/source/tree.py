"""What every source of bytes looks like: a list of files, and a way to read one of them."""

from __future__ import annotations

from typing import Protocol

import msgspec

from pentascope.model.evidence import Skipped


def readable(name: str) -> str:
    r"""A name of the file system as text that can be encoded: bytes that are not UTF-8 become `\xe9`."""
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class FileEntry(msgspec.Struct, frozen=True, gc=False):
    r"""One regular file of a source, cheap enough to hold a million.

    Shape: `path` is relative to the root with `/`; bytes of a name that are not UTF-8 are written `\xe9`, so that every
    path can be encoded. The stat
    fields are 0 where the source is not a directory. Positional on purpose: this is made once for every file.
    """

    path: str
    size_bytes: int
    mtime_ns: int = 0
    ctime_ns: int = 0
    inode: int = 0


class Tree(Protocol):
    """A directory, an archive or a git revision. `read` works in forked children too."""

    @property
    def name(self) -> str:
        """What the user named."""
        ...

    @property
    def revision(self) -> str | None:
        """The commit that the files come from, where there is one."""
        ...

    @property
    def files(self) -> list[FileEntry]:
        """The files that can be read, sorted by path."""
        ...

    @property
    def skipped(self) -> list[Skipped]:
        """What was left out before any byte was read, sorted by path."""
        ...

    @property
    def linked(self) -> list[tuple[str, FileEntry]]:
        """Further names of files, from symbolic links that stay inside, with the file that each leads to."""
        ...

    def read(self, entry: FileEntry, limit_bytes: int) -> bytes | Skipped:
        """The text of a file as UTF-8 bytes, or why not."""
        ...

    def head(self, entry: FileEntry, size_bytes: int = 4096) -> bytes | Skipped:
        """The first bytes as they lie, whatever the file holds."""
        ...


