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
_RETRY = re.compile(
    r"(?:\b|_)(?:re_?tr(?:y|ies|ying|iable)|max_?[Rr]etr\w*|num_?[Rr]etr\w*|back_?off|attempts?|tenacity|fallbacks?)(?:\b|_)|[a-z](?:Retry|Retries|Attempts?|Backoff|Fallback)",
    re.ASCII,
)
_CATCH = re.compile(
    r"\bexcept\b|\bcatch\b|\brescue\b|@\w*\.?retry|@backoff|\bRetry\w*\(|with_retry|withRetry|with_fallbacks|retries\s*[=:]|if err != nil|\.retryWhen|sleep\(",
    re.ASCII,
)
_FALLBACK = re.compile(r"fallback|with_fallbacks", re.IGNORECASE)
_LOGGER = re.compile(
    r"(?:\b(?:\w*[lL]og(?:ger|ging)?|LOG(?:GER)?|slog|self\.log(?:ger)?|_logger|fmt\.Fprint\w*|console)\b\s*\.\s*(?:debug|info|warn|warning|log|trace|notice"
    r"|[IDWT]\w*f?|Print\w*)\b|Rails\.logger\.(?:debug|info|warn)|\blogger\s*\()(?P<words>.*)",
    re.ASCII,
)
_QUOTED = re.compile(r"([\"'`])(?:(?!\1)[^\\]|\\.)*\1")
_INSERTED = re.compile(r"[$#]?\{([^{}]{1,120})\}|\$(\w+)")
_SAID = re.compile(
    r"(?:\b|_|[a-z])(?:[Pp]rompts?|[Cc]ompletions?|[Aa]nswers?|[Rr]eply|[Rr]eplies|[Mm]essages|[Rr]esponses?|[Gg]eneration|[Cc]hoices?)(?:[Tt]e?xt|[Cc]ontent|[Bb]ody|[Ss]tring|[Tt]emplate|_\w+)?\b"
    r"|\b(?:llm|ai|model|chat|raw|generated|output)_?(?:text|output|response|message|result|answer|content)\b|\b(?:aiMessage|content)\b",
    re.ASCII,
)
_NOT_SAID = re.compile(
    r"(?:[Rr]esponse|[Mm]essages?|[Pp]rompt|[Cc]ompletion)s?(?:\.|_|->)(?:status|code|id\b|headers?|url|length|size|count|error|tokens?|usage)",
    re.ASCII | re.IGNORECASE,
)
_STORE = re.compile(
    r"\b\w*(?:api_?audit|audit_?log|prompt_?log|completion_?log|usage_?log|trajector(?:y|ies))\w*(?:\.|::|->)?(?:create|insert|write|append|save|add|log|record|update|dump)?!?\s*\(",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"""\[:?["']?tools["']?\]\s*=|["']tools["']\s*(?::|=>)|\btools:\s|\bTools:\s|\btools\s*=\s*\w""", re.ASCII)
_CHOSEN = re.compile(
    r"\btool_calls\b|\btool_choice\b|\btoolChoice\b|\btoolCalls\b|\bToolCalls\b|\bfunction_call\b|\bfunctionCalls?\b|\btool_use\b", re.ASCII
)
MAX_LINES = 5000
SUBJECTS = frozenset({"anybody-may-call", "caller-is-known"})
"""The practices that are told here and by no page."""
ROUTE_LINES = 80
_ROUTE = re.compile(
    r"@\w+(?:\.\w+)*\.(?:post|get|put|route|websocket|api_route)\(|@(?:api_view|action)\(|export\s+(?:default\s+)?async\s+function\s+(?:POST|GET|PUT|handler)\b"
    r"|export\s+const\s+(?:POST|GET|PUT)\b|\b(?:app|router|server|fastify)\.(?:post|get|put|all)\(|class\s+\w+\([^)]*(?:APIView|ViewSet|Resource)\b|@(?:Post|Get|Request)Mapping\b|\bserve\(async",
    re.ASCII,
)
_BEGINS = re.compile(
    r"\s*(?:export\s|async\s+def\s|def\s|class\s|function\s|async\s+function\s|public\s|private\s|const\s+\w+\s*=\s*(?:async\s*)?\()",
    re.ASCII,
)
_KNOWN = re.compile(
    r"(?:Depends|Security)\(\s*[\w.]*(?:current_?user|auth|verif|token|api_?key|permission|require|session_user|logged_in)\w*|@(?:\w+\.)?(?:login_required|jwt_required|auth_required|requires_auth|token_required|require_auth|permission_required|authenticated)\b"
    r"|\bIsAuthenticated\b|\bgetServerSession\(|\bawait\s+auth\(\)|\bauth\.protect\(|\bauth\.getUser\(|\bgetServerProfile\(|\bpassport\.authenticate\(|\b(?:requireAuth|ensureAuth\w*|verifyToken|authenticateToken|isAuthenticated|requireUser|authMiddleware|getAuthenticatedUser)\b"
    r"|\bcurrentUser\(\)|\bgetAuth\(|@PreAuthorize\b",
    re.ASCII,
)
_GUARDS = re.compile(r"AllowAny|PermitAll|PreAuthorize|Depends\(|Security\(|_required|IsAuth|[a-z]Auth|auth\(\)|auth\.|verifyToken|getServer|passport|currentUser|getAuth", re.ASCII)
"""Words of which each that tells of a caller holds one."""
_ANYBODY = re.compile(r"\[\s*(?:permissions\.)?AllowAny\s*,?\s*\]|@PermitAll\b", re.ASCII)
_DECLARED = (".yml", ".yaml", ".toml", ".tf", ".properties")
"""Files whose retries are those of a health check or a job."""


