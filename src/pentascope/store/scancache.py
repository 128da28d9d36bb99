"""What earlier scans of a root found in each file, believed only while the file cannot have changed.

A file is unchanged when size, mtime, ctime and inode are. A clock that ticks coarsely can hide an edit made right after
the scan, so (as git does with "racily clean" entries) a file that was touched less than two seconds before its scan
began is not remembered: the next scan reads it again. Payloads must depend on nothing but path and bytes of the file
and on the key; what depends on other files of the tree has to be worked out anew.
"""

from __future__ import annotations

import os
import stat
from array import array
from hashlib import blake2b
from itertools import compress
from pathlib import Path
from typing import Protocol

import msgspec

RACY_NS = 2_000_000_000  # the coarsest clock of a file system in use: FAT ticks every two seconds
LIMIT_BYTES = 512 * 1024 * 1024
DIGEST_BYTES = 16
LAYOUT = 1


class Entry(Protocol):
    """A listed file with what proves that it has not changed."""

    @property
    def path(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def mtime_ns(self) -> int: ...
    @property
    def ctime_ns(self) -> int: ...
    @property
    def inode(self) -> int: ...


class _Columns(msgspec.Struct, array_like=True, frozen=True):
    """The file as it lies on disk: one column a field, so that 42,000 rows load in milliseconds."""

    layout: int
    key: str
    paths: bytes  # joined by NUL, which no path can hold
    stats: bytes  # four int64 a row: size, mtime, ctime, inode
    payloads: list[bytes]


def place(folder: Path, root: Path) -> Path | None:
    """Where the cache of `root` lies below the user's cache `folder`; None when that is inside the scanned tree."""
    real_root = os.path.realpath(root)
    real_folder = os.path.realpath(folder)
    if os.path.commonpath([real_root, real_folder]) == real_root:
        return None
    name = blake2b(os.fsencode(real_root), digest_size=16).hexdigest()
    return Path(real_folder) / f"{name}.scan"


class ScanCache:
    """The results of one root under one key (catalogue hash and tool version).

    `hits`, `misses` and `racy` (results that were not remembered) count this scan; `is_damaged` tells that a cache was
    there and could not be used.
    """

    def __init__(self, path: Path, key: str, *, started_ns: int) -> None:
        self._path = path
        self._key = key
        self._newest_trusted_ns = started_ns - RACY_NS
        self._old_rows: dict[str, int] = {}
        self._old_stats: array[int] = array("q")
        self._old_payloads: list[bytes] = []
        self._is_seen = bytearray()
        self._new_paths: list[str] = []
        self._new_stats: array[int] = array("q")
        self._new_payloads: list[bytes] = []
        self.hits = 0
        self.misses = 0
        self.racy = 0
        self.is_damaged = False

    @classmethod
    def load(cls, path: Path, key: str, *, started_ns: int) -> ScanCache:
        """The cache at `path`, empty when there is none, when it is damaged or speaks of another key.

        `started_ns` is the time at which this scan began, before the tree was listed.
        """
        cache = cls(path, key, started_ns=started_ns)
        try:
            data = _read_private(path)
        except FileNotFoundError:
            return cache
        except OSError:
            cache.is_damaged = True
            return cache
        cache._adopt(data)
        return cache

    def get(self, entry: Entry) -> bytes | None:
        """What an earlier scan found in this very file, or None."""
        path = entry.path
        row = self._old_rows.get(path)
        if row is not None:
            stats = self._old_stats
            at = row * 4
            if (
                stats[at + 1] == entry.mtime_ns
                and stats[at] == entry.size_bytes
                and stats[at + 2] == entry.ctime_ns
                and stats[at + 3] == _signed(entry.inode)
            ):
                self._is_seen[row] = 1
                self.hits += 1
                return self._old_payloads[row]
            del self._old_rows[path]
        self.misses += 1
        return None

    def put(self, entry: Entry, payload: bytes) -> None:
        """Remember what this scan found in a file, unless an edit after the scan could go unnoticed. The last word counts."""
        self._old_rows.pop(entry.path, None)
        if max(entry.mtime_ns, entry.ctime_ns) >= self._newest_trusted_ns:
            self.racy += 1
            return
        self._new_paths.append(entry.path)
        self._new_stats.extend((entry.size_bytes, entry.mtime_ns, entry.ctime_ns, _signed(entry.inode)))
        self._new_payloads.append(payload)

    def save(self, *, keep_unseen: bool = False) -> bool:
        """Replace the file on disk at once; False when that is not possible.

        Results of files that this scan did not ask for are dropped, or kept when it looked at a part of the tree only.
        """
        if self._is_as_on_disk(keep_unseen=keep_unseen):
            return True
        body = msgspec.msgpack.encode(self._columns(keep_unseen=keep_unseen))
        try:
            _write_private(self._path, _digest(body) + body)
        except OSError:
            return False
        return True

    def _adopt(self, data: bytes) -> None:
        body = memoryview(data)[DIGEST_BYTES:]
        self.is_damaged = True
        if data[:DIGEST_BYTES] != _digest(body):
            return
        try:
            columns = msgspec.msgpack.decode(body, type=_Columns)
        except msgspec.DecodeError:
            return
        count = len(columns.payloads)
        paths = columns.paths.decode("utf-8", "surrogateescape").split("\0") if count else []
        if len(columns.stats) != count * 32 or len(paths) != count:
            return
        self.is_damaged = False
        if columns.layout != LAYOUT or columns.key != self._key:
            return
        self._old_stats.frombytes(columns.stats)
        self._old_payloads = columns.payloads
        self._old_rows = dict(zip(paths, range(count), strict=True))
        self._is_seen = bytearray(count)

    def _is_as_on_disk(self, *, keep_unseen: bool) -> bool:
        if self._new_paths or not self._is_seen or len(self._old_rows) != len(self._old_payloads):
            return False
        return keep_unseen or all(self._is_seen)

    def _columns(self, *, keep_unseen: bool) -> _Columns:
        is_kept = [keep_unseen or self._is_seen[row] for row in self._old_rows.values()]
        rows = list(compress(self._old_rows.values(), is_kept))
        paths = list(compress(self._old_rows, is_kept))
        stats = array("q")
        for row in rows:
            stats.extend(self._old_stats[row * 4 : row * 4 + 4])
        stats.extend(self._new_stats)
        paths.extend(self._new_paths)
        payloads = [*(self._old_payloads[row] for row in rows), *self._new_payloads]
        return _Columns(
            layout=LAYOUT,
            key=self._key,
            paths="\0".join(paths).encode("utf-8", "surrogateescape"),
            stats=stats.tobytes(),
            payloads=payloads,
        )


def _signed(inode: int) -> int:
    """An inode number (unsigned 64 bits) as the column stores it."""
    return inode if inode < 1 << 63 else inode - (1 << 64)


def _digest(body: bytes | memoryview) -> bytes:
    return blake2b(body, digest_size=DIGEST_BYTES).digest()


def _read_private(path: Path) -> bytes:
    """The bytes of a file that only its owner, who runs this, can have written.

    Raises: OSError when it is anything else.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        is_own = status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not (stat.S_ISREG(status.st_mode) and is_own and status.st_size <= LIMIT_BYTES):
            raise OSError(f"{path} is not a private file")
        return file.read()


def _write_private(path: Path, data: bytes) -> None:
    """Put `data` in place of `path`, readable by its owner alone, never half written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
