"""Globs and import roots, compiled once: the shapes in which signatures speak."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Payload = TypeVar("Payload")

MAX_REMEMBERED = 100_000
_BOUNDARY = re.compile(r"[./:\\#]")


@lru_cache(maxsize=16_384)
def glob(pattern: str) -> re.Pattern[str]:
    """The regular expression of a glob in which `*` stands for any run and `?` for one character. Linear in the text."""
    parts = [".*" if piece == "*" else "." if piece == "?" else re.escape(piece) for piece in _pieces(pattern)]
    return re.compile("".join(parts), re.DOTALL)


def _pieces(pattern: str) -> list[str]:
    pieces: list[str] = []
    for piece in re.split(r"(\*+|\?)", pattern):
        if piece:
            pieces.append("*" if piece[0] == "*" else piece)
    return pieces


@lru_cache(maxsize=16_384)
def path_glob(pattern: str) -> re.Pattern[str]:
    """A glob on paths: `*` stays inside one folder, `**/` stands for any folders or none, a trailing `/**` for all below."""
    out, index = [], 0
    while index < len(pattern):
        if pattern.startswith("**/", index):
            out.append("(?:.*/)?")
            index += 3
        elif pattern.startswith("**", index):
            out.append(".*")
            index += 2
        elif pattern[index] == "*":
            out.append("[^/]*")
            index += 1
        elif pattern[index] == "?":
            out.append("[^/]")
            index += 1
        else:
            out.append(re.escape(pattern[index]))
            index += 1
    return re.compile("".join(out), re.DOTALL)


_PATH_WILD = re.compile(r"\*+/?|\?")


def longest_run(pattern: str) -> str:
    """The longest plain run of a path glob: a path without it is never matched."""
    return max(_PATH_WILD.split(pattern), key=len)


def matches_tail(callee: str, tail: str) -> bool:
    """Whether a dotted path ends in `tail` at a component boundary."""
    if "*" in tail or "?" in tail:
        return glob(tail).fullmatch(callee) is not None or glob("*." + tail).fullmatch(callee) is not None
    return callee == tail or callee.endswith(("." + tail, "/" + tail))


def prefixes(path: str) -> Iterator[tuple[str, str]]:
    """Every prefix of `path` at a component boundary with the rest after it, longest first."""
    yield path, ""
    cuts = [match.start() for match in _BOUNDARY.finditer(path)]
    for cut in reversed(cuts):
        if cut:
            yield path[:cut], path[cut + 1 :]


def split_root(pattern: str) -> tuple[str, str | None]:
    """Module root and optional symbol of an `imports` entry; `::` and a backslash separate components as a dot does."""
    plain = pattern.replace("::", ".").replace("\\", ".")
    if plain.startswith(("package:", "npm:", "jsr:")):
        return plain, None
    root, _, symbol = plain.partition(":")
    return root, symbol or None


class RootIndex(Generic[Payload]):
    """Which payloads an import path belongs to, by module root and optional symbol."""

    def __init__(self, entries: Iterable[tuple[str, Payload]]) -> None:
        """`entries`: (`root` or `root:Symbol`, payload)."""
        self._roots: dict[str, list[tuple[str | None, Payload]]] = {}
        for pattern, payload in entries:
            root, symbol = split_root(pattern)
            self._roots.setdefault(root, []).append((symbol, payload))
        self._known: dict[str, tuple[Payload, ...]] = {}

    @property
    def roots(self) -> frozenset[str]:
        """All roots."""
        return frozenset(self._roots)

    def find(self, path: str) -> tuple[Payload, ...]:
        """The payloads under whose root (and symbol) the path falls."""
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = tuple(self._search(path))
        return known

    def _search(self, path: str) -> list[Payload]:
        """A root with a symbol beats the same root without: `openai:AzureOpenAI` is not OpenAI's own service."""
        found: dict[int, Payload] = {}
        for prefix, rest in prefixes(path):
            entries = self._roots.get(prefix, ())
            parts = _BOUNDARY.split(rest)
            narrow = [p for symbol, p in entries if symbol is not None and any(glob(symbol).fullmatch(part) for part in parts)]
            for payload in narrow or [p for symbol, p in entries if symbol is None]:
                found.setdefault(id(payload), payload)
        return list(found.values())


_WILD = re.compile(r"[*?]+")


class GlobIndex(Generic[Payload]):
    """Globs looked up by a whole component that they must contain, so that most are never tried."""

    def __init__(self, entries: Iterable[tuple[str, Payload]], *, separators: str) -> None:
        """`separators`: the characters between components, e.g. "." for key paths, " " for commands."""
        self._split = re.compile("[" + re.escape(separators) + "]+")
        self._by_component: dict[str, list[tuple[str, str, Payload]]] = {}
        self._always: list[tuple[str, str, Payload]] = []
        self._known: dict[str, tuple[Payload, ...]] = {}
        for pattern, payload in entries:
            whole = [part for part in self._split.split(pattern) if part and "*" not in part and "?" not in part]
            rows = self._by_component.setdefault(max(whole, key=len), []) if whole else self._always
            rows.append((pattern, max(_WILD.split(pattern), key=len), payload))

    def find(self, text: str) -> tuple[Payload, ...]:
        """The payloads of the globs that match the whole text. Globs are compiled when they are first tried."""
        known = self._known.get(text)
        if known is None:
            rows = self._always
            components = self._split.split(text)
            if not self._by_component.keys().isdisjoint(components):
                rows = rows + [row for component in dict.fromkeys(components) for row in self._by_component.get(component, ())]
            known = tuple([payload for pattern, run, payload in rows if run in text and glob(pattern).fullmatch(text)])
            if len(self._known) < MAX_REMEMBERED:
                self._known[text] = known
        return known


class TailIndex(Generic[Payload]):
    """Dotted tails looked up by their last component."""

    def __init__(self, entries: Iterable[tuple[str, Payload]]) -> None:
        """`entries`: (tail, payload); a tail may hold wildcards."""
        self._by_last: dict[str, list[tuple[str, Payload]]] = {}
        self._wild: list[tuple[str, Payload]] = []
        for tail, payload in entries:
            last = tail.rpartition(".")[2]
            rows = self._wild if "*" in last or "?" in last else self._by_last.setdefault(last, [])
            rows.append((tail, payload))
        self._known: dict[str, tuple[Payload, ...]] = {}

    def find(self, callee: str) -> tuple[Payload, ...]:
        """The payloads whose tail ends the dotted path, each once."""
        known = self._known.get(callee)
        if known is None:
            last = callee.rpartition(".")[2].rpartition("/")[2]
            rows = [*self._by_last.get(last, ()), *self._wild]
            found = {id(payload): payload for tail, payload in rows if matches_tail(callee, tail)}
            known = self._known[callee] = tuple(found.values())
        return known
