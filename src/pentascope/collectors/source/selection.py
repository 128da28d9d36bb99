"""The user's include and exclude globs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

GLOB_TOKEN = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)
TRANSLATED = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class Selection:
    """What is to be looked at: everything under `include` (everything when empty) that is not under `exclude`.

    Shape: globs as in `.gitignore`. One without an inner `/` speaks of a name at any depth, one with it of a path from
    the root; `dir/` and a glob that names a folder hold for everything below it; `*` stays inside one name, `**`
    crosses. There is no negation.
    """

    def __init__(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> None:
        self._include = _compile(tuple(include))
        self._exclude = _compile(tuple(exclude))

    @property
    def is_everything(self) -> bool:
        """No glob was given."""
        return self._include is None and self._exclude is None

    def admits_file(self, path: str) -> bool:
        """Whether this file is to be read."""
        if self._exclude is not None and self._exclude.match(path):
            return False
        return self._include is None or self._include.match(path) is not None

    def admits_folder(self, path: str) -> bool:
        """Whether anything below this folder can be admitted."""
        return self._exclude is None or self._exclude.match(path + "/") is None


@cache
def _compile(globs: tuple[str, ...]) -> re.Pattern[str] | None:
    expressions = [_expression(glob) for glob in globs if glob.strip("/")]
    return re.compile("|".join(expressions), re.DOTALL) if expressions else None


def _expression(glob: str) -> str:
    """The glob as an expression that must match a path from its start; a folder ends in `/`."""
    is_folder = glob.endswith("/")
    words = glob.removeprefix("./").strip("/")
    is_anchored = glob.startswith("/") or "/" in words
    body = "".join(_translate(token) for token in GLOB_TOKEN.findall(words))
    return ("" if is_anchored else "(?:.*/)?") + body + ("/" if is_folder else "(?:/|$)")


def _translate(token: str) -> str:
    if token in TRANSLATED:
        return TRANSLATED[token]
    if token.startswith("[") and len(token) > 1:
        negation = "^" if token[1] == "!" else ""
        members = token[1 + len(negation) : -1].replace("\\", r"\\").replace("^", r"\^").replace("[", r"\[")
        return f"[{negation}{members}]" if members else re.escape(token)
    return re.escape(token)
