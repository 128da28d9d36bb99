"""Where what a model wrote is executed: from the result of a model call to `eval`, a shell or a database, in one file. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.model.evidence import Confidence, FactKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.engine.findings import Findings
    from pentascope.model.unit import Argument, Unit

SINKS = frozenset(
    """eval exec os.system os.popen subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen
    subprocess.getoutput""".split()
)
"""Calls that run what they are given. The parser keeps them although they belong to the language."""
SINK_TAILS = frozenset({"execute", "executescript"})
"""Last names of calls that send a text to a database."""

_NAME = re.compile(r"\b[A-Za-z_]\w*\b")


def find_sinks(unit: Unit, found: Findings) -> None:
    """Record each call that runs the answer of a model, told by the names that the answer goes under.

    Names are those of a whole file, so a call counts only inside a function that asks a model itself.
    Confidence is medium: what stands between the two (a check, a sandbox) is not followed.
    """
    sinks = [call for call in unit.calls if call.callee in SINKS or call.callee.rpartition(".")[2] in SINK_TAILS]
    if not sinks:
        return
    lines = found.lines(FactKind.INFERENCE)
    answers: dict[str | None, set[str]] = {}
    for call in unit.calls:
        if call.line in lines and call.callee not in SINKS:
            answers.setdefault(call.function, set()).add(call.callee)
    for call in sinks:
        own = answers.get(call.function)
        if own and any(_is_answer(argument, own, unit) for argument in call.arguments[:1]):
            found.add(
                FactKind.PRACTICE, "model-output-is-run", call.line, "model-output-sink", value=call.callee, column=call.column,
                confidence=Confidence.MEDIUM, attributes=(("anchor", "call"),),
            )  # fmt: skip


def _comes_from(path: str, answers: Iterable[str]) -> bool:
    """Whether a path is the answer of one of these calls, or a part of it that the model wrote."""
    return any((f"{path}.").startswith(f"{answer}.") and not _ABOUT & set(path[len(answer) :].split(".")) for answer in answers)


def _is_answer(argument: Argument, answers: Iterable[str], unit: Unit) -> bool:
    if argument.symbol is not None:
        return _comes_from(argument.symbol, answers)
    for chain in _CHAIN.findall(_without_words(argument.source)):
        name, *parts = _NAME.findall(chain)
        if not _ABOUT & set(parts) and any(_comes_from(origin, answers) for origin in unit.bindings.get(name, ())):
            return True
    return False


_ABOUT = frozenset({"usage", "id", "model", "created", "stop_reason", "finish_reason", "status_code", "role"})
"""Parts of an answer that the provider writes and not the model."""
_CHAIN = re.compile(r"[A-Za-z_]\w*(?:\.\w+|\[\w+\])*")
_QUOTED = re.compile(r"'[^'{}]*'|\"[^\"{}]*\"")


def _without_words(source: str) -> str:
    """Source without plain strings; one with braces may be a template that inserts a name."""
    return _QUOTED.sub(" ", source)
