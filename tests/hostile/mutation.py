"""What is done to samples before a parser reads them, and the laws that hold whatever comes out."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from tests.hostile.samples import SAMPLES, TOKENS, WEIGHTS

from pentascope.collectors.source.languages import language_of, parser_of
from pentascope.collectors.source.parse.weights import inspect
from pentascope.model.unit import Unit

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

PAGES = Path(__file__).parents[2] / "src/pentascope/catalogue/data/signatures"
MAX_EXAMPLES = 40
MAX_BYTES = 40_000
_FENCE = re.compile(r'^```\w+ path="([^"]+)"[^\n]*\n(.*?)^```', re.MULTILINE | re.DOTALL)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SWAPS = bytes.maketrans(b"()[]{}<>", b"[)(}]{><")


def read(path: str, data: bytes) -> Unit | None:
    """What the parser of that path says of the bytes; None for weights, whose header gives no unit."""
    if path == WEIGHTS:
        inspect(data, path)
        return None
    return parser_of(module_of(path))(data, path)


def module_of(path: str) -> str:
    """The parser that reads a file of that name."""
    language = language_of(path)
    return language.module if language else "weights"


@cache
def seeds(path: str) -> tuple[bytes, ...]:
    """Valid files for the parser of that path: its sample, and examples of the catalogue."""
    wanted = module_of(path)
    own = SAMPLES[path].encode("latin-1" if path == WEIGHTS else "utf-8")
    found = [text.encode() for name, text in examples() if module_of(name) == wanted and name.endswith(Path(path).suffix)]
    return (own, *found[:MAX_EXAMPLES])


@cache
def examples() -> tuple[tuple[str, str], ...]:
    """Name and text of every example of the catalogue."""
    texts = (page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md")))
    return tuple((match[1], match[2]) for text in texts for match in _FENCE.finditer(text))


def mutated(data: bytes, source: random.Random) -> bytes:
    """The bytes after one to four changes that `source` chooses."""
    for _ in range(source.randint(1, 4)):
        data = _changed(data, source)[:MAX_BYTES]
    return data


def _changed(data: bytes, source: random.Random) -> bytes:
    place, end = sorted((source.randint(0, len(data)), source.randint(0, len(data))))
    token = source.choice(TOKENS).encode()
    many = source.choice((1, 2, 30, 400))
    changes = (
        data[:place],
        data[place:],
        data[:place] + data[end:],
        data[:place] + data[place:end] * min(many, 40) + data[end:],
        data[:place] + token * many + data[place:],
        data[:place] + token * many + data[place:end] + token[::-1].translate(bytes.maketrans(b"([{<", b")]}>")) * many + data[end:],
        data[:place]
        + source.choice((b"\0", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xf8", "\u2028".encode(), b"\x0c", b"\x1b"))
        + data[place:],
        data[:place] + source.randbytes(8) + data[place:],
        data[:place] + b"a" * 3_000 + data[place:],
        data[:place] + data[place:end].translate(_SWAPS) + data[end:],
        data.replace(b"\n", source.choice((b"\r\n", b"\r", b"", b"\n\n", b"\\\n"))),
        b"\xef\xbb\xbf" + data,
        data.replace(b" ", source.choice((b"", b"\t", b"  ", b"\n"))),
        data.replace(b'"', source.choice((b"", b"'", b'"""', b'\\"'))),
    )
    return source.choice(changes)


def broken_law(path: str, data: bytes) -> str | None:
    """The law that reading the bytes breaks, in words; None when all hold. An exception is the worst of them and is let through."""
    unit = read(path, data)
    if unit is None:
        return None
    if unit.path != path:
        return f"the unit is of {unit.path!r}"
    last = len(_LINE_END.findall(data)) + data.count(b"\f") + 1
    wrong = [line for line in _lines(unit) if not 1 <= line <= last]
    if wrong:
        return f"line {wrong[0]} of a file of {last}"
    again = read(path, data)
    return None if again is not None and _written(again) == _written(unit) else "another answer the second time"


def _written(unit: Unit) -> bytes:
    """All that was read of a file, where its values go included."""
    flows = unit.follow(True) if unit.follow is not None else None
    return msgspec.json.encode((msgspec.structs.replace(unit, follow=None), flows), order="deterministic")


def _lines(unit: Unit) -> Iterator[int]:
    places = (unit.imports, unit.calls, unit.classes, unit.functions, unit.texts, unit.pairs, unit.resources, unit.images)
    for group in (*places, unit.actions, unit.nodes, unit.commands, unit.env, unit.dependencies):
        for one in group:
            yield one.line
    for resource in unit.resources:
        yield from (pair.line for pair in resource.pairs)


def swollen(path: str, token: str, size_bytes: int) -> Iterator[tuple[str, bytes]]:
    """Files of about that size, by what they are: the token alone, behind a sample, in a value, and closed again."""
    piece = token.encode()
    sample = seeds(path)[0]
    count = max(1, size_bytes // len(piece))
    yield "alone", piece * count
    yield "behind", sample + piece * count
    yield "value", sample + b"\nx = " + piece * count + b"1\n"
    half = count // 2
    closing = piece[::-1].translate(bytes.maketrans(b"([{<", b")]}>"))
    yield "closed", sample + b"\nx = " + piece * half + b"1" + closing * half + b"\n"
