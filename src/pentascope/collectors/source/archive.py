"""An archive as a `Tree`: its members are read into memory once, within a budget; nothing is written to disk."""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import msgspec

from pentascope.collectors.source import reading
from pentascope.collectors.source.folders import INSTALLED, SILENT, around_synthesised
from pentascope.collectors.source.links import linked
from pentascope.collectors.source.listing import sift
from pentascope.collectors.source.roles import role
from pentascope.collectors.source.selection import Selection
from pentascope.collectors.source.tree import FileEntry, readable
from pentascope.errors import SourceError
from pentascope.model.evidence import Role, Skipped, SkipReason

HEAD_BYTES = 4096
XZ_MEMORY_BYTES = 256 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
NEVER_READ = SILENT | INSTALLED
BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
ZSTD = b"\x28\xb5\x2f\xfd"


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """How much an archive may unpack to before the rest of it is left unread.

    The ratio is unpacked to packed size; archives that unpack to less than `small_bytes` are not judged by it.
    """

    total_bytes: int = 1024 * 1024 * 1024
    member_bytes: int = 30_000_000
    member_count: int = 1_000_000
    ratio: int = 100
    small_bytes: int = 64 * 1024 * 1024

    def unpacked_bytes(self, packed_bytes: int) -> int:
        """The most that an archive of this size may unpack to."""
        return min(self.total_bytes, max(self.small_bytes, packed_bytes * self.ratio))


class Stream(Protocol):
    """Anything that gives bytes in order."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        ...


class ExhaustedError(Exception):
    """The budget is spent: the rest of the archive stays unread."""


class ArchiveTree:
    """A tar (plain, gzip, bzip2, xz) or zip file.

    A folder that holds everything, as in the downloads of code hosts, is taken off the paths. Members with a hostile
    name, links and devices are skipped and named; a name that comes twice counts as its last member, as unpackers do.
    Raises: SourceError when it is no archive that can be read.
    """

    revision: str | None = None

    def __init__(
        self, path: Path, *, include: Iterable[str] = (), exclude: Iterable[str] = (), budget: Budget | None = None
    ) -> None:
        self.name = readable(str(path))
        loader = _Loader(path, budget or Budget())
        loader.run()
        top = _common_folder(loader.sizes)
        self._contents = {name.removeprefix(top): data for name, data in loader.contents.items()}
        entries = [FileEntry(name.removeprefix(top), size_bytes) for name, size_bytes in loader.sizes.items()]
        self.files, left_out = sift(entries, Selection(include, exclude))
        links = {name.removeprefix(top): target for name, target in loader.links.items() if name.startswith(top)}
        admitted, _ = sift([FileEntry(path, 0) for path in links], Selection(include, exclude))
        self.linked = linked({entry.path: links[entry.path] for entry in admitted}, self.files)
        self.skipped = sorted([*left_out, *loader.skipped], key=lambda one: (one.path, one.reason))

    def read(self, entry: FileEntry, limit_bytes: int) -> bytes | Skipped:
        """The text of a member as UTF-8 bytes, or why not."""
        data = self._contents[entry.path]
        if entry.size_bytes > limit_bytes:
            detail = f"{entry.size_bytes} bytes, limit {limit_bytes}"
            return Skipped(path=entry.path, reason=SkipReason.TOO_LARGE, detail=detail)
        if len(data) < entry.size_bytes:
            is_binary = b"\0" in data
            return Skipped(path=entry.path, reason=SkipReason.BINARY if is_binary else SkipReason.TOO_LARGE)
        return reading.normalise(entry.path, data)

    def head(self, entry: FileEntry, size_bytes: int = HEAD_BYTES) -> bytes | Skipped:
        """The first bytes as they lie; at most 4,096 of what is large or binary."""
        return self._contents[entry.path][:size_bytes]


def is_archive(path: Path) -> bool:
    """Whether a regular file begins as an archive does (also one that cannot be read, which then says why)."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(512)
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", ZSTD)) or (
        start[257:262] == b"ustar"
    )


