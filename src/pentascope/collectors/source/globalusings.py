"""Namespaces that a .NET project opens in all of its files at once: `global using`, and `<Using Include>` of its project file."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from pentascope.model.evidence import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pentascope.collectors.source.tree import Tree

MAX_FILES = 400
LIMIT_BYTES = 64_000
_NAMED = re.compile(r"(?:^|/)[\w.]*(?:[Uu]sing|[Gg]lobal|[Ii]mport)s?[\w.]*\.cs$")
_PROJECT = re.compile(r"\.csproj$|(?:^|/)Directory\.Build\.props$")
_USING = re.compile(rb"^[ \t]*global[ \t]+using[ \t]+([A-Za-z_][\w.]{1,200})[ \t]*;", re.MULTILINE)
_INCLUDED = re.compile(rb"<Using\s{1,9}Include=\"([A-Za-z_][\w.]{1,200})\"")

_OPEN_TO_MORE = re.compile(rb"(?:\xef\xbb\xbf)?[ \t]*(?:\r?\n|//|/\*|using\b|namespace\b)")
"""First lines that a `using` may stand before, with nothing on them that evidence is drawn from."""


class GlobalUsings:
    """What each project of a tree opens, by its folder."""

    def __init__(self, tree: Tree) -> None:
        """Reads files that are called after usings, and project files."""
        self._opened: dict[str, frozenset[bytes]] = {}
        projects = {entry.path.rpartition("/")[0] for entry in tree.files if _PROJECT.search(entry.path)}
        if not projects:
            return
        named = [entry for entry in tree.files if _NAMED.search(entry.path) or _PROJECT.search(entry.path)]
        for entry in named[:MAX_FILES]:
            data = tree.read(entry, LIMIT_BYTES)
            found = [] if isinstance(data, Skipped) else (_USING if entry.path.endswith(".cs") else _INCLUDED).findall(data)
            folder = next((one for one in _above(entry.path) if one in projects), None)
            if found and folder is not None:
                self._opened[folder] = self._opened.get(folder, frozenset()) | frozenset(found)

    @property
    def digest(self) -> bytes:
        """What a cache of results depends on."""
        return blake2b(repr(sorted((folder, sorted(names)) for folder, names in self._opened.items())).encode(), digest_size=16).digest()

    def opening(self, path: str, data: bytes, roots: frozenset[str]) -> bytes:
        """The file with what its project opens in front of its first line, as far as it is one of `roots`."""
        if not self._opened or not path.endswith(".cs") or not _OPEN_TO_MORE.match(data):
            return data
        names = frozenset[bytes]().union(*(self._opened.get(folder, frozenset()) for folder in _above(path)))
        wanted = [name for name in sorted(names) if any(_is_below(name.decode(), root) for root in roots)]
        return b"".join(b"using " + name + b";" for name in wanted) + data.removeprefix(b"\xef\xbb\xbf") if wanted else data


def _is_below(name: str, root: str) -> bool:
    return f"{name}.".startswith(f"{root}.") or f"{root}.".startswith(f"{name}.")


def _above(path: str) -> Iterator[str]:
    """The folders that a path stands in, nearest first, the root last."""
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


__all__ = ["GlobalUsings"]
