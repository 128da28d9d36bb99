"""The catalogue at run time: one read and one decode."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec

from pentascope.errors import CatalogueError
from pentascope.model.catalogue import Catalogue

_ARTEFACT = Path(__file__).with_name("compiled.msgpack")


@cache
def load() -> Catalogue:
    """The compiled catalogue; built from the pages when nothing was compiled. Raises: CatalogueError."""
    if _ARTEFACT.is_file():
        return decode(_ARTEFACT.read_bytes())
    from pentascope.catalogue.build import build

    return build()


def decode(content: bytes) -> Catalogue:
    """The catalogue that an artefact holds. Raises: CatalogueError if it does not fit this version."""
    try:
        with _no_collection():
            return msgspec.msgpack.decode(content, type=Catalogue)
    except msgspec.MsgspecError as error:
        raise CatalogueError(
            f"{_ARTEFACT}: does not fit this version: {error}", hint="Run `python -m pentascope.catalogue.build`."
        ) from error


@contextmanager
def _no_collection() -> Iterator[None]:
    """Tens of thousands of records are made at once and none dies: looking for garbage among them doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
