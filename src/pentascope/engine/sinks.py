"""Where what a model wrote is executed, queried or shown as HTML, and where strangers write into its instructions. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.engine.taint import ANSWER, STRANGER, Taint, is_hook
from pentascope.model.evidence import Confidence, FactKind

if TYPE_CHECKING:
    from pentascope.engine.findings import Findings
    from pentascope.model.unit import Flow, Unit

SINKS = frozenset(
    """eval exec os.system os.popen subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen
    subprocess.getoutput""".split()
)
"""Calls of Python that run what they are given. The parser keeps them although they belong to the language."""

_PLACES = {"run": "model-output-is-run", "sql": "model-output-is-run", "html": "model-output-is-shown-as-html"}
_CLEAN = {"run": "model-output-is-cleaned", "sql": "model-output-is-cleaned", "html": "model-output-is-cleaned"}


def find_sinks(unit: Unit, found: Findings) -> None:
    """Record each place where an answer runs or is shown as HTML, and each where a stranger's text is an instruction.

    Confidence is medium: what stands between the two (a check, a sandbox) is not followed.
    """
    if unit.follow is None:
        return
    asked = found.lines(FactKind.INFERENCE) | found.lines(FactKind.AGENT)
    streams = unit.follow(bool(asked) or any(is_hook(entry.path) for entry in unit.imports))
    places = [flow for flow in streams.flows if flow.to not in {"name", "return"}]
    if not places:
        return
    taint = Taint(streams, unit.language, asked, found.lines(FactKind.RETRIEVAL))
    for flow in places:
        if flow.to == "system":
            _instructions(flow, taint, asked, found)
        else:
            _answer(flow, taint, found)


def _answer(flow: Flow, taint: Taint, found: Findings) -> None:
    if ANSWER in taint.labels(flow.value, flow.scope):
        _add(_PLACES[flow.to], flow, found)
    elif ANSWER in taint.cleaned(flow.value, flow.scope):
        _add(_CLEAN[flow.to], flow, found)


def _instructions(flow: Flow, taint: Taint, asked: frozenset[int], found: Findings) -> None:
    if flow.call_line is not None and flow.call_line not in asked:
        return
    if STRANGER in taint.labels(flow.value, flow.scope) or taint.holds_stranger_hole(flow):
        _add("untrusted-text-in-instructions", flow, found)
    elif taint.is_constant(flow.value, flow.scope):
        _add("instructions-are-constant", flow, found)


def _add(subject: str, flow: Flow, found: Findings) -> None:
    found.add(
        FactKind.PRACTICE, subject, flow.line, f"{_PAGES[subject]}", value=flow.target, column=flow.column,
        confidence=Confidence.MEDIUM, attributes=(("anchor", "call"),),
    )  # fmt: skip


_PAGES = {
    "model-output-is-run": "model-output-sink",
    "model-output-is-shown-as-html": "model-output-sink",
    "model-output-is-cleaned": "model-output-sink",
    "untrusted-text-in-instructions": "instructions-of-a-model",
    "instructions-are-constant": "instructions-of-a-model",
}
SUBJECTS = frozenset(_PAGES)
"""The practices that are told here and by no page."""
