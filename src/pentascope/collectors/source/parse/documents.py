"""Which parser reads which file that is no programme, and the one that looks into a configuration file's content."""

from __future__ import annotations

import re
from collections.abc import Callable

from pentascope.collectors.source.parse import (
    bicep,
    cloudformation,
    containers,
    dockerfile,
    extension,
    flows,
    keyvalue,
    manifests,
    pypi,
    structured,
    terraform,
    workflow,
    xmlscan,
)
from pentascope.collectors.source.parse.pairing import add_env
from pentascope.model.unit import Pair, Unit

_ROUTES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(?:.*/)?(?:(?:.+[.-])?(?:dockerfile|containerfile)(?:[.-].+)?)", "dockerfile"),
        (r"(?:.*/)?(?:(?:docker-|podman-)?compose(?:[._-][^/]*)?|[^/]*[._-]compose)\.ya?ml", "compose"),
        (r"(?:.*/)?\.(?:github|gitea|forgejo)/workflows/[^/]+\.(?:ya?ml|md)", "workflow"),
        (r"(?:.*/)?(?:\.gitlab-ci[^/]*|[^/]*\.gitlab-ci|azure-pipelines[^/]*|bitbucket-pipelines)\.ya?ml", "workflow"),
        (r"(?:.*/)?(?:\.circleci/[^/]+|\.gitlab/.+|\.?azure-?pipelines/.+|\.azdo/.+)\.ya?ml", "workflow"),
        (r"(?:.*/)?(?:action|taskfile(?:\.dist)?|\.pre-commit-config|\.drone|\.travis|buildspec|cloudbuild|appveyor)\.ya?ml", "workflow"),
        (r"(?:.*/)?(?:(?:[^/]*\.)?jenkinsfile(?:[.-][^/]*)?|(?:gnu)?makefile(?:\.[^/]+)?|[^/]+\.mk|\.?justfile|[^/]+\.just)", "workflow"),
        (r".*\.(?:tf|tofu|hcl|tfvars|tf\.json|tofu\.json)", "terraform"),
        (r".*\.(?:bicep|bicepparam)", "bicep"),
        (r".*\.(?:ini|cfg|conf|properties|envrc|npmrc|editorconfig|env)", "keyvalue"),
        (r"(?:.*/)?(?:\.env(?:[._-][^/]*)?|[^/]+\.env\.[^/]+|env\.example|env\.sample)", "keyvalue"),
        (r".*\.(?:xml|config|plist|csproj|props|targets|nuspec|storyboard|resx)", "xml"),
        (r".*\.(?:ya?ml|json|jsonc|json5|jsonl|ndjson|toml|webmanifest|code-workspace|tpl)|(?:.*/)?\.(?:eslintrc|prettierrc|babelrc|aider[^/]*|continuerc[^/]*)", "configuration"),
    )
)


def route(path: str) -> str | None:
    """The name of the parser for a file of that name, None when it is none of these."""
    if manifests.reader(path) is not None:
        return "manifest"
    lowered = path.lower()
    for pattern, name in _ROUTES:
        if pattern.fullmatch(lowered):
            return name
    return None


def parse_configuration(source: bytes, path: str) -> Unit:
    """A YAML, JSON or TOML file; one of a known kind also gives its resources, images, commands and nodes."""
    found = structured.scan(source, path)
    unit = Unit(path=path, language="config", pairs=found.pairs, is_complete=found.is_complete)
    lowered = path.lower()
    pairs = unit.pairs
    if not pairs or lowered.endswith((".jsonl", ".ndjson", ".toml")):
        return unit
    name = lowered.rpartition("/")[2]
    if b"apiVersion" in source and any(containers.is_kubernetes(document) for document in found.documents):
        containers.read_kubernetes(found, unit)
    elif cloudformation.is_template(pairs):
        cloudformation.read_template(pairs, unit)
    elif cloudformation.is_arm(pairs):
        cloudformation.read_arm(pairs, unit)
    elif name.startswith(("serverless.", "pulumi.")):
        (cloudformation.read_pulumi if name[0] == "p" else cloudformation.read_serverless)(pairs, unit)
    elif name.startswith("values") or "/values/" in lowered or "helm" in lowered:
        containers.read_values(pairs, unit)
    elif flows.read(pairs, unit):
        return unit
    else:
        _read_rest(pairs, unit)
    return unit


def _read_rest(pairs: list[Pair], unit: Unit) -> None:
    """MCP servers and tables of variables, which stand in files of any name."""
    if not extension.read_servers(pairs, unit):
        for pair in pairs:
            head, _, name = pair.path.rpartition(".")
            if name.isupper() and head.rpartition(".")[2].lower() in {"env", "environment", "variables", "vars", "env_variables"}:
                add_env(unit, name, pair.value, pair)


def parse_manifest(source: bytes, path: str) -> Unit:
    """A manifest; one that doubles as configuration gives its pairs as well."""
    unit = manifests.parse(source, path)
    if manifests.reader(path) is pypi.conda and not unit.dependencies:
        return parse_configuration(source, path)
    if path.lower().endswith(("pyproject.toml", "package.json")) and unit.is_complete:
        found = structured.scan(source, path)
        unit.pairs = [pair for pair in found.pairs if not _is_declaration(pair.path)]
    return unit


def _is_declaration(path: str) -> bool:
    return "ependenc" in path or path.startswith(("project.dependencies", "build-system"))


PARSERS: dict[str, Callable[[bytes, str], Unit]] = {
    "manifest": parse_manifest,
    "dockerfile": dockerfile.parse,
    "compose": containers.parse_compose,
    "workflow": workflow.parse,
    "terraform": terraform.parse,
    "bicep": bicep.parse,
    "keyvalue": keyvalue.parse,
    "xml": xmlscan.parse,
    "configuration": parse_configuration,
}


def parse(source: bytes, path: str) -> Unit | None:
    """The file read by the parser that `route` names, None when it is none of these."""
    name = route(path)
    return PARSERS[name](source, path) if name is not None else None
