"""What all manifests share: a list of dependencies without repetitions, names as their registries compare them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pentascope.model.unit import Dependency

MAX_DEPENDENCIES = 20_000  # a file
_RUNS = re.compile(r"[-_.]+")
_DEVELOPMENT = re.compile(
    r"(?:^|[^a-z])(?:dev|develop|development|tests?|testing|lint|linting|docs?|style|typing|types|mypy|ci|qa|bench|benchmarks?)"
    r"(?:$|[^a-z])",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r'"(?>(?:[^"\\\n]++|\\.)*)"?|\'(?>(?:[^\'\\\n]++|\\.)*)\'?|//[^\n]*+|/\*(?>(?:[^*]++|\*(?!/))*)(?:\*/)?')
_HASHES = re.compile(r'"(?>(?:[^"\\\n]++|\\.)*)"?|\'(?>(?:[^\'\\\n]++|\\.)*)\'?|#[^\n]*+')


def normalised(ecosystem: str, name: str) -> str:
    """The name as its registry compares it: PEP 503 for pypi, lower case where case does not count."""
    name = name.strip()
    if ecosystem == "pypi":
        return _RUNS.sub("-", name).lower()
    return name.lower() if ecosystem in {"npm", "composer"} else name


def is_development_name(name: str) -> bool:
    """Whether a group, extra or file name speaks of development, test or documentation."""
    return _DEVELOPMENT.search(name) is not None


class Declared:
    """The dependencies of one file, in source order; the first mention of a name stands, a later version completes it."""

    def __init__(self, ecosystem: str, *, is_locked: bool = False) -> None:
        self.ecosystem, self.is_locked = ecosystem, is_locked
        self.found: dict[tuple[str, bool], Dependency] = {}

    def add(self, name: str, line: int, version: str | None = None, *, is_development: bool = False) -> None:
        """One mention of a library."""
        name = normalised(self.ecosystem, name)
        if not name or len(name) > 300 or len(self.found) >= MAX_DEPENDENCIES:
            return
        version = (version or "").strip() or None
        known = self.found.get((name, is_development))
        if known is None:
            self.found[name, is_development] = Dependency(
                ecosystem=self.ecosystem,
                name=name,
                line=line,
                version=version,
                is_development=is_development,
                is_locked=self.is_locked,
            )
        elif known.version is None:
            known.version = version

    @property
    def dependencies(self) -> list[Dependency]:
        """All of them."""
        return list(self.found.values())


def numbered(text: str, matches: Iterable[re.Match[str]]) -> Iterator[tuple[int, re.Match[str]]]:
    """Matches in source order, each with the line on which its first group starts."""
    line, seen = 1, 0
    for match in matches:
        start = match.start(1) if match.lastindex and match.start(1) >= 0 else match.start()
        line += text.count("\n", seen, start)
        seen = start
        yield line, match


def without_comments(text: str, *, is_hash: bool = False) -> str:
    """The text with `//` and `/* */` comments (or `#` comments) blanked; lines and columns stay."""
    return (_HASHES if is_hash else _COMMENTS).sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    text = match[0]
    if text[0] in "\"'":
        return text
    return "\n".join(" " * len(part) for part in text.split("\n"))
