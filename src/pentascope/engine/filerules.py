"""Rules on the names of files: what a path says by itself, and with its content where a rule asks for that."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pentascope.engine.necessary import necessary_literals
from pentascope.engine.patterns import longest_run, path_glob
from pentascope.model.evidence import FactKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.engine.findings import Findings
    from pentascope.model.signature import Rule, Signature

    Glob = tuple[int, str, str]  # number of its rule, its longest plain run, the glob

_SHIPPED = re.compile(r"(?:^|/)src/main/resources/|(?:^|/)docs?/[^/.][^/]*/[^/]+\.md$")
"""Assistant files that a program hands out, and guides that show what one may look like."""
MAX_CONTENT_BYTES = 200_000
MAX_BROAD_BYTES = 30_000


class FileRules:
    """All rules on names of files, indexed by a whole component of a path, so that most globs are never tried."""

    def __init__(self, rules: Iterable[tuple[Signature, Rule]]) -> None:
        """Of rules that say the same of one file, the first stands."""
        self._rules = tuple(rules)
        self._by_component: dict[str, list[Glob]] = {}
        self._others: list[Glob] = []
        self._broad: dict[str, list[int]] = {}
        for number, (_, rule) in enumerate(self._rules):
            for pattern in rule.match:
                component = _component(pattern)
                rows = self._others if component is None else self._by_component.setdefault(component, [])
                rows.append((number, longest_run(pattern), pattern))
                tail = pattern.removeprefix("**/")
                if tail.startswith("*.") and number not in self._broad.setdefault(tail[1:], []):
                    self._broad[tail[1:]].append(number)

    def match(self, path: str, content: bytes | None, found: Findings, *, is_broad: bool = False) -> None:
        """Add what `path` says. `is_broad`: only by the rules that name a whole kind of file (`**/*.yml`)."""
        numbers = self._of_kind(path) if is_broad else self._of_path(path)
        text = _Content(content or b"", MAX_BROAD_BYTES if is_broad else MAX_CONTENT_BYTES)
        for signature, rule in (self._rules[number] for number in numbers):
            if rule.fact is FactKind.ASSISTANT and _SHIPPED.search(path):
                continue
            line: int | None = 1
            if rule.contains is not None:
                line = text.line_of(rule.contains)
            elif content is not None and not content.strip():
                continue
            if line is not None:
                found.add_rule(signature, rule, line, 1)

    def _of_path(self, path: str) -> Sequence[int]:
        rows = [*self._others]
        for component in set(path.split("/")):
            rows += self._by_component.get(component, ())
        return sorted({number for number, run, pattern in rows if run in path and path_glob(pattern).fullmatch(path)})

    def _of_kind(self, path: str) -> Sequence[int]:
        numbers = self._broad.get(path[path.rfind(".") :], ())
        return [number for number in numbers if any(path_glob(pattern).fullmatch(path) for pattern in self._rules[number][1].match)]


class _Content:
    """The beginning of one file, asked for several expressions."""

    def __init__(self, data: bytes, limit_bytes: int) -> None:
        self._data = data[:limit_bytes]
        self._lowered: bytes | None = None

    def line_of(self, expression: str) -> int | None:
        """The line where the first match of the expression begins."""
        needed = _needed(expression)
        if needed:
            if self._lowered is None:
                self._lowered = self._data.lower()
            lowered = self._lowered
            if not any(literal in lowered for literal in needed):
                return None
        hit = _compiled(expression).search(self._data)
        return None if hit is None else self._data.count(b"\n", 0, hit.start()) + 1


def _component(pattern: str) -> str | None:
    """The longest component that every path of a glob has; None where a wildcard that crosses folders touches one."""
    parts = pattern.split("/")
    if any("**" in part and part != "**" for part in parts):
        return None
    return max((part for part in parts if part and "*" not in part and "?" not in part), key=len, default=None)


@lru_cache(maxsize=4096)
def _needed(expression: str) -> tuple[bytes, ...]:
    """Lower-case bytes of which one stands in every match; empty where none can be told."""
    literals = necessary_literals(expression) or ()
    return tuple(literal.encode() for literal in sorted(literals)) if all(map(str.isascii, literals)) else ()


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> re.Pattern[bytes]:
    return re.compile(expression.encode())
