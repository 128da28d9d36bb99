"""A file that is whole or not there: written beside its place, then put in it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from itertools import count


def replace(content: bytes, place: str, mode: int | None) -> None:
    """Write `place` as a whole: readers see the old content or the new. `mode` is kept; None: a new file. Raises: OSError."""
    draft, descriptor = _draft(place)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        if mode is not None:
            os.chmod(draft, stat.S_IMODE(mode))
        os.replace(draft, place)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft)


def _draft(place: str) -> tuple[str, int]:
    """A file beside `place` that nobody has, and its descriptor."""
    for number in count():
        draft = f"{place}.{os.getpid()}-{number}.draft"
        try:
            return draft, os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            continue
    raise AssertionError
