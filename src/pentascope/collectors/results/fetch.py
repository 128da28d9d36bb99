"""Reads a file of results. I/O only."""

from __future__ import annotations

import os
import stat

from pentascope.errors import ResultsError

MAX_BYTES = 200_000_000
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


def read_bytes(path: str) -> bytes:
    """The bytes of a regular file. Raises: ResultsError when it cannot be read, is too large or is packed."""
    try:
        facts = os.stat(path)
        if not stat.S_ISREG(facts.st_mode):
            raise ResultsError(f"{path}: not a regular file.", hint="Name the file of results itself.")
        if facts.st_size > MAX_BYTES:
            raise _too_large(path)
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read: {error.strerror}.", hint="Name a readable file of results.") from error
    if len(data) > MAX_BYTES:
        raise _too_large(path)
    if data.startswith((_GZIP, _ZIP)):
        raise ResultsError(f"{path}: is packed.", hint="Unpack it first: packed files are not followed.")
    return data


def _too_large(path: str) -> ResultsError:
    return ResultsError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB.", hint="Let the tool write several files, or only AI services.")
