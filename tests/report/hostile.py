"""Results with arbitrary words in every field, as a hostile tree could make them."""

from __future__ import annotations

from hypothesis import strategies as st

from pentascope.model.evidence import Confidence, Coverage, Evidence, FactKind, Gap, Role, Skipped, SkipReason
from pentascope.model.scoping import (
    AgenticDetermination,
    AgenticScope,
    Component,
    Modifier,
    ModifierFinding,
    ScanResult,
    Scope,
    ScopeDetermination,
    Summary,
    System,
)

PIECES = (
    "\x1b[31m", "\x1b]8;;http://x\x07", "\x9b2J", "\u202e", "\u2066", "\udcff", "\ud800", "\U000e0041", "\r\n", "\n", "\0", "\u2028",
    "::error file=a::b", " ::set-output", "##[group]x", "##vso[task.setvariable]", "<script>", "</style>", "&amp;", '"', "'",
    "`", "```", "|", "[a](b)", "@octocat", "{{ 7*7 }}", "{% raw %}", "\\", "# ", "-->", "a" * 150, "::",
)  # fmt: skip

WORDS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(st.characters(exclude_categories=()), max_size=12)), max_size=4
).map("".join)
SOME_WORDS = st.lists(WORDS, max_size=3).map(tuple)
NUMBERS = st.integers(0, 10**9)
CONFIDENCES = st.sampled_from(Confidence)

EVIDENCE = st.builds(
    Evidence,
    kind=st.sampled_from(FactKind),
    subject=WORDS,
    path=WORDS,
    line=st.integers(1, 10**7),
    signature=WORDS,
    column=st.integers(1, 10**4),
    value=st.none() | WORDS,
    excerpt=WORDS,
    role=st.sampled_from(Role),
    confidence=CONFIDENCES,
    attributes=st.lists(
        st.one_of(st.tuples(WORDS, WORDS), st.tuples(st.just("ecosystem"), st.sampled_from(("pypi", "npm", "maven", "swift")))), max_size=2
    ).map(tuple),
)


@st.composite
def systems(draw: st.DrawFn, ids: list[str]) -> System:
    """One system that cites lines of the result, and lines that do not exist."""
    cited = st.lists(st.sampled_from([*ids, "000000000000"]), max_size=4).map(tuple)
    determinations = st.builds(
        ScopeDetermination, scope=st.sampled_from(Scope), rule=WORDS, statement=WORDS, evidence=cited, confidence=CONFIDENCES,
        counter_question=WORDS, contradictions=SOME_WORDS, also_considered=SOME_WORDS,
    )
    components = st.builds(
        Component, id=WORDS, kind=st.sampled_from(("model-client", "tuned-model")) | WORDS, name=WORDS, scope=st.sampled_from(Scope),
        provider=st.none() | WORDS, vendors=SOME_WORDS, models=SOME_WORDS, evidence=cited,
    )
    agentic = st.builds(
        AgenticDetermination, scope=st.sampled_from(AgenticScope), statement=WORDS, evidence=cited, confidence=CONFIDENCES,
        counter_question=WORDS,
    )
    modifiers = st.builds(ModifierFinding, modifier=st.sampled_from(Modifier), evidence=cited)
    return draw(
        st.builds(
            System, id=WORDS, name=WORDS, root=WORDS, scopes=st.lists(determinations, max_size=2).map(tuple),
            components=st.lists(components, max_size=2).map(tuple), agentic=st.none() | agentic,
            modifiers=st.lists(modifiers, max_size=2).map(tuple),
        )
    )


@st.composite
def results(draw: st.DrawFn) -> ScanResult:
    """Any result."""
    lines = tuple(draw(st.lists(EVIDENCE, max_size=6)))
    found = tuple(draw(st.lists(systems([line.id for line in lines]), max_size=3)))
    scopes = tuple(sorted({int(each.scope) for system in found for each in system.scopes}))
    summary = st.builds(
        Summary, scopes=st.just(scopes), providers=SOME_WORDS, assistants=SOME_WORDS, models=SOME_WORDS, rag_stores=SOME_WORDS,
        finetune_methods=SOME_WORDS, agentic_scope=st.none() | st.integers(1, 4), has_rag=st.booleans(), has_agents=st.booleans(),
        has_mcp_server=st.booleans(), has_guardrails=st.booleans(), has_finetune=st.booleans(), has_fallback_retry=st.booleans(),
    )
    skipped = st.builds(Skipped, path=WORDS, reason=st.sampled_from(SkipReason), detail=WORDS)
    coverage = st.builds(
        Coverage, files_seen=NUMBERS, files_read=NUMBERS, files_parsed=NUMBERS, bytes_read=NUMBERS,
        languages=st.lists(st.tuples(WORDS, NUMBERS), max_size=2).map(tuple), skipped=st.lists(skipped, max_size=7).map(tuple),
        skipped_counts=st.lists(st.tuples(st.sampled_from(SkipReason), NUMBERS), max_size=2).map(tuple),
    )
    gaps = st.lists(st.builds(Gap, subject=WORDS, reason=WORDS, question=WORDS), max_size=2).map(tuple)
    return draw(
        st.builds(
            ScanResult, target=WORDS, revision=st.none() | WORDS, tool_version=WORDS, catalogue_version=WORDS, summary=summary,
            systems=st.just(found), evidence=st.just(lines), coverage=coverage, gaps=gaps,
        )
    )