def practices(lines: Sequence[str], evidence: Sequence[Evidence]) -> list[Evidence]:
    """What stands around the model calls of one file. `lines` are the file's, `evidence` what the signatures found."""
    calls = [
        e
        for e in evidence
        if e.kind in {FactKind.INFERENCE, FactKind.AGENT} and e.confidence is not Confidence.LOW and e.attribute("anchor") != "import"
    ]
    found: dict[tuple[FactKind, str], Evidence] = {}
    is_guarded = bool(calls) and _GUARDS.search("\n".join(lines[:MAX_LINES])) is not None
    for call in calls[:40]:
        first = max(0, call.line - 1 - WINDOW_LINES)
        window = [_COMMENT.sub("", line[:400]) for line in lines[first : call.line - 1 + WINDOW_LINES]]
        if not call.path.endswith(_DECLARED):
            _retry(call, window, first, found)
        _logging(call, window, first, found)
        if is_guarded:
            _caller(call, lines, found)
    if calls and not any(e.kind is FactKind.AGENT for e in evidence):
        _tool_calling(calls[0], lines, found)
    return list(found.values())


def _tool_calling(call: Evidence, lines: Sequence[str], found: dict[tuple[FactKind, str], Evidence]) -> None:
    """A request that hands tools to the model, in a file that also reads which of them the model chose."""
    if call.path.endswith((*_DECLARED, ".json", ".md")):
        return
    plain = [_COMMENT.sub("", line[:400]) for line in lines[:MAX_LINES]]
    given = next((number for number, line in enumerate(plain, 1) if _GIVEN.search(line)), 0)
    if given and any(_CHOSEN.search(line) for line in plain):
        _add(found, FactKind.AGENT, "tool-calling", call, given)


def _retry(call: Evidence, window: Sequence[str], first: int, found: dict[tuple[FactKind, str], Evidence]) -> None:
    words = [index for index, line in enumerate(window) if _RETRY.search(line)]
    if words and any(_CATCH.search(line) for line in window):
        near = min(words, key=lambda index: abs(first + index + 1 - call.line))
        subject = "fallback" if _FALLBACK.search(window[near]) else "retry"
        _add(found, FactKind.RESILIENCE, subject, call, first + near + 1)


def _logging(call: Evidence, window: Sequence[str], first: int, found: dict[tuple[FactKind, str], Evidence]) -> None:
    for index, line in enumerate(window):
        if _logs_words(line) or _STORE.search(line):
            _add(found, FactKind.INVOCATION_LOGGING, "application-log", call, first + index + 1)
            return


def _caller(call: Evidence, lines: Sequence[str], found: dict[tuple[FactKind, str], Evidence]) -> None:
    """Whether the route around a model call asks who calls: told between the route and the call."""
    if call.path.endswith(_DECLARED):
        return
    start = max(0, call.line - ROUTE_LINES)
    above = [_COMMENT.sub("", line[:400]) for line in lines[start : call.line]]
    routes = [index for index, line in enumerate(above) if _ROUTE.search(line)]
    if not routes:
        return
    if not _is_inside(above[routes[-1] :]):
        return
    first = max(0, routes[-1] - 4)
    for subject, pattern in (("anybody-may-call", _ANYBODY), ("caller-is-known", _KNOWN)):
        at = next((index for index in range(first, len(above)) if pattern.search(above[index])), None)
        if at is not None:
            _add(found, FactKind.PRACTICE, subject, call, start + at + 1)
            return


def _is_inside(lines: Sequence[str]) -> bool:
    """Whether the last of these lines is still in the function that the route in the first begins."""
    margin = len(lines[0]) - len(lines[0].lstrip())
    begun = [line for line in lines[1:] if _BEGINS.match(line) and len(line) - len(line.lstrip()) <= margin]
    return len(begun) <= (1 if lines[0].lstrip().startswith("@") else 0)


def _logs_words(line: str) -> bool:
    """Whether a logger is given a prompt or an answer: a name outside of quotes, or one inserted into a string."""
    match = _LOGGER.search(line)
    if match is None or match[0].startswith("console.log"):
        return False
    words = match["words"]
    inserted = " ".join(" ".join(part for part in parts if part) for parts in _INSERTED.findall(words))
    said = f"{_QUOTED.sub(' ', words)} {inserted}"
    return _SAID.search(_NOT_SAID.sub(" ", said)) is not None


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
