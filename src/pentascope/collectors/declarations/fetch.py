"""Reads a file of declarations or a policy, and hashes the documents that it names. I/O only."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

from pentascope.errors import ConfigurationError
from pentascope.model.declaration import DocumentFact, DocumentProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHUNK_BYTES = 1 << 20


def read_text(path: str) -> str:
    """The text of a regular file. Raises: ConfigurationError when it cannot be read as UTF-8."""
    hint = "Name a readable UTF-8 file; `pentascope declare` begins one."
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ConfigurationError(f"{path}: not a regular file.", hint=hint)
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}.", hint=hint) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8: {error.reason} at byte {error.start}.", hint=hint) from error


def look_at(folder: str, names: Iterable[str]) -> tuple[DocumentFact, ...]:
    """One fact for each name, in order of names. URLs are left out: nothing is sent anywhere."""
    kept = sorted({name for name in names if not name.startswith(("https://", "http://"))})
    return tuple(_fact(folder, name) for name in kept)


def _fact(folder: str, name: str) -> DocumentFact:
    home = os.path.realpath(folder)
    place = os.path.realpath(os.path.join(home, name))
    if os.path.commonpath((home, place)) != home:
        return DocumentFact(path=name, problem=DocumentProblem.OUTSIDE)
    try:
        if not stat.S_ISREG(os.stat(place).st_mode):
            return DocumentFact(path=name, problem=DocumentProblem.NOT_A_FILE)
        return DocumentFact(path=name, sha256=_sha256(place))
    except (FileNotFoundError, NotADirectoryError):
        return DocumentFact(path=name, problem=DocumentProblem.MISSING)
    except OSError:
        return DocumentFact(path=name, problem=DocumentProblem.UNREADABLE)


def _sha256(place: str) -> str:
    digest = hashlib.sha256()
    with open(place, "rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
