"""Compose files, Kubernetes manifests and Helm charts: images, variables, commands, resources."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.flow import Scan
from pentascope.collectors.source.parse.pairing import add_commands, add_env, add_words, listed
from pentascope.collectors.source.parse.structured import scan
from pentascope.model.unit import Named, Pair, Resource, Unit

_SERVICE = re.compile(r"(?:services\.)?[^.]+\.(image|model|runtime)|models\.[^.]+\.model")
_COMPOSE_ENV = re.compile(r"(?:.+\.)?(?:environment|build\.args|args)(?:\.(\d+)|\.([A-Za-z_]\w*))|x-[^.]+\.([A-Z][A-Z0-9_]*)")
_COMPOSE_COMMAND = re.compile(r"((?:services\.)?[^.]+\.(?:command|entrypoint|post_start\.\d+\.command|healthcheck\.test))(?:\.\d+)?")


def parse_compose(source: bytes, path: str) -> Unit:
    """A Compose file. A default in `${NAME:-value}` stands for the variable in images."""
    found = scan(source, path)
    unit = Unit(path=path, language="config", pairs=found.pairs, is_complete=found.is_complete)
    for pair in unit.pairs:
        if _SERVICE.fullmatch(pair.path) and pair.path.endswith(".image"):
            unit.images.append(Named(value=with_defaults(pair.value), line=pair.line, column=pair.column))
            continue
        variable = _COMPOSE_ENV.fullmatch(pair.path)
        if variable is None:
            continue
        if variable[1] is not None:
            name, _, value = pair.value.partition("=")
            add_env(unit, name.strip(), value, pair)
        else:
            add_env(unit, variable[2] or variable[3], pair.value, pair)
    for words in listed(unit.pairs, _COMPOSE_COMMAND).values():
        _add_command(unit, words)
    return unit


def _add_command(unit: Unit, words: list[Pair]) -> None:
    if words[0].path[-1].isdigit():
        add_words(unit, words)
    else:
        add_commands(unit, words[0])


_DEFAULT = re.compile(r"\$\{\w++:?-([^}]*+)\}")


def with_defaults(text: str) -> str:
    """The text with `${NAME:-default}` replaced by the default."""
    return _DEFAULT.sub(r"\1", text) if "${" in text else text


_CONTAINER = re.compile(r"(.*\b(?:[cC]ontainers|initContainers|sidecars)\.\d+|.*\bcontainer)\.image|image")
_NAMED_ENV = re.compile(r"(.*(?:env|[eE]nvironment|extraEnv\w*|envVars)\.\d+)\.(name|value)")
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
        if _CONTAINER.fullmatch(pair.path):
            unit.images.append(Named(value=pair.value, line=pair.line, column=pair.column))
        elif (table := _ENV_TABLE.fullmatch(pair.path)) is not None:
            add_env(unit, table[1], pair.value, pair)
    _read_env_lists(pairs, unit)
    for words in listed(pairs, _COMMAND).values():
        add_words(unit, words)


def _read_env_lists(pairs: list[Pair], unit: Unit) -> None:
    values = {pair.path: pair.value for pair in pairs if pair.path.endswith(".value")}
    for pair in pairs:
        match = _NAMED_ENV.fullmatch(pair.path)
        if match is not None and match[2] == "name":
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
            name = f"{registry}/{pair.value}" if registry else pair.value
            unit.images.append(Named(value=f"{name}:{tag}" if tag else name, line=pair.line, column=pair.column))
        elif _IMAGE_TEXT.fullmatch(pair.path) and pair.value:
            unit.images.append(Named(value=pair.value, line=pair.line, column=pair.column))
        elif (table := _ENV_TABLE.fullmatch(pair.path)) is not None:
            add_env(unit, table[1], pair.value, pair)
    _read_env_lists(pairs, unit)
    for words in listed(pairs, re.compile(r"((?:.*\.)?(?:args|command|extraArgs))\.\d+")).values():
        add_words(unit, words)
