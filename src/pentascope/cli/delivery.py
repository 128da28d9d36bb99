"""Where a report goes: standard output, a file that is whole or not there, or a device as it is."""

from __future__ import annotations

import errno
import os
import stat
import sys

from pentascope.errors import UsageError
from pentascope.store.replacement import replace

_NOT_REPLACEABLE = frozenset({errno.EACCES, errno.EBUSY, errno.EPERM, errno.EROFS, errno.EXDEV})
"""A file that may be written but not replaced: mounted by itself, or in a folder that is not ours."""


def deliver(content: bytes, output: str | None) -> None:
    """Write to standard output, or to the place that is named. Raises: UsageError when it cannot be written."""
    if output is None or output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        _write(content, output)
    except OSError as error:
        raise UsageError(f"Cannot write {output}: {error.strerror}.", hint="Name a file in a folder that exists and is yours.") from error
    sys.stderr.write(f"Written: {output}\n")


def _write(content: bytes, output: str) -> None:
    """A file is replaced as a whole, through links; a device, pipe or terminal is written and stays what it is."""
    mode = _mode(output)
    if mode is not None and not stat.S_ISREG(mode):
        _write_into(content, output)
        return
    place = os.path.realpath(output)
    try:
        replace(content, place, mode)
    except OSError as error:
        if mode is None or error.errno not in _NOT_REPLACEABLE:
            raise
        _write_into(content, place)


def _mode(output: str) -> int | None:
    try:
        return os.stat(output).st_mode
    except FileNotFoundError:
        return None


def _write_into(content: bytes, place: str) -> None:
    with open(place, "wb") as file:
        file.write(content)
