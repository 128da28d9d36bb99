"""What a scan says, arranged once for every format: reasons by scope, facts, absences, contradictions."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

import msgspec

from pentascope.model.evidence import Evidence, FactKind, Role
from pentascope.model.matrix import Matrix, ScopeEntry
from pentascope.model.scoping import AgenticScope, ScanResult, Scope, ScopeDetermination, System
from pentascope.report.words import AGENTIC_MEANINGS, count, join, product_name


class Tone(StrEnum):
    """How a fact should look: said plainly, as something absent, or as something that hurts."""

    PLAIN = "plain"
    ABSENT = "absent"
    ALARM = "alarm"


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the block of facts."""

    label: str
    words: tuple[str, ...]
    tone: Tone = Tone.PLAIN


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why one system is in one scope, with the evidence looked up."""

    system: System
    determination: ScopeDetermination
    evidence: tuple[Evidence, ...]


class ScopeReasons(msgspec.Struct, frozen=True, kw_only=True):
    """One scope of the tree and all the reasons for it, surest first."""

    scope: Scope
    name: str
    label: str
    reasons: tuple[Reason, ...]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A scan result arranged for telling. Strings are as scanned: the format escapes them."""

    result: ScanResult
    matrix: Matrix
    title: str
    sentence: str
    calm: str | None  # where there is no scope: what was looked at and why it makes none
    scopes: tuple[ScopeReasons, ...]  # headline first
    facts: tuple[Fact, ...]
    absences: tuple[str, ...]  # what was looked for and not found
    contradictions: tuple[str, ...]
    evidence: dict[str, Evidence]
    groups: tuple[tuple[FactKind, tuple[Evidence, ...]], ...]


def view_of(result: ScanResult, *, matrix: Matrix) -> View:
    """The scan result arranged for telling."""
    evidence = result.evidence_by_id()
    scopes = _scopes(result, matrix, evidence)
    return View(
        result=result,
        matrix=matrix,
        title=_title(result),
        sentence=_sentence(scopes, result),
        calm=None if scopes else _calm(result),
        scopes=scopes,
        facts=_facts(result, matrix),
        absences=_absences(result),
        contradictions=_contradictions(result),
        evidence=evidence,
        groups=_groups(result),
    )


def place(line: Evidence) -> str:
    """Where a line of evidence stands: `path:line`."""
    return f"{line.path}:{line.line}"


def _title(result: ScanResult) -> str:
    return result.target if result.revision is None else f"{result.target} @ {result.revision[:12]}"


def _sentence(scopes: tuple[ScopeReasons, ...], result: ScanResult) -> str:
    if len(scopes) > 1:
        return f"This tree is in scopes {join(str(int(entry.scope)) for entry in reversed(scopes))}."
    if scopes:
        return f"This tree is in scope {int(scopes[0].scope)}."
    if not result.coverage.files_read:
        return "Nothing can be said: no file was read."
    return "No use of generative AI was found in this tree."


def _calm(result: ScanResult) -> str:
    looked = looked_at(result)
    if not result.coverage.files_read:
        return looked
    if result.evidence:
        lines = count(len(result.evidence), "line")
        return f"{looked} {lines} spoke of generative AI, but none shows that this tree uses it."
    return f"{looked} None of it calls, serves, tunes or trains a generative model or configures an AI product."


def _scopes(result: ScanResult, matrix: Matrix, evidence: dict[str, Evidence]) -> tuple[ScopeReasons, ...]:
    entries = {entry.scope: entry for entry in matrix.scopes}
    found: dict[Scope, list[Reason]] = {}
    for system in result.systems:
        for determination in system.scopes:
            reason = Reason(system=system, determination=determination, evidence=_proofs(determination, evidence))
            found.setdefault(determination.scope, []).append(reason)
    return tuple(_told(entries[scope], found[scope]) for scope in sorted(found, reverse=True))


def _proofs(determination: ScopeDetermination, evidence: dict[str, Evidence]) -> tuple[Evidence, ...]:
    """The cited lines, best first; a line of the tree that says two things is shown once."""
    cited = [evidence[key] for key in determination.evidence if key in evidence]
    return tuple({(line.path, line.line): line for line in reversed(cited)}.values())[::-1]


def _told(entry: ScopeEntry, reasons: list[Reason]) -> ScopeReasons:
    surest_first = tuple(sorted(reasons, key=_surest))
    return ScopeReasons(scope=entry.scope, name=entry.name, label=entry.label, reasons=surest_first)


def _surest(reason: Reason) -> tuple[int, int, str]:
    rank = ("high", "medium", "low").index(reason.determination.confidence)
    return rank, -len(reason.evidence), reason.system.id


def _facts(result: ScanResult, matrix: Matrix) -> tuple[Fact, ...]:
    summary = result.summary
    rows = (
        _keys(result),
        _named("Providers", summary.providers),
        Fact(label="Models", words=_models(result)),
        _named("Assistants", summary.assistants),
        _retrieval(result),
        _agents(result, matrix),
        _mcp(result),
        _practice(result, "Guardrails", FactKind.GUARDRAIL, is_present=summary.has_guardrails),
        _practice(result, "Injection defence", FactKind.INJECTION_DEFENCE, is_present=summary.has_prompt_injection_defence),
        _tuning(result),
        _practice(result, "Invocation logging", FactKind.INVOCATION_LOGGING, is_present=summary.has_invocation_logging),
        _practice(result, "Retry, fallback", FactKind.RESILIENCE, is_present=summary.has_fallback_retry),
    )
    return tuple(row for row in rows if row.words)


