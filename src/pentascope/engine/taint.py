"""Whose words end up where, in one file: from a model's answer to an interpreter, and from a stranger to a model's instructions. Pure.

Labels are carried along the flows that the parser read: bound names, functions of the file and what they give back. A function's
parameter holds what any caller gives it. Branches and checks in between are not followed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.engine.strangers import is_stranger_call, is_stranger_hole, is_stranger_name, stranger_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.model.unit import Flow, Flows, Reading, Result

ANSWER = "answer"
STRANGER = "stranger"
ASKER = "asker"
"""The label of a model, a client or a chain that a name holds: what its calls give is an answer."""
MAX_ROUNDS = 8
_FILE = 0
_OWN = ("self.", "this.")
_ABOUT = frozenset(
    """usage id model created stop_reason finish_reason status_code role length ok status headers statusText usage_metadata response_metadata
    finishReason total_tokens object type name isLoading error setInput input handleInputChange handleSubmit append reload stop""".split()
)
"""Parts of an answer that the provider or the program writes and not the model."""
_HOOKS = re.compile(r"(?:^|[./])(?:ai/react|ai/svelte|ai/vue|ai|@ai-sdk/(?:react|vue|svelte|solid))\.use(?:Chat|Completion|Assistant)$")


def is_hook(path: str) -> bool:
    """Whether an import is a hook that gives a component the messages of a model."""
    return _HOOKS.search(path) is not None


class Taint:
    """The labels of every name and function of one file."""

    def __init__(self, streams: Flows, language: str, answer_lines: frozenset[int], retrieval_lines: frozenset[int]) -> None:
        """`answer_lines`: where a model is asked; `retrieval_lines`: where documents are looked up."""
        self._flows = streams.flows
        self._scopes = streams.scopes
        self._language = language
        self._answers = answer_lines
        self._retrievals = retrieval_lines
        self._names: dict[tuple[int, str], set[str]] = {}
        self._returns: dict[str, set[str]] = {}
        self._functions = {scope.name for scope in streams.scopes}
        for number, scope in enumerate(streams.scopes):
            for name in stranger_parameters(scope, language):
                self._names[number, name] = {STRANGER}
        for _ in range(MAX_ROUNDS):
            if not self._spread():
                break

    def _spread(self) -> bool:
        is_changed = False
        for flow in self._flows:
            if flow.to not in {"name", "return"}:
                continue
            labels = self.labels(flow.value, flow.scope)
            known = (
                self._returns.setdefault(flow.target, set())
                if flow.to == "return"
                else self._names.setdefault(self._place(flow.target, flow.scope), set())
            )
            if labels - known:
                known |= labels
                is_changed = True
        return is_changed

    def labels(self, value: Reading, scope: int) -> set[str]:
        """Whose words an expression may hold."""
        found: set[str] = set()
        for name in value.names:
            found |= self._of_name(name, scope)
        for call in value.calls:
            found |= self._of_call(call, scope)
        return found

    def cleaned(self, value: Reading, scope: int) -> set[str]:
        """Whose words pass a sanitiser in an expression."""
        found: set[str] = set()
        for name in value.cleaned:
            found |= self._returns.get(name[:-2].rpartition(".")[2], set()) if name.endswith("()") else self._of_name(name, scope)
        return found

    def _place(self, name: str, scope: int) -> tuple[int, str]:
        """The scope that a name belongs to; attributes of the object itself belong to the file."""
        if name.startswith(_OWN):
            return _FILE, name[5:]
        head = name.partition(".")[0]
        at = scope
        while at > _FILE and head not in self._scopes[at].declared:
            at = self._scopes[at].parent
        return (at if at > _FILE or head in self._scopes[_FILE].declared else scope if self._language == "python" else _FILE), name

    def _of_name(self, chain: str, scope: int) -> set[str]:
        at, plain = self._place(chain, scope)
        parts = plain.split(".")
        found: set[str] = set()
        for count in range(len(parts), 0, -1):
            labels = self._names.get((at, ".".join(parts[:count])))
            if labels:
                is_about = not _ABOUT.isdisjoint(parts[count:])
                found |= labels - {ANSWER} if is_about else labels
        if is_stranger_name(chain, has_retrieval=bool(self._retrievals), language=self._language):
            found.add(STRANGER)
        return found

    def _of_call(self, call: Result, scope: int) -> set[str]:
        receiver, _, tail = call.written.rpartition(".")
        found = set(self._returns.get(tail, ())) if tail in self._functions else set()
        is_about = not _ABOUT.isdisjoint(call.rest.split("."))
        is_asked = call.line in self._answers or _HOOKS.search(call.callee) is not None
        if is_asked and _BUILDER.search(tail):
            found.add(ASKER)
        elif not is_about and (is_asked or self._is_asking(receiver, tail, scope)):
            found.add(ANSWER)
        if call.line in self._retrievals or is_stranger_call(call, self._language):
            found.add(STRANGER)
        return found

    def _is_asking(self, receiver: str, tail: str, scope: int) -> bool:
        """Whether a call asks what a name of this file holds: `chain.invoke(…)`, `llm(…)`."""
        if receiver:
            return _ASKING.fullmatch(tail) is not None and ASKER in self._of_name(receiver, scope)
        return ASKER in self._of_name(tail, scope)

    def holds_stranger_hole(self, flow: Flow) -> bool:
        """Whether the template of a system message has a hole that a stranger's text fills."""
        return flow.target == "template" and any(is_stranger_hole(name) for name in self._holes(flow))

    def _holes(self, flow: Flow) -> Iterable[str]:
        """The holes of the template itself, and of what its names were last bound to before."""
        yield from flow.value.holes
        for name in flow.value.names:
            place = self._place(name, flow.scope)
            bound = [one for one in self._flows if one.to == "name" and self._place(one.target, one.scope) == place]
            before = [one for one in bound if one.line <= flow.line]
            for one in [max(before, key=_line)] if before else bound:
                yield from one.value.holes

    def is_constant(self, value: Reading, scope: int) -> bool:
        """Whether an expression is text that stands in this file, by itself or under names."""
        if value.is_constant:
            return True
        if value.calls or not value.names or value.cleaned:
            return False
        return all(self._is_constant_name(name, scope) for name in value.names)

    def _is_constant_name(self, name: str, scope: int) -> bool:
        place = self._place(name, scope)
        bound = [flow for flow in self._flows if flow.to == "name" and self._place(flow.target, flow.scope) == place]
        return bool(bound) and all(flow.value.is_constant for flow in bound)


def _line(flow: Flow) -> int:
    return flow.line


_BUILDER = re.compile(r"^(?:[A-Z]\w*|init\w*|get_?client|create_?client|from_\w+|bind\w*|with\w*)$")
"""Calls that make a client or a model and do not ask it."""
_ASKING = re.compile(r"a?(?:run|invoke|predict|generate|stream|call|complete|chat|ask|query|apply|batch)(?:_?[A-Za-z]+)?|__call__")
"""Calls of a model or a chain that ask it."""
