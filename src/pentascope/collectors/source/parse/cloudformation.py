"""Templates that list resources in YAML or JSON: CloudFormation, SAM, Serverless Framework, ARM, Pulumi YAML."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.pairing import add_env
from pentascope.model.unit import Pair, Resource, Unit

_TYPE = re.compile(r"((?:resources\.)?(?:Resources|resources)\.([^.]+))\.(?:Type|type)")
_CLOUD_TYPE = re.compile(r"(?:AWS|Alexa|Custom|ATLAS|MongoDB|Pinecone|[A-Z]\w+)::[\w:]+")
_ARM_TYPE = re.compile(r"[A-Za-z]\w*(?:\.\w+)+(?:/\w+)+")
_ARM_PATH = re.compile(r"((?:.*\.)?resources\.(?:\d+|[A-Za-z_]\w*))\.type")
_PULUMI_TYPE = re.compile(r"[a-z][\w-]*:[\w/]*:?\w+")
_VARIABLES = re.compile(
    r"(?:.*\.)?(?:Environment\.Variables|provider\.environment|functions\.[^.]+\.environment)\.([A-Za-z_]\w*)"
)
_NAMED_VARIABLE = re.compile(r"(.*\.Environment\.\d+)\.Name")
MAX_RESOURCES = 2_000


def is_template(pairs: list[Pair]) -> bool:
    """Whether a document is a CloudFormation, SAM or Serverless template."""
    return any(
        pair.path in {"AWSTemplateFormatVersion", "Transform"}
        or (pair.path.endswith(".Type") and "esources." in pair.path and pair.value.startswith("AWS::"))
        for pair in pairs
    )


def read_template(pairs: list[Pair], unit: Unit) -> None:
    """Adds the resources of a CloudFormation document; paths below `Properties` start there."""
    _add(pairs, unit, _TYPE, _CLOUD_TYPE, ("Properties.",))
    _add_variables(pairs, unit)


def read_serverless(pairs: list[Pair], unit: Unit) -> None:
    """Adds the resources and variables of a `serverless.yml`."""
    read_template(pairs, unit)


def is_arm(pairs: list[Pair]) -> bool:
    """Whether a document is an Azure Resource Manager template."""
    return any(pair.path == "$schema" and "deploymentTemplate.json" in pair.value for pair in pairs)


def read_arm(pairs: list[Pair], unit: Unit) -> None:
    """Adds the resources of an ARM template, nested deployments included."""
    _add(pairs, unit, _ARM_PATH, _ARM_TYPE, ("properties.",))


def is_pulumi(pairs: list[Pair]) -> bool:
    """Whether a document is a Pulumi program in YAML."""
    paths = {pair.path for pair in pairs[:200]}
    return "runtime" in paths or any(path.startswith("runtime.") for path in paths)


def read_pulumi(pairs: list[Pair], unit: Unit) -> None:
    """Adds the resources of a Pulumi YAML program."""
    _add(pairs, unit, re.compile(r"(resources\.([^.]+))\.type"), _PULUMI_TYPE, ("properties.",))


def _add(
    pairs: list[Pair], unit: Unit, paths: re.Pattern[str], types: re.Pattern[str], inner: tuple[str, ...]
) -> None:
    kinds: dict[str, Pair] = {}
    for pair in pairs:
        match = paths.fullmatch(pair.path)
        if match is not None and types.fullmatch(pair.value.partition("@")[0]) and len(kinds) < MAX_RESOURCES:
            kinds[match[1]] = pair
    attributes: dict[str, list[Pair]] = {prefix: [] for prefix in kinds}
    for pair in pairs:
        owner = _owner(pair.path, kinds)
        if owner is not None:
            path = pair.path[len(owner) + 1 :]
            for word in inner:
                path = path.removeprefix(word)
            attributes[owner].append(Pair(path=path, value=pair.value, line=pair.line, column=pair.column))
    for prefix, kind in kinds.items():
        name = next((pair.value for pair in attributes[prefix] if pair.path == "name"), prefix.rpartition(".")[2])
        named = prefix.rpartition(".")[2]
        unit.resources.append(
            Resource(
                type=kind.value.partition("@")[0],
                name=name if named.isdigit() else named,
                line=kind.line,
                pairs=tuple(attributes[prefix]),
            )
        )


def _owner(path: str, kinds: dict[str, Pair]) -> str | None:
    """The innermost resource that a path belongs to."""
    cut = path.rfind(".")
    for _ in range(64):
        if cut < 0:
            return None
        if path[:cut] in kinds:
            return path[:cut]
        cut = path.rfind(".", 0, cut)
    return None


def _add_variables(pairs: list[Pair], unit: Unit) -> None:
    values = {pair.path: pair.value for pair in pairs if pair.path.endswith(".Value")}
    for pair in pairs:
        match = _VARIABLES.fullmatch(pair.path)
        if match is not None:
            add_env(unit, match[1], pair.value, pair)
        elif (named := _NAMED_VARIABLE.fullmatch(pair.path)) is not None:
            add_env(unit, pair.value, values.get(f"{named[1]}.Value"), pair)
