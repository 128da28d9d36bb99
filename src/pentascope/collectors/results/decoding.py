"""JSON of other tools, decoded piece by piece, so that one broken piece is told with its place and the rest is kept. Pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from pentascope.errors import ResultsError
from pentascope.model.evidence import Gap
from pentascope.model.results import ResultFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pentascope.model.results import Result, ResultFormat

StructT = TypeVar("StructT")

_BYTE = re.compile(r" \(byte (\d+)\)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LATEST_S = 253_402_300_799  # the last second of the year 9999
_TOLD = 20

UNNAMED = "an unnamed product"


class Broken(msgspec.Struct, frozen=True):
    """Why a piece is not what it should be."""

    why: str


class Piece(msgspec.Struct, frozen=True):
    """One entry of a file and the words for where it stands: `results[17]`, `line 4`."""

    where: str
    raw: msgspec.Raw


def decoded(raw: bytes | msgspec.Raw, kind: type[StructT]) -> StructT | Broken:
    """The record in these bytes, or why there is none."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except RecursionError:
        return Broken("nested too deep")
    except (msgspec.DecodeError, ValueError) as error:
        return Broken(str(error))


def required(raw: bytes | msgspec.Raw, kind: type[StructT], path: str, where: str) -> StructT:
    """The same where nothing goes without it. Raises: ResultsError with file, line and column where they are known."""
    found = decoded(raw, kind)
    if isinstance(found, Broken):
        raise ResultsError(f"{path}{_position(bytes(raw), found.why)}: {where}: {found.why}.", hint="Let the tool write the file again.")
    return found


def _position(data: bytes, why: str) -> str:
    place = _BYTE.search(why)
    if place is None:
        return ""
    before = data[: int(place[1])]
    return f":{before.count(10) + 1}:{len(before) - before.rfind(10)}"


def pieces(entries: Iterable[msgspec.Raw], name: str) -> Iterator[Piece]:
    """Entries of an array with their places."""
    for number, raw in enumerate(entries):
        yield Piece(f"{name}[{number}]", raw)


class Heard:
    """Collects what could not be read: the first few each by itself, the rest as a number."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._told: list[tuple[str, str]] = []

    def broken(self, where: str, why: str) -> None:
        """One piece could not be read."""
        self._told.append((where, why))

    def read(self, piece: Piece, kind: type[StructT]) -> StructT | None:
        """The record of a piece; None where it is broken, which is then noted."""
        found = decoded(piece.raw, kind)
        if isinstance(found, Broken):
            self.broken(piece.where, found.why)
            return None
        return found

    def gaps(self) -> tuple[Gap, ...]:
        """What was noted, as gaps."""
        found = [_gap(f"{self._path}: {where} could not be read: {why}.") for where, why in self._told[:_TOLD]]
        if len(self._told) > _TOLD:
            found.append(_gap(f"{self._path}: {len(self._told) - _TOLD:,} more entries could not be read."))
        return tuple(found)


def by_product(
    found: Mapping[tuple[str, str | None], Sequence[Result]], shape: ResultFormat, path: str, heard: Heard
) -> tuple[ResultFile, ...]:
    """One record for each product and version; what could not be read stands with the first."""
    products = sorted(found, key=lambda product: (product[0], product[1] or "")) or [(UNNAMED, None)]
    return tuple(
        ResultFile(
            path=path, format=shape, tool=product[0], version=product[1],
            results=tuple(found.get(product, ())), gaps=heard.gaps() if number == 0 else (),
        )
        for number, product in enumerate(products)
    )  # fmt: skip


def _gap(reason: str) -> Gap:
    return Gap(subject="unread-result", reason=reason, question="Did the tool say something there that matters?")


def day_of(text: str | float | None) -> dt.date | None:
    """The day of an ISO time or of seconds (or milliseconds) since 1970; None where it is neither."""
    if text is None:
        return None
    try:
        if isinstance(text, str):
            return dt.date.fromisoformat(text[:10]) if _DAY.match(text) else None
        seconds = text / 1000 if text > _LATEST_S else text
        return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
