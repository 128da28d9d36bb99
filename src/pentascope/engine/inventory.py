"""Splits a tree into systems and lists the components of each. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from hashlib import blake2b
from typing import TYPE_CHECKING

from pentascope.engine.agency import agentic
from pentascope.engine.scope import NO_LABELS, determine
from pentascope.engine.weigh import Weights, choosing, counted, is_sure, ranked
from pentascope.model.evidence import Evidence, FactKind, Role
from pentascope.model.scoping import Component, Modifier, ModifierFinding, Scope, ScopeDetermination, System

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MANIFESTS = frozenset(
    """package.json pyproject.toml setup.py requirements.txt Pipfile environment.yml go.mod pom.xml build.gradle build.gradle.kts Cargo.toml
    Gemfile composer.json pubspec.yaml Package.swift mix.exs build.sbt CMakeLists.txt Dockerfile docker-compose.yml compose.yaml
    docker-compose.yaml compose.yml Chart.yaml serverless.yml template.yaml cdk.json manifest.json dvc.yaml""".split()
)
_PROJECT = re.compile(r".*\.(?:csproj|fsproj|vbproj|gemspec)")


def systems(
    evidence: Sequence[Evidence], paths: Iterable[str], name: str, labels: Mapping[str, str] = NO_LABELS
) -> tuple[System, ...]:
    """The systems of a tree that are in at least one scope, by root. `name` names the tree as a whole."""
    roots = system_roots(paths)
    by_root: dict[str, list[Evidence]] = defaultdict(list)
    for entry in evidence:
        by_root[_root_of(entry, roots)].append(entry)
    found = []
    whole = Weights(evidence)
    for root in sorted(by_root):
        scopes = determine(_with_training(by_root[root], whole), labels)
        if scopes:
            found.append(_system(root, name, by_root[root], scopes))
    return tuple(found)


def _with_training(own: list[Evidence], whole: Weights) -> list[Evidence]:
    """Loads of weights that a neighbouring system trains stay loads of own weights."""
    return [e for e in own if e.kind is not FactKind.INFERENCE or whole.is_third_party(e)]


def system_roots(paths: Iterable[str]) -> frozenset[str]:
    """The folders that hold a manifest or a deployment unit; "" is the whole tree."""
    found = {""}
    for path in paths:
        folder, _, file = path.rpartition("/")
        if file in MANIFESTS or _PROJECT.fullmatch(file):
            found.add(folder)
    return frozenset(found)


def _root_of(entry: Evidence, roots: frozenset[str]) -> str:
    if entry.kind is FactKind.ASSISTANT:
        return ""
    folder = entry.path.rpartition("/")[0]
    while folder and folder not in roots:
        folder = folder.rpartition("/")[0]
    return folder


def _system(root: str, name: str, evidence: Sequence[Evidence], scopes: tuple[ScopeDetermination, ...]) -> System:
    return System(
        id=blake2b(f"system\0{root}".encode("utf-8", "surrogateescape"), digest_size=6).hexdigest(),
        name=root.rpartition("/")[2] or name,
        root=root or ".",
        scopes=scopes,
        components=tuple(components(evidence, {one.scope for one in scopes})),
        agentic=agentic(evidence),
        modifiers=tuple(modifiers(evidence)),
    )


_COMPONENTS: Mapping[FactKind, tuple[str, Scope]] = {
    FactKind.CONSUMER_SESSION: ("consumer-app", Scope.CONSUMER_APP),
    FactKind.ENTERPRISE_APP: ("enterprise-app", Scope.ENTERPRISE_APP),
    FactKind.ASSISTANT: ("assistant", Scope.ENTERPRISE_APP),
    FactKind.INFERENCE: ("model-client", Scope.PRETRAINED_MODEL),
    FactKind.SERVING: ("self-hosted-model", Scope.PRETRAINED_MODEL),
    FactKind.TUNING: ("tuned-model", Scope.FINE_TUNED_MODEL),
    FactKind.TRAINING: ("trained-model", Scope.SELF_TRAINED_MODEL),
}


def components(evidence: Sequence[Evidence], scopes: set[Scope]) -> Iterable[Component]:
    """One component for each kind and subject that makes a scope of the system."""
    grouped: dict[tuple[FactKind, str], list[Evidence]] = defaultdict(list)
    for entry in counted(evidence, *_COMPONENTS):
        if is_sure(entry) and _COMPONENTS[entry.kind][1] in scopes:
            grouped[entry.kind, entry.subject].append(entry)
    models = [e for e in counted(evidence, FactKind.MODEL) if e.value]
    for (kind, subject), lines in sorted(grouped.items()):
        label, scope = _COMPONENTS[kind]
        files = {line.path for line in lines}
        named = [m for m in models if m.attribute("provider") == subject or m.path in files]
        yield Component(
            id=blake2b(f"{label}\0{subject}\0{min(files)}".encode("utf-8", "surrogateescape"), digest_size=6).hexdigest(),
            kind=label,
            name=subject,
            scope=scope,
            provider=subject if kind in {FactKind.INFERENCE, FactKind.SERVING} else None,
            vendors=tuple(sorted({m.subject for m in named})),
            models=tuple(sorted({m.value for m in named if m.value}))[:40],
            evidence=tuple(dict.fromkeys(line.id for line in lines))[:20],
        )


def modifiers(evidence: Sequence[Evidence]) -> Iterable[ModifierFinding]:
    """What makes further requirements apply."""
    kinds = {
        Modifier.RAG: retrieval(evidence),
        Modifier.AGENTS: choosing(evidence),
        Modifier.MCP: counted(evidence, FactKind.MCP_SERVER, FactKind.MCP_CLIENT),
        Modifier.SELF_HOSTED: counted(evidence, FactKind.SERVING),
        Modifier.EMBEDDINGS: counted(evidence, FactKind.EMBEDDING),
        Modifier.TUNING_DATA: counted(evidence, FactKind.TUNING),
        Modifier.TRAINING_DATA: counted(evidence, FactKind.TRAINING),
    }
    for modifier, lines in kinds.items():
        sure = [line for line in lines if is_sure(line)]
        if sure:
            yield ModifierFinding(modifier=modifier, evidence=tuple(dict.fromkeys(line.id for line in sure))[:10])


def retrieval(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The lines that show documents being retrieved for a prompt: retrieval itself, or a store used beside generation."""
    generates = [e for e in counted(evidence, FactKind.INFERENCE, FactKind.AGENT, FactKind.SERVING) if is_sure(e)]
    direct = [e for e in counted(evidence, FactKind.RETRIEVAL) if is_sure(e)]
    stores = [
        e
        for e in counted(evidence, FactKind.VECTOR_STORE)
        if is_sure(e) and e.role is not Role.TEST and e.attribute("anchor") in {"call", "class", "use", "definition", None}
    ]
    return ranked([*direct, *stores]) if generates else []
