"""Which parser module reads which file that is no programme. Asked for every path of a tree, so without patterns first."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pentascope.model.unit import Unit

_NAMES: dict[str, str] = {
    **dict.fromkeys(
        (
            "pyproject.toml", "pipfile", "pipfile.lock", "setup.py", "setup.cfg", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml",
            "package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "deno.json",
            "deno.jsonc", "deno.lock", "import_map.json", "cargo.toml", "cargo.lock", "composer.json", "composer.lock",
            "pubspec.yaml", "pubspec.yml", "pubspec.lock", "vcpkg.json", "pom.xml", "directory.packages.props",
            "directory.build.props", "packages.config", "packages.lock.json", "go.mod", "go.sum", "gemfile", "gemfile.lock", "gems.rb",
            "gems.locked", "package.swift", "package.resolved", "conanfile.py", "conanfile.txt", "mix.exs", "mix.lock", "meta.yaml",
            "conda.yaml", "conda.yml",
        ),
        "manifests",
    ),
    **dict.fromkeys(("dockerfile", "containerfile"), "dockerfile"),
    **dict.fromkeys(
        (
            "jenkinsfile", "makefile", "gnumakefile", "justfile", ".justfile", "action.yml", "action.yaml", "taskfile.yml",
            "taskfile.yaml", "taskfile.dist.yml", "taskfile.dist.yaml", ".pre-commit-config.yaml", ".drone.yml", ".travis.yml",
            "buildspec.yml", "buildspec.yaml", "cloudbuild.yaml", "cloudbuild.yml", "appveyor.yml", ".gitlab-ci.yml",
            "bitbucket-pipelines.yml", "procfile",
        ),
        "workflow",
    ),
    **dict.fromkeys((".env", ".envrc", "env.example", "env.sample", ".npmrc", ".editorconfig", ".flake8"), "keyvalue"),
    **dict.fromkeys((".eslintrc", ".prettierrc", ".babelrc"), "configuration"),
}
_EXTENSIONS: dict[str, str] = {
    **dict.fromkeys((".csproj", ".fsproj", ".vbproj", ".nuspec", ".gradle", ".sbt", ".gemspec", ".pom"), "manifests"),
    **dict.fromkeys((".dockerfile", ".containerfile"), "dockerfile"),
    **dict.fromkeys((".jenkinsfile", ".mk", ".just"), "workflow"),
    **dict.fromkeys((".tf", ".tofu", ".hcl", ".tfvars"), "terraform"),
    **dict.fromkeys((".bicep", ".bicepparam"), "bicep"),
    **dict.fromkeys((".ini", ".cfg", ".conf", ".properties", ".env"), "keyvalue"),
    **dict.fromkeys((".xml", ".config", ".plist", ".props", ".targets"), "xmlscan"),
    **dict.fromkeys(
        (".json", ".jsonc", ".json5", ".jsonl", ".ndjson", ".toml", ".webmanifest", ".code-workspace", ".template"), "configuration"
    ),
}
_SUFFIXES = frozenset((".j2", ".jinja", ".example", ".sample", ".dist", ".tpl", ".tmpl", ".local", ".default"))
_CI_FOLDER = re.compile(
    r"(?:^|/)(?:\.(?:github|gitea|forgejo)/workflows/[^/]+|\.circleci/[^/]+|\.gitlab/.+|\.?azure-?pipelines/.+|\.azdo/.+)\.(?:ya?ml|md)$"
)
_CI_NAME = re.compile(r"\.gitlab-ci.*|.*\.gitlab-ci\..*|azure-pipelines.*")
_COMPOSE = re.compile(r"(?:docker-|podman-)?compose(?:[._-].*)?|.*[._-]compose\.ya?ml")
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements?|constraints?)(?:[-_.].*)?\.(?:txt|in|pip)")
_CONDA = re.compile(r"(?:.*[-_.])?environments?(?:[-_.].*)?\.ya?ml")


def route(path: str) -> str | None:
    """The name of the module of this room that reads a file of that name, None when none does."""
    lowered = path.lower()
    name = lowered.rpartition("/")[2]
    known = _NAMES.get(name)
    if known is not None:
        return known
    extension = name[name.rfind(".") :] if "." in name else ""
    if extension in {".yml", ".yaml"}:
        return _route_yaml(lowered, name)
    if extension in {".txt", ".in", ".pip"}:
        is_listed = _REQUIREMENTS.fullmatch(name) is not None or ("requirements/" in lowered and extension != ".pip")
        return "manifests" if is_listed else None
    if name.endswith((".gradle.kts", ".versions.toml")) or name.startswith("pylock."):
        return "manifests"
    if name.endswith((".tf.json", ".tofu.json")):
        return "terraform"
    if name.startswith((".env.", ".env-", ".env_")) or ".env." in name:
        return "keyvalue"
    if name.startswith(("dockerfile", "containerfile")) and name[-3:] not in {".md", ".py", ".js", ".go", ".ts"}:
        return "dockerfile"
    if name.startswith(("makefile.", "jenkinsfile")) and extension not in {".md", ".py", ".txt"}:
        return "workflow"
    if extension == ".md":
        return "workflow" if _CI_FOLDER.search(lowered) else None
    if extension in _SUFFIXES and len(name) > len(extension):
        return route(lowered.removesuffix(extension)) if name.count(".") > 1 or extension in {".j2", ".example"} else None
    return _EXTENSIONS.get(extension)


def _route_yaml(path: str, name: str) -> str:
    if "compose" in name and _COMPOSE.fullmatch(name):
        return "compose"
    if _CI_NAME.fullmatch(name) or _CI_FOLDER.search(path):
        return "workflow"
    return "manifests" if "environment" in name and _CONDA.fullmatch(name) else "configuration"


def parse(source: bytes, path: str) -> Unit | None:
    """The file read by the module that `route` names, None when there is none."""
    name = route(path)
    if name is None:
        return None
    reader: Callable[[bytes, str], Unit] = import_module(f"pentascope.collectors.source.parse.{name}").parse
    return reader(source, path)
