"""Collects the evidence of one file while it is matched: each fact once, the surest first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.engine.promptsecrets import SECRET, without_secrets
from pentascope.engine.texts import KeyTable, redacted
from pentascope.model.evidence import Confidence, Evidence, FactKind, Role

if TYPE_CHECKING:
    from pentascope.model.signature import Rule, Signature
    from pentascope.model.unit import Call, Import

FULL_TUNING = "full_sft"
_ORDER = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}
_HELPER = re.compile(
    r"(?:is|should|supports?|get|list|count|to|from|format|parse|validate|check|configure|convert|transform|_transform|register|set|add_?on|has|can"
    r"|num_?tokens|encod(?:e|ing)|token\w*|model_dump|model_validate|cast|json|marshal|unmarshal|ptr|string|int|bool|float)(?:[_A-Z]|$)|_",
    re.ASCII,
)
"""What a library offers beside its calls to a model; such a call alone proves no inference."""
_USED_AS = {"model-api": FactKind.INFERENCE, "gateway": FactKind.INFERENCE}


SHARED_KEYS = ("AIza",)
"""Beginnings of credentials that open every API of a cloud, not only its models."""


class Findings:
    """The evidence of one file. A fact (kind, subject, value, line) stands once, with its best confidence."""

    def __init__(self, path: str, role: Role, keys: KeyTable) -> None:
        """Empty for one file."""
        self.path = path
        self.role = role
        self._keys = keys
        self._by_fact: dict[tuple[FactKind, str, str | None, int], Evidence] = {}
        self._imports: dict[str, tuple[Signature, int, int]] = {}
        self._named_keys: set[str] = set()
        self._uses: dict[str, tuple[Signature, int, int]] = {}

    def add(
        self,
        kind: FactKind,
        subject: str,
        line: int,
        signature: str,
        *,
        value: str | None = None,
        column: int = 1,
        confidence: Confidence = Confidence.HIGH,
        attributes: tuple[tuple[str, str], ...] = (),
    ) -> Evidence:
        """Record one fact."""
        key = (kind, subject, value, line)
        known = self._by_fact.get(key)
        if known is not None and _ORDER[known.confidence] <= _ORDER[confidence]:
            return known
        evidence = Evidence(
            kind=kind,
            subject=subject,
            path=self.path,
            line=max(line, 1),
            signature=signature,
            column=max(column, 1),
            value=value,
            role=self.role,
            confidence=confidence,
            attributes=tuple(sorted(attributes)),
        )
        self._by_fact[key] = evidence
        return evidence

    def add_rule(
        self,
        signature: Signature,
        rule: Rule,
        line: int,
        column: int,
        *,
        value: str | None = None,
        attributes: tuple[tuple[str, str], ...] = (),
        confidence: Confidence | None = None,
    ) -> Evidence:
        """Record what a rule proves."""
        subject = rule.subject or signature.provider or signature.id
        extra = (*rule.attributes.items(), *attributes, ("anchor", rule.on.value))
        return self.add(
            rule.fact,
            subject,
            line,
            signature.id,
            value=value,
            column=column,
            confidence=confidence or rule.confidence,
            attributes=tuple(dict(extra).items()),
        )

    def has(self, kinds: frozenset[FactKind]) -> bool:
        """Whether something of one of these kinds was seen."""
        return any(key[0] in kinds for key in self._by_fact)

    def rebase(self, signature: str, provider: str) -> None:
        """What this signature was seen to call is served by another provider, whose host the client is given."""
        for key, entry in list(self._by_fact.items()):
            if entry.signature == signature and entry.kind in {FactKind.INFERENCE, FactKind.EMBEDDING}:
                del self._by_fact[key]
                moved = msgspec.structs.replace(entry, subject=provider)
                self._by_fact[moved.kind, moved.subject, moved.value, moved.line] = moved

    def add_key(self, secret: str, signature: Signature, line: int, column: int, *, name: str | None = None) -> None:
        """Record a credential, redacted as it enters; `name` is what it stands under."""
        subject = signature.provider or signature.id
        self.add(FactKind.PROVIDER_KEY, subject, line, signature.id, value=redacted(secret), column=column)
        place = f"{self.path} {name or ''}".lower()
        if any(word in place for word in signature.id.split("-") if word != signature.vendor):
            self._named_keys.add(signature.id)

    def note_import(self, signature: Signature, entry: Import) -> None:
        """A module of this signature is imported and its name occurs again."""
        if not entry.path.endswith(("Error", "Exception")):
            self._imports.setdefault(signature.id, (signature, entry.line, entry.column))

    def note_use(self, signature: Signature, call: Call) -> None:
        """Something of this signature is called that no rule names."""
        tail = call.callee.rpartition(".")[2]
        if not tail.endswith(("Error", "Exception", "Config", "Options", "Settings")) and _HELPER.match(tail) is None:
            self._uses.setdefault(signature.id, (signature, call.line, call.column))

    def lines(self, kind: FactKind) -> frozenset[int]:
        """The lines on which facts of a kind stand."""
        return frozenset(entry.line for entry in self._by_fact.values() if entry.kind is kind)

    def sorted(self) -> list[Evidence]:
        """All facts in source order, with the weak ones that imports alone prove."""
        self._add_weak()
        self._drop_fallbacks()
        self._drop_shared_keys()
        return sorted(self._by_fact.values(), key=Evidence.order)

    def _drop_shared_keys(self) -> None:
        """A key whose shape many services of its maker share is a model's only where the file speaks of that model."""
        spoken = self._named_keys | {entry.signature for entry in self._by_fact.values() if entry.kind is not FactKind.PROVIDER_KEY}
        self._by_fact = {
            key: entry
            for key, entry in self._by_fact.items()
            if entry.kind is not FactKind.PROVIDER_KEY or entry.signature in spoken or not (entry.value or "").startswith(SHARED_KEYS)
        }

    def _drop_fallbacks(self) -> None:
        """A rule with `fallback` gives way to what tells the same better: any method to full tuning, QLoRA to LoRA."""
        told = {(entry.kind, entry.subject) for entry in self._by_fact.values()}
        self._by_fact = {
            key: entry
            for key, entry in self._by_fact.items()
            if entry.attribute("fallback") is None
            or not any(
                kind is entry.kind and subject != entry.subject and (entry.subject == FULL_TUNING or entry.subject in subject)
                for kind, subject in told
            )
        }

    def _add_weak(self) -> None:
        spoken = {evidence.signature for evidence in self._by_fact.values() if evidence.kind is not FactKind.MODEL}
        for notes, confidence in ((self._uses, Confidence.MEDIUM), (self._imports, Confidence.LOW)):
            for name, (signature, line, column) in notes.items():
                kind = _USED_AS.get(signature.category)
                if kind is None or signature.provider is None or name in spoken:
                    continue
                spoken.add(name)
                self.add(
                    kind, signature.provider, line, name, column=column, confidence=confidence,
                    attributes=(("anchor", "use" if confidence is Confidence.MEDIUM else "import"),),
                )


def with_excerpts(evidence: list[Evidence], lines: list[str], keys: KeyTable) -> list[Evidence]:
    """The same evidence with the words of its line, credentials redacted."""
    found = []
    secret = {entry.line for entry in evidence if entry.subject == SECRET}
    for entry in evidence:
        words = lines[entry.line - 1].strip() if entry.line <= len(lines) else ""
        if entry.line in secret:
            words = without_secrets(words)
        if len(words) > 200:
            start = max(0, min(entry.column - 1, len(words)) - 60)
            words = words[start : start + 200]
        found.append(msgspec.structs.replace(entry, excerpt=keys.redact(words)))
    return found