class _Loader:
    """One pass over an archive."""

    def __init__(self, path: Path, budget: Budget) -> None:
        self.path = path
        self.budget = budget
        self.sizes: dict[str, int] = {}
        self.contents: dict[str, bytes] = {}
        self.links: dict[str, str] = {}
        self.skipped: list[Skipped] = []
        self._count = 0

    def run(self) -> None:
        try:
            with self.path.open("rb") as file:
                start = file.read(4)
                file.seek(0)
                self._load(file, start)
        except ExhaustedError as reason:
            self._skip(self.path.name, SkipReason.TOO_LARGE, f"rest of the archive unread: {reason}")
        except BROKEN as error:
            if not self.sizes:
                hint = "Name a directory, a tar file or a zip file."
                raise SourceError(f"Cannot read {self.path} as an archive: {error}", hint=hint) from error
            self._skip(self.path.name, SkipReason.MALFORMED, f"rest of the archive unread: {error}")

    def _load(self, file: BinaryIO, start: bytes) -> None:
        if start == ZSTD:
            raise SourceError(
                f"{self.path} is packed with Zstandard, which this Python cannot unpack.",
                hint="Unpack it first: zstd -d FILE.tar.zst",
            )
        limit_bytes = self.budget.unpacked_bytes(self.path.stat().st_size)
        if start[:2] == b"PK":
            self._load_zip(file, limit_bytes)
        else:
            self._load_tar(_Metered(_unpacked(file, start), limit_bytes))

    def _load_zip(self, file: BinaryIO, limit_bytes: int) -> None:
        left_bytes = limit_bytes
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                path = self._admit(info.filename, is_folder=info.is_dir())
                if path is None:
                    continue
                kind = stat.S_IFMT(info.external_attr >> 16)
                if kind not in {0, stat.S_IFREG}:
                    self._skip(path, SkipReason.LINK if kind == stat.S_IFLNK else SkipReason.NOT_REGULAR)
                elif info.flag_bits & 0x1:
                    self._skip(path, SkipReason.UNREADABLE, "encrypted")
                else:
                    left_bytes -= self._load_zip_member(archive, info, path, left_bytes)

    def _load_zip_member(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, left_bytes: int) -> int:
        """How many bytes were unpacked; the declared size is not believed."""
        metered: _Metered | None = None
        try:
            with archive.open(info) as member:
                metered = _Metered(member, left_bytes)
                self._keep(path, info.file_size, metered)
        except (zipfile.BadZipFile, NotImplementedError, zlib.error, lzma.LZMAError, EOFError, OSError) as error:
            self._skip(path, SkipReason.MALFORMED, str(error))
        return metered.count if metered else 0

    def _load_tar(self, stream: _Metered) -> None:
        with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r|", bufsize=64 * 1024, errors="backslashreplace") as archive:
            while (info := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # tarfile would remember every member
                path = self._admit(info.name, is_folder=info.isdir())
                if path is None:
                    continue
                if info.issym() or info.islnk():
                    if info.issym() and readable(info.linkname) == info.linkname:
                        self.links[path] = info.linkname
                    self._skip(path, SkipReason.LINK, info.linkname)
                elif not info.isreg() or info.issparse():
                    self._skip(path, SkipReason.NOT_REGULAR)
                elif (member := archive.extractfile(info)) is not None:
                    self._keep(path, info.size, member)

    def _admit(self, name: str, *, is_folder: bool) -> str | None:
        """The path under which a member is kept, None for folders, hostile names and what is never read."""
        self._count += 1
        if self._count > self.budget.member_count:
            raise ExhaustedError(f"more than {self.budget.member_count} members")
        parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", "."}]
        if is_folder or not parts:
            return None
        path = readable("/".join(parts))
        if name.startswith("/") or ".." in parts or parts[0].endswith(":"):
            self._skip(path, SkipReason.LINK_OUTSIDE, "name leads out of the archive")
            return None
        if not NEVER_READ.isdisjoint(parts[:-1]) and around_synthesised(path) is None:
            self.sizes.setdefault(path, 0)
            self.contents.setdefault(path, b"")
            return None
        return path

    def _keep(self, path: str, size_bytes: int, member: Stream) -> None:
        """The whole of a text that is not too large, the beginning of anything else."""
        start = member.read(reading.SNIFF_BYTES)
        is_text = b"\0" not in start or start.startswith(tuple(mark for mark, _ in reading.MARKS))
        if is_text and size_bytes <= self.budget.member_bytes:
            data = start + member.read(max(self.budget.member_bytes - len(start), 0))
            size_bytes = len(data)
        else:
            data = start[:HEAD_BYTES]
        self.sizes[path] = size_bytes
        self.contents[path] = data

    def _skip(self, path: str, reason: SkipReason, detail: str = "") -> None:
        self.skipped.append(Skipped(path=readable(path), reason=reason, detail=readable(detail)))


class _Metered:
    """A stream that ends with `ExhaustedError` where the budget does."""

    def __init__(self, stream: Stream, limit_bytes: int) -> None:
        self._stream = stream
        self._limit_bytes = limit_bytes
        self.count = 0

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""
        data = self._stream.read(min(size, self._limit_bytes - self.count + 1))
        self.count += len(data)
        if self.count > self._limit_bytes:
            raise ExhaustedError(f"unpacks to more than {self._limit_bytes} bytes")
        return data


class _Xz:
    """A reader of xz with a bound on the memory that a stream may ask for, which `lzma.LZMAFile` does not offer."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decompressor = self._fresh()
        self._pending = b""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        while True:
            if self._decompressor.eof:
                self._pending = (self._decompressor.unused_data or self._file.read(CHUNK_BYTES)).lstrip(b"\0")
                if not self._pending:
                    return b""
                self._decompressor = self._fresh()
            if self._decompressor.needs_input and not self._pending:
                self._pending = self._file.read(CHUNK_BYTES)
                if not self._pending:
                    raise EOFError("xz stream ends too early")
            data = self._decompressor.decompress(self._pending, max_length=size)
            self._pending = b""
            if data:
                return data

    @staticmethod
    def _fresh() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=XZ_MEMORY_BYTES)


def _unpacked(file: BinaryIO, start: bytes) -> Stream:
    """The tar stream inside its compression."""
    if start.startswith(b"\x1f\x8b"):
        return cast("Stream", gzip.GzipFile(fileobj=file, mode="rb"))
    if start.startswith(b"BZh"):
        return bz2.BZ2File(file)
    return _Xz(file) if start.startswith(b"\xfd7zX") else file


def _common_folder(paths: Iterable[str]) -> str:
    """The one folder, with its slash, that holds everything and says nothing of the role of what it holds."""
    tops = {path.partition("/")[0] if "/" in path else "" for path in paths}
    if len(tops) != 1:
        return ""
    top = tops.pop()
    return f"{top}/" if top and role(f"{top}/a.py") is Role.PRODUCTION else ""


