"""Manifests and lock files of all ecosystems as dependencies."""

from __future__ import annotations

import re
from collections.abc import Callable

from pentascope.collectors.source.parse import buildscripts, configuration, lockfiles, packages, pypi, structured
from pentascope.collectors.source.parse.declared import Declared
from pentascope.model.unit import Unit

Reader = Callable[[bytes, str], Declared | None]

READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"pyproject\.toml|pipfile", pypi.toml_project),
        (r"(?:.*[-_.])?(?:requirements?|constraints?)(?:[-_.].*)?\.(?:txt|in|pip)", pypi.requirements),
        (r"setup\.py", pypi.setup_py),
        (r"setup\.cfg", pypi.setup_cfg),
        (r"(?:.*[-_.])?environments?(?:[-_.].*)?\.ya?ml|conda\.ya?ml|meta\.yaml", pypi.conda),
        (r"package\.json", packages.package_json),
        (r"deno\.jsonc?|import_map\.json", packages.deno),
        (r"cargo\.toml", packages.cargo),
        (r"composer\.json", packages.composer),
        (r"pubspec\.ya?ml", packages.pubspec),
        (r"vcpkg\.json", packages.vcpkg),
        (r".*\.versions\.toml", packages.version_catalogue),
        (r"pom\.xml|.*\.pom", packages.maven),
        (r".*\.(?:cs|fs|vb)proj|directory\.(?:packages|build)\.props|packages\.config|.*\.nuspec", packages.nuget),
        (r".*\.gradle(?:\.kts)?", buildscripts.gradle),
        (r".*\.sbt", buildscripts.sbt),
        (r"go\.mod", buildscripts.go_mod),
        (r"gemfile|gems\.rb|.*\.gemspec", buildscripts.gems),
        (r"package\.swift", buildscripts.swift),
        (r"conanfile\.(?:py|txt)", buildscripts.conan),
        (r"mix\.exs", buildscripts.mix),
        (r"go\.sum", lockfiles.go_sum),
        (r"pipfile\.lock", lockfiles.pipfile),
        (r"poetry\.lock|uv\.lock|pdm\.lock|pylock(?:\..*)?\.toml", lockfiles.python_packages),
        (r"cargo\.lock", lockfiles.cargo),
        (r"package-lock\.json|npm-shrinkwrap\.json", lockfiles.npm),
        (r"yarn\.lock", lockfiles.yarn),
        (r"pnpm-lock\.yaml", lockfiles.pnpm),
        (r"bun\.lock", lockfiles.bun),
        (r"deno\.lock", lockfiles.deno),
        (r"packages\.lock\.json", lockfiles.nuget),
        (r"gemfile\.lock|gems\.locked", lockfiles.gems),
        (r"composer\.lock", lockfiles.composer),
        (r"pubspec\.lock", lockfiles.pubspec),
        (r"package\.resolved", lockfiles.swift),
        (r"mix\.lock", lockfiles.mix),
    )
)
_IN_FOLDER = re.compile(r"(?:^|/)requirements/[^/]+\.(?:txt|in)$", re.IGNORECASE)


def reader(path: str) -> Reader | None:
    """The function that reads a manifest of that name, None where the name is no manifest's."""
    name = path.rpartition("/")[2].lower()
    for pattern, function in READERS:
        if pattern.fullmatch(name):
            return function
    return pypi.requirements if _IN_FOLDER.search(path) else None


def parse(source: bytes, path: str) -> Unit:
    """A manifest or lock file. One of the wrong shape gives an empty, incomplete unit; one that doubles as
    configuration gives its other pairs as well.
    """
    function = reader(path)
    found = function(source, path) if function is not None else None
    if found is None:
        return Unit(path=path, language="manifest", is_complete=False)
    if function is pypi.conda and not found.found:
        return configuration.parse(source, path)
    unit = Unit(path=path, language="manifest", dependencies=found.dependencies)
    if path.lower().endswith(("pyproject.toml", "package.json")):
        scan = structured.scan(source, path)
        unit.pairs = [pair for pair in scan.pairs if not _DECLARATION.match(pair.path)]
        unit.is_complete = scan.is_complete
    return unit


_DECLARATION = re.compile(r"\w*[dD]ependenc|project\.(?:optional-)?dependenc|build-system|tool\.[\w.-]*dependenc")
