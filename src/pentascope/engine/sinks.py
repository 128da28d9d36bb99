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

    Confidence is medium: what stands between the two (a check, a sandbox) is not followed.
    """
    sinks = [call for call in unit.calls if call.callee in SINKS or call.callee.rpartition(".")[2] in SINK_TAILS]
    if not sinks:
        return
    lines = found.lines(FactKind.INFERENCE)
    answers = tuple(call.callee for call in unit.calls if call.line in lines and call.callee not in SINKS)
    if not answers:
        return
    tainted = {name for name, origins in unit.bindings.items() if any(_comes_from(origin, answers) for origin in origins)}
    for call in sinks:
        if any(_is_answer(argument, answers, tainted) for argument in call.arguments[:1]):
            found.add(
                FactKind.PRACTICE, "model-output-is-run", call.line, "model-output-sink", value=call.callee, column=call.column,
                confidence=Confidence.MEDIUM, attributes=(("anchor", "call"),),
            )  # fmt: skip


def _comes_from(path: str, answers: Iterable[str]) -> bool:
    return any(path == answer or path.startswith(f"{answer}.") for answer in answers)


def _is_answer(argument: Argument, answers: Iterable[str], tainted: set[str]) -> bool:
    if argument.symbol is not None:
        return _comes_from(argument.symbol, answers)
    return any(name in tainted for name in _NAME.findall(_without_words(argument.source)))


_QUOTED = re.compile(r"'[^'{}]*'|\"[^\"{}]*\"")


def _without_words(source: str) -> str:
    """Source without plain strings; one with braces may be a template that inserts a name."""
    return _QUOTED.sub(" ", source)
