"""Practices around model calls that no import alone shows: retries and fall-backs, logging of prompts and answers.

They are told from the lines around a call that a signature has proved to reach a model, so an ordinary retry or log
line elsewhere proves nothing. Words in comments do not count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.model.evidence import Confidence, Evidence, FactKind

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW_LINES = 30
_COMMENT = re.compile(r"(?:^|\s)(?:#|//|\*|--\s).*$")
_RETRY = re.compile(r"(?:\b|_)(?:re_?tr(?:y|ies|ying|iable)|max_?[Rr]etr\w*|num_?[Rr]etr\w*|back_?off|attempts?|tenacity|fallbacks?)(?:\b|_)|[a-z](?:Retry|Retries|Attempts?|Backoff|Fallback)", re.ASCII)
_CATCH = re.compile(r"\bexcept\b|\bcatch\b|\brescue\b|@\w*\.?retry|@backoff|\bRetry\w*\(|with_retry|withRetry|with_fallbacks|retries\s*[=:]|if err != nil|\.retryWhen|sleep\(", re.ASCII)
_FALLBACK = re.compile(r"fallback|with_fallbacks", re.IGNORECASE)
_LOG = re.compile(
    r"(?:\blog(?:ger|ging|s)?|\b_?logger|\bLOG(?:GER)?|\bslog|\bRails\.logger|\bconsole\.(?:log|info|debug)|\bLogger)\b"
    r"(?:\.(?:debug|info|warn|warning|error|trace|log|Info\w*|Debug\w*|Print\w*))?[.(! ].{0,160}?"
    r"\b\w*(?:prompt|response|completion|answer|reply|messages?|question|output|generated|result|content|request|payload|body)\w*",
    re.IGNORECASE,
)
_STORE = re.compile(r"\b\w*(?:audit|api_?audit|prompt_?log|completion_?log|usage_?log|trajector)\w*\s*[.(=]", re.IGNORECASE)
_TERMINAL = re.compile(r"\bconsole\.log\b")


def practices(lines: Sequence[str], evidence: Sequence[Evidence]) -> list[Evidence]:
    """What stands around the model calls of one file. `lines` are the file's, `evidence` what the signatures found."""
    calls = [e for e in evidence if e.kind in {FactKind.INFERENCE, FactKind.AGENT} and e.confidence is not Confidence.LOW and e.attribute("anchor") != "import"]
    found: dict[tuple[FactKind, str], Evidence] = {}
    for call in calls[:40]:
        first = max(0, call.line - 1 - WINDOW_LINES)
        window = [_COMMENT.sub("", line[:400]) for line in lines[first : call.line - 1 + WINDOW_LINES]]
        _retry(call, window, first, found)
        _logging(call, window, first, found)
    return list(found.values())


def _retry(call: Evidence, window: Sequence[str], first: int, found: dict[tuple[FactKind, str], Evidence]) -> None:
    words = [index for index, line in enumerate(window) if _RETRY.search(line)]
    if words and any(_CATCH.search(line) for line in window):
        near = min(words, key=lambda index: abs(first + index + 1 - call.line))
        subject = "fallback" if _FALLBACK.search(window[near]) else "retry"
        _add(found, FactKind.RESILIENCE, subject, call, first + near + 1)


def _logging(call: Evidence, window: Sequence[str], first: int, found: dict[tuple[FactKind, str], Evidence]) -> None:
    for index, line in enumerate(window):
        if (_LOG.search(line) and not _TERMINAL.search(line)) or _STORE.search(line):
            _add(found, FactKind.INVOCATION_LOGGING, "application-log", call, first + index + 1)
            return


def _add(found: dict[tuple[FactKind, str], Evidence], kind: FactKind, subject: str, call: Evidence, line: int) -> None:
    found.setdefault(
        (kind, subject),
        Evidence(
            kind=kind,
            subject=subject,
            path=call.path,
            line=line,
            signature="practice-around-model-call",
            role=call.role,
            confidence=Confidence.MEDIUM,
            attributes=(("around", f"line {call.line}"),),
        ),
    )