def _named(label: str, subjects: tuple[str, ...]) -> Fact:
    return Fact(label=label, words=tuple(product_name(subject) for subject in subjects))


def _models(result: ScanResult) -> tuple[str, ...]:
    """The models of the tree, those that running code names most often first."""
    named = Counter(line.value for line in result.evidence if line.kind is FactKind.MODEL and line.role is Role.PRODUCTION)
    used = {name for system in result.systems for component in system.components for name in component.models}
    return tuple(sorted(result.summary.models, key=lambda name: (name not in used, -named[name], name)))


def _retrieval(result: ScanResult) -> Fact:
    summary = result.summary
    stores = tuple(product_name(store) for store in summary.rag_stores)
    return Fact(label="Retrieval", words=(stores or ("yes",)) if summary.has_rag else stores)


def _agents(result: ScanResult, matrix: Matrix) -> Fact:
    summary = result.summary
    if summary.agentic_scope is None:
        return Fact(label="Agents", words=("yes, agentic scope not settled",) if summary.has_agents else ())
    return Fact(label="Agents", words=(agentic_words(summary.agentic_scope, matrix=matrix),))


def agentic_words(number: int, *, matrix: Matrix) -> str:
    """One agentic scope in words: number, name and what it means."""
    scope = AgenticScope(number)
    name = next(entry.name for entry in matrix.agentic.scopes if entry.scope is scope)
    return f"agentic scope {number}, {name.lower()}: {AGENTIC_MEANINGS[scope]}"


def _mcp(result: ScanResult) -> Fact:
    servers = "server in this tree" if result.summary.has_mcp_server else None
    clients = _subjects(result, FactKind.MCP_CLIENT)
    client = "connects to servers" if clients else None
    return Fact(label="MCP", words=tuple(word for word in (servers, client) if word))


def _tuning(result: ScanResult) -> Fact:
    methods = tuple(product_name(method) for method in result.summary.finetune_methods)
    return Fact(label="Tuning", words=(methods or ("yes",)) if result.summary.has_finetune else methods)


def _practice(result: ScanResult, label: str, kind: FactKind, *, is_present: bool) -> Fact:
    if not is_present:
        builds = any(scope >= Scope.PRETRAINED_MODEL for scope in result.summary.scopes)
        return Fact(label=label, words=("none found",) if builds else (), tone=Tone.ABSENT)
    return Fact(label=label, words=_subjects(result, kind) or ("yes",))


def _keys(result: ScanResult) -> Fact:
    keys = [line for line in result.evidence if line.kind is FactKind.PROVIDER_KEY]
    words = tuple(f"{product_name(line.subject)} at {place(line)}" for line in keys)
    return Fact(label="Keys in the tree", words=words, tone=Tone.ALARM)


def _subjects(result: ScanResult, kind: FactKind) -> tuple[str, ...]:
    return tuple(sorted({product_name(line.subject) for line in result.evidence if line.kind is kind}))


_SOUGHT: tuple[tuple[FactKind, str], ...] = (
    (FactKind.INFERENCE, "calls to a generative model"),
    (FactKind.SERVING, "models served here"),
    (FactKind.TUNING, "tuning of a model"),
    (FactKind.TRAINING, "training of a generative model"),
    (FactKind.ENTERPRISE_APP, "enterprise AI products"),
    (FactKind.ASSISTANT, "coding assistants"),
    (FactKind.CONSUMER_SESSION, "consumer AI services"),
    (FactKind.RETRIEVAL, "retrieval for prompts"),
    (FactKind.AGENT, "agents"),
    (FactKind.MCP_SERVER, "MCP servers"),
    (FactKind.GUARDRAIL, "guardrails"),
    (FactKind.INJECTION_DEFENCE, "prompt-injection defence"),
    (FactKind.INVOCATION_LOGGING, "invocation logging"),
    (FactKind.PROVIDER_KEY, "provider keys"),
)


def _absences(result: ScanResult) -> tuple[str, ...]:
    if not result.coverage.files_read:
        return ()
    kinds = {line.kind for line in result.evidence}
    return tuple(words for kind, words in _SOUGHT if kind not in kinds)


def _contradictions(result: ScanResult) -> tuple[str, ...]:
    named = len(result.systems) > 1
    return tuple(
        f"{system.name}, scope {int(determination.scope)}: {words}" if named else words
        for system in result.systems
        for determination in system.scopes
        for words in determination.contradictions
    )


def _groups(result: ScanResult) -> tuple[tuple[FactKind, tuple[Evidence, ...]], ...]:
    found: dict[FactKind, list[Evidence]] = {}
    for line in result.evidence:
        found.setdefault(line.kind, []).append(line)
    return tuple((kind, tuple(found[kind])) for kind in FactKind if kind in found)


def looked_at(result: ScanResult) -> str:
    """How much was looked at, in one sentence."""
    coverage = result.coverage
    seen, read = count(coverage.files_seen, "file"), f"{coverage.files_read:,} read"
    counts = f"{seen} seen, {read}, {coverage.files_parsed:,} parsed."
    if not coverage.files_of_tests:
        return counts
    tests = "1 file" if coverage.files_of_tests == 1 else f"{coverage.files_of_tests:,} files"
    return f"{counts} {tests} of tests name AI and make no scope: searched for credentials only."
