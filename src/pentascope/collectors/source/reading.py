"""The bytes of one file, or the reason why not: no link is followed, no pipe waited for, no limit passed."""

from __future__ import annotations

import codecs
import os
import stat

from pentascope.collectors.source.tree import FileEntry
from pentascope.model.evidence import Skipped, SkipReason

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
SNIFF_BYTES = 8192
BUNDLE_BYTES = 20_000
BUNDLE_MEAN_LINE_BYTES = 500
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # UTF-32 first: its little-endian mark begins with that of UTF-16
MARK_BEGINNINGS = frozenset({b"\xff", b"\xfe", b"\xef", b"\x00"})
WEB_SUFFIXES = (
    ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".css", ".html", ".htm", ".vue", ".svelte",
)  # fmt: skip
MINIFIED_SUFFIXES = (".min.js", ".min.mjs", ".min.cjs", ".min.css", ".bundle.js", ".chunk.js")
BUNDLER_WORDS = (b"__nccwpck_require__", b"__webpack_require__(", b"/******/ (")


def read(root: str | int, entry: FileEntry, limit_bytes: int, *, name: str | None = None) -> bytes | Skipped:
    """The text of `entry` as UTF-8 without a byte order mark; `root` is a path or a descriptor of the directory.

    `name` is given where the file is not opened by its path (see `Walk.odd_names`).
    """
    data = read_raw(root, entry, limit_bytes, name=name)
    return data if isinstance(data, Skipped) else normalise(entry.path, data)


def head(root: str | int, entry: FileEntry, size_bytes: int = 4096, *, name: str | None = None) -> bytes | Skipped:
    """The first bytes of `entry` as they lie."""
    return _open_and_read(root, entry.path, name or entry.path, size_bytes, is_prefix=True)


def read_raw(root: str | int, entry: FileEntry, limit_bytes: int, *, name: str | None = None) -> bytes | Skipped:
    """All bytes of `entry` as they lie, when there are at most `limit_bytes`."""
    if entry.size_bytes > limit_bytes:
        return _too_large(entry.path, entry.size_bytes, limit_bytes)
    return _open_and_read(root, entry.path, name or entry.path, limit_bytes, is_prefix=False)


def _open_and_read(root: str | int, path: str, name: str, limit_bytes: int, *, is_prefix: bool) -> bytes | Skipped:
    try:
        descriptor = os.open(name, FLAGS, dir_fd=root) if isinstance(root, int) else os.open(f"{root}/{name}", FLAGS)
    except (OSError, ValueError) as error:
        return Skipped(path=path, reason=SkipReason.UNREADABLE, detail=getattr(error, "strerror", None) or str(error))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Skipped(path=path, reason=SkipReason.NOT_REGULAR)
        if is_prefix:
            return os.read(descriptor, limit_bytes)
        return _read_to_end(descriptor, path, status.st_size, limit_bytes)
    except OSError as error:
        return Skipped(path=path, reason=SkipReason.UNREADABLE, detail=error.strerror or "")
    finally:
        os.close(descriptor)


def _read_to_end(descriptor: int, path: str, size_bytes: int, limit_bytes: int) -> bytes | Skipped:
    """The content, which may have grown or shrunk since it was listed."""
    if size_bytes > limit_bytes:
        return _too_large(path, size_bytes, limit_bytes)
    data = os.read(descriptor, size_bytes + 1)
    if len(data) == size_bytes:
        return data
    parts = [data]
    total = len(data)
    while data and total <= limit_bytes:
        data = os.read(descriptor, limit_bytes + 1 - total)
        parts.append(data)
        total += len(data)
    return _too_large(path, total, limit_bytes) if total > limit_bytes else b"".join(parts)


def normalise(path: str, data: bytes) -> bytes | Skipped:
    """Raw bytes as UTF-8 text, unless they are binary or a bundle that nobody wrote."""
    if data[:1] in MARK_BEGINNINGS:
        data = decode_marked(data)
    if data.find(b"\0", 0, SNIFF_BYTES) >= 0:
        return Skipped(path=path, reason=SkipReason.BINARY)
    if len(data) > BUNDLE_BYTES and path.endswith(WEB_SUFFIXES) and is_bundle(path, data):
        return Skipped(path=path, reason=SkipReason.MINIFIED)
    return data


def decode_marked(data: bytes) -> bytes:
    """UTF-8 of text that begins with a byte order mark; anything else as it is."""
    if data.startswith(codecs.BOM_UTF8):
        return data[len(codecs.BOM_UTF8) :]
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode("utf-8", "replace")
    return data


def is_bundle(path: str, data: bytes) -> bool:
    """Whether a script or style sheet was written by a bundler or minifier."""
    if path.endswith(MINIFIED_SUFFIXES):
        return True
    if len(data) > BUNDLE_MEAN_LINE_BYTES * (data.count(b"\n") + 1):
        return True
    return any(word in data for word in BUNDLER_WORDS)


def _too_large(path: str, size_bytes: int, limit_bytes: int) -> Skipped:
    return Skipped(path=path, reason=SkipReason.TOO_LARGE, detail=f"{size_bytes} bytes, limit {limit_bytes}")
