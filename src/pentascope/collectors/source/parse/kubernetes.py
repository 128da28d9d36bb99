"""Kubernetes manifests and Helm charts: resources, images, variables, commands."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.flow import Scan
from pentascope.collectors.source.parse.pairing import add_env, add_words, listed
from pentascope.model.unit import Named, Pair, Resource, Unit

_CONTAINER = re.compile(r"(.*\b(?:[cC]ontainers|initContainers|sidecars)\.\d+|.*\bcontainer)\.image|image")
_NAMED_ENV = re.compile(r"(.*(?:env|[eE]nvironment|extraEnv\w*|envVars)\.\d+)\.name")
_ENV_TABLE = re.compile(r".*\b(?:env|envs|extraEnv|environment|configMap\.data|secrets?\.data|stringData|data|config)\.([A-Z][A-Z0-9_]+)")
_COMMAND = re.compile(r"(.*\b(?:[cC]ontainers|initContainers)\.\d+|(?:.*\.)?container)\.(?:command|args)(?:\.\d+)?")


def is_kubernetes(pairs: list[Pair]) -> bool:
    """Whether a document is a Kubernetes manifest."""
    names = {pair.path for pair in pairs if pair.path in {"apiVersion", "kind"}}
    return len(names) == 2


def read_kubernetes(found: Scan, unit: Unit) -> None:
    """Adds what the Kubernetes documents of a file say."""
    for document in found.documents:
        if is_kubernetes(document):
            values = {pair.path: pair for pair in document if pair.path in {"apiVersion", "kind", "metadata.name"}}
            name = values.get("metadata.name")
            unit.resources.append(
                Resource(
                    type=f"{values['apiVersion'].value}/{values['kind'].value}",
                    name=name.value if name else "",
                    line=values["kind"].line,
                    pairs=tuple(document[:500]),
                )
            )
            _read_pods(document, unit)


def _read_pods(pairs: list[Pair], unit: Unit) -> None:
    for pair in pairs:
        if pair.path.endswith("image") and _CONTAINER.fullmatch(pair.path):
            unit.images.append(Named(value=pair.value, line=pair.line, column=pair.column))
        elif (name := _in_env_table(pair.path)) is not None:
            add_env(unit, name, pair.value, pair)
    _read_env_lists(pairs, unit)
    run = [pair for pair in pairs if "command" in pair.path or "args" in pair.path]
    for words in listed(run, _COMMAND).values():
        add_words(unit, words)


def _in_env_table(path: str) -> str | None:
    """The name of a variable where the path leads into a table of them; plain looks first, schemas have long paths."""
    table = _ENV_TABLE.fullmatch(path) if path.rpartition(".")[2].isupper() else None
    return table[1] if table is not None else None


def _read_env_lists(pairs: list[Pair], unit: Unit) -> None:
    values = {pair.path: pair.value for pair in pairs if pair.path.endswith(".value")}
    for pair in pairs:
        match = _NAMED_ENV.fullmatch(pair.path) if pair.path.endswith(".name") else None
        if match is not None:
            add_env(unit, pair.value, values.get(f"{match[1]}.value"), pair)


_REPOSITORY = re.compile(r"((?:.*\.)?(?:\w*[iI]mage\w*))\.repository")
_IMAGE_TEXT = re.compile(r"(?:.*\.)?[iI]mage")


def read_values(pairs: list[Pair], unit: Unit) -> None:
    """Adds what a Helm values file says: `image.repository` joined with `image.tag`, variables, arguments."""
    values = {pair.path: pair.value for pair in pairs if pair.path.endswith((".tag", ".registry"))}
    for pair in pairs:
        match = _REPOSITORY.fullmatch(pair.path)
        if match is not None and pair.value:
            registry, tag = values.get(f"{match[1]}.registry"), values.get(f"{match[1]}.tag")
            image = f"{registry}/{pair.value}" if registry else pair.value
            unit.images.append(Named(value=f"{image}:{tag}" if tag else image, line=pair.line, column=pair.column))
        elif _IMAGE_TEXT.fullmatch(pair.path) and pair.value:
            unit.images.append(Named(value=pair.value, line=pair.line, column=pair.column))
        elif (name := _in_env_table(pair.path)) is not None:
            add_env(unit, name, pair.value, pair)
    _read_env_lists(pairs, unit)
    for words in listed(pairs, re.compile(r"((?:.*\.)?(?:args|command|extraArgs))\.\d+")).values():
        add_words(unit, words)
