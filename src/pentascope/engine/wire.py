"""Raw HTTP to a model: the path of a well-known protocol joined to a host that only configuration knows. Pure.

A path alone may as well be a route that this file serves, so a body of that protocol must stand beside it, and a file
that defines such a route is taken for a server.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.evidence import Confidence, Evidence, FactKind, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pentascope.model.unit import Text, Unit


class Protocol(msgspec.Struct, frozen=True):
    """A protocol: how its paths end, who speaks it, the word that the file must hold besides (None: the path is unique)."""

    path: re.Pattern[str]
    subject: str
    word: str | None = None


PROTOCOLS = (
    Protocol(re.compile(r"openai/deployments/.{0,80}/(?:chat/)?completions(?:[?{].*)?$"), "azure_openai"),
    Protocol(re.compile(r"(?:^|[/}])(?:chat/completions|v1/completions)(?:[?{].*)?$"), "openai_compatible"),
    Protocol(re.compile(r"models/.{0,80}:(?:streamG|g)enerateContent|\{\}:(?:streamG|g)enerateContent"), "google_gemini"),
    Protocol(re.compile(r"(?:^|[/}\d])/?api/(?:generate|chat)$"), "ollama", "ollama"),
    Protocol(re.compile(r"(?:^|[/}])v1/(?:messages|complete)$"), "anthropic", "anthropic"),
    Protocol(re.compile(r"/api/v1/prediction/"), "flowise", "flowise"),
)
SERVERS = ("vllm", "ollama", "llama_cpp", "lm_studio")
"""Products that speak OpenAI's protocol; one that a file names is whom it calls."""
NECESSARY = r"chat/completions|v1/completions|[gG]enerateContent|api/(generate|chat)\b|v1/(messages|complete)\b|api/v1/prediction"
MAX_TEXT_CHARS = 400
MAX_NAME_CHARS = 40

_BODY = re.compile(r"\b(?:messages|prompt|contents|question|max_tokens|maxTokens|temperature)\b[\"']?\s{0,3}(?:[:=,)}]|=>)")
_JOINED = re.compile(r"\+|\.\.|<>|\{|paste0?|url|fetch|post|request|endpoint|host|base|uri|path|href|curl", re.IGNORECASE)
_ROUTE = re.compile(
    r"@\w{1,40}(?:\.\w{1,40})?\((?!\))|HandleFunc|\.Handle\(|Mapping\(|\bMap(?:Post|Get)\(|add_(?:api_)?route|web\.post\(|\bproxy"
    r"|\b(?:app|router|server|api|r|e|g|mux|engine|group|v1|fastify|routes?|blueprint|bp)\.(?:post|get|all|use|route|any)\(",
    re.IGNORECASE,
)
_ROLES = frozenset({Role.PRODUCTION, Role.EXAMPLE})


def wire_calls(unit: Unit, lines: Sequence[str], evidence: Sequence[Evidence]) -> list[Evidence]:
    """At most one inference of a protocol, in a file in which no signature sees whom it calls."""
    if unit.role not in _ROLES or not unit.texts:
        return []
    if any(e.kind in {FactKind.INFERENCE, FactKind.MCP_SERVER} and e.confidence is not Confidence.LOW for e in evidence):
        return []
    paths = [text for text in unit.texts if "/" in text.value or ":" in text.value]
    hits = [(text, protocol) for text in paths for protocol in PROTOCOLS if _speaks(text, protocol)]
    if not hits or any(_is_route(text, lines) for text, _ in hits) or not any(_BODY.search(line[:1000]) for line in lines):
        return []
    words = "\n".join(line[:1000] for line in lines).lower()
    for text, protocol in hits:
        if (protocol.word is None or protocol.word in words) and _is_joined(text, lines):
            return [_found(unit, text, _subject(protocol, unit, evidence))]
    return []


def _speaks(text: Text, protocol: Protocol) -> bool:
    return len(text.value) <= MAX_TEXT_CHARS and protocol.path.search(text.value) is not None


def _line(text: Text, lines: Sequence[str]) -> str:
    return lines[text.line - 1][:600] if 0 < text.line <= len(lines) else ""


def _is_route(text: Text, lines: Sequence[str]) -> bool:
    line = _line(text, lines)
    at = line.find(text.value[-12:])
    return _ROUTE.search(line[: at if at > 0 else None]) is not None


def _is_joined(text: Text, lines: Sequence[str]) -> bool:
    return "{}" in text.value or "://" in text.value or _JOINED.search(_line(text, lines)) is not None


def _subject(protocol: Protocol, unit: Unit, evidence: Sequence[Evidence]) -> str:
    """Which server the file is about, or whose credential it reads; else only the protocol is known."""
    if protocol.subject != "openai_compatible":
        return protocol.subject
    words = " ".join([unit.path, *(text.value for text in unit.texts if len(text.value) < MAX_NAME_CHARS)]).lower()
    named = next((name for name in SERVERS if name in words), None)
    if named is not None:
        return named
    owners = dict.fromkeys(e.subject for e in evidence if e.kind is FactKind.CREDENTIAL_NAME)
    return next(iter(owners), protocol.subject)


def _found(unit: Unit, text: Text, subject: str) -> Evidence:
    return Evidence(
        kind=FactKind.INFERENCE,
        subject=subject,
        path=unit.path,
        line=max(text.line, 1),
        signature="protocol-over-http",
        column=max(text.column, 1),
        role=unit.role,
        confidence=Confidence.MEDIUM,
        attributes=(("anchor", "endpoint"),),
    )
