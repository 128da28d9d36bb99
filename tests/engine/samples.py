"""Small pages, units and lines of evidence to test the engine with."""

from __future__ import annotations

from typing import Any

from pentascope.model.evidence import Confidence, Evidence, FactKind, Role
from pentascope.model.signature import Anchor, Rule, Signature
from pentascope.model.unit import Argument, Call, Import


def line(kind: FactKind, subject: str = "openai", path: str = "app.py", number: int = 1, **words: Any) -> Evidence:
    """One line of evidence; further words become attributes, unless they are fields."""
    fields = {name: words.pop(name) for name in tuple(words) if name in Evidence.__struct_fields__}
    fields.setdefault("signature", subject)
    return Evidence(kind=kind, subject=subject, path=path, line=number, attributes=tuple(sorted(words.items())), **fields)


def rule(on: Anchor, *match: str, fact: FactKind = FactKind.INFERENCE, **words: Any) -> Rule:
    return Rule(on=on, match=match, fact=fact, **words)


def page(name: str, *rules: Rule, **words: Any) -> Signature:
    words.setdefault("provider", name)
    words.setdefault("category", "model-api")
    return Signature(id=name, name=name.title(), rules=rules, **words)


def call(callee: str, number: int = 1, *arguments: Argument, **words: Any) -> Call:
    return Call(callee=callee, line=number, arguments=arguments, **words)


def keyword(name: str, *texts: str, number: int = 1, symbol: str | None = None, source: str = "") -> Argument:
    return Argument(name=name, position=0, texts=texts, symbol=symbol, source=source, line=number)


def imported(path: str, name: str, number: int = 1, **words: Any) -> Import:
    return Import(path=path, name=name, line=number, **words)


def told(evidence: list[Evidence]) -> list[tuple[str, str, str | None, int, str]]:
    """Evidence as short rows: kind, subject, value, line, confidence."""
    return [(e.kind.value, e.subject, e.value, e.line, e.confidence.value) for e in evidence]


__all__ = ["Confidence", "Role", "call", "imported", "keyword", "line", "page", "rule", "told"]
