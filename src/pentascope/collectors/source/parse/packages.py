"""Manifests that are structured files: npm, Deno, Cargo, Composer, pub, vcpkg, Maven, NuGet, Gradle catalogues."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.declared import Declared
from pentascope.collectors.source.parse.decoding import decode
from pentascope.collectors.source.parse.flow import Scan, scan_json
from pentascope.collectors.source.parse.tomlscan import scan_toml
from pentascope.collectors.source.parse.xmlscan import scan_xml
from pentascope.collectors.source.parse.yamlscan import scan_yaml
from pentascope.model.unit import Pair

_NPM_TARGET = re.compile(r"(?:npm:|https://(?:esm\.sh|cdn\.skypack\.dev|unpkg\.com|cdn\.jsdelivr\.net/npm)/)(@?[^@\s?]+)(?:@([^/\s?]+))?")


def _json_table(source: bytes) -> Scan | None:
    """The scalars of a JSON file whose root is an object, None of another shape."""
    text = decode(source)
    body = text.lstrip()
    while body.startswith(("//", "/*")):
        body = body.partition("\n" if body[1] == "/" else "*/")[2].lstrip()
    return scan_json(text) if body.startswith("{") else None


def package_json(source: bytes, _path: str) -> Declared | None:
    """Npm `package.json`."""
    scan = _json_table(source)
    if scan is None:
        return None
    found = Declared("npm")
    sections = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
    for pair in scan.pairs:
        section, _, name = pair.path.partition(".")
        if section in sections and name:
            target = _NPM_TARGET.fullmatch(pair.value)
            if target is not None:
                name = target[1]
            found.add(name, pair.line, pair.value, is_development=section == "devDependencies")
    return found


def deno(source: bytes, _path: str) -> Declared | None:
    """Deno configuration and import maps: the npm packages among the imports."""
    scan = _json_table(source)
    if scan is None:
        return None
    found = Declared("npm")
    for pair in scan.pairs:
        if pair.path.startswith(("imports.", "scopes.")):
            target = _NPM_TARGET.match(pair.value)
            if target is not None:
                found.add(target[1].rstrip("/"), pair.line, target[2])
    return found


_CARGO = re.compile(
    r"(?:workspace\.|target\..+\.)?(dependencies|dev-dependencies|build-dependencies)\.([A-Za-z0-9_-]+)(?:\.(\w+).*)?"
)


def cargo(source: bytes, _path: str) -> Declared | None:
    """Cargo manifests; a renamed crate counts under its own name."""
    found = Declared("cargo")
    pairs = [(pair, match) for pair in scan_toml(decode(source)).pairs if (match := _CARGO.fullmatch(pair.path))]
    renamed = {pair.path.rpartition(".")[0]: pair.value for pair, match in pairs if match[3] == "package"}
    for pair, match in pairs:
        head = pair.path[: match.end(2)]
        version = pair.value if match[3] in {None, "version"} else None
        found.add(renamed.get(head, match[2]), pair.line, version, is_development=match[1] == "dev-dependencies")
    return found


def composer(source: bytes, _path: str) -> Declared | None:
    """Composer manifests, without the platform packages."""
    scan = _json_table(source)
    if scan is None:
        return None
    found = Declared("composer")
    for pair in scan.pairs:
        section, _, name = pair.path.partition(".")
        if section in {"require", "require-dev"} and "/" in name:
            found.add(name, pair.line, pair.value, is_development=section == "require-dev")
    return found


def pubspec(source: bytes, _path: str) -> Declared | None:
    """Dart and Flutter manifests."""
    found = Declared("pub")
    for pair in scan_yaml(decode(source)).pairs:
        parts = pair.path.split(".")
        if len(parts) >= 2 and parts[0] in {"dependencies", "dev_dependencies"}:
            version = pair.value if len(parts) == 2 or parts[2] == "version" else None
            found.add(parts[1], pair.line, version, is_development=parts[0] == "dev_dependencies")
    return found


def vcpkg(source: bytes, _path: str) -> Declared | None:
    """Vcpkg manifests, counted with the C and C++ packages of Conan."""
    scan = _json_table(source)
    if scan is None:
        return None
    found = Declared("conan")
    for pair in scan.pairs:
        if re.fullmatch(r"(?:features\.[^.]+\.)?dependencies\.\d+(?:\.name)?", pair.path):
            found.add(pair.value.partition("[")[0], pair.line)
    return found


def version_catalogue(source: bytes, _path: str) -> Declared | None:
    """Gradle version catalogues."""
    scan = scan_toml(decode(source))
    values = {pair.path: pair.value for pair in scan.pairs}
    found = Declared("maven")
    for pair in scan.pairs:
        match = re.fullmatch(r"libraries\.([^.]+)(?:\.(module|group))?", pair.path)
        if match is None:
            continue
        name = pair.value
        if match[2] == "group":
            name = f"{name}:{values.get(f'libraries.{match[1]}.name', '')}"
        group, _, rest = name.partition(":")
        artifact, _, version = rest.partition(":")
        reference = values.get(f"libraries.{match[1]}.version.ref")
        if not version:
            version = values.get(f"versions.{reference}", "") or values.get(f"libraries.{match[1]}.version", "")
        found.add(f"{group}:{artifact}", pair.line, version)
    return found


_MAVEN = re.compile(r"(?:.*\.)?(?:dependency|plugin|extension|parent)(?:\.\d+)?\.(groupId|artifactId|version|scope)")
_PROPERTY = re.compile(r"\$\{([^}]+)\}")


def maven(source: bytes, _path: str) -> Declared | None:
    """Maven project files; `${…}` is looked up one level among the properties."""
    pairs = scan_xml(source).pairs
    properties = {pair.path.partition(".properties.")[2]: pair.value for pair in pairs if ".properties." in pair.path}
    found = Declared("maven")
    for fields in _grouped(pairs, _MAVEN).values():
        group, artifact = fields.get("groupId"), fields.get("artifactId")
        if artifact is None:
            continue
        name = f"{group.value if group else 'org.apache.maven.plugins'}:{artifact.value}"
        version = fields.get("version")
        text = _PROPERTY.sub(lambda match: properties.get(match[1], match[0]), version.value) if version else None
        scope = fields.get("scope")
        found.add(name, artifact.line, text, is_development=scope is not None and scope.value == "test")
    return found


_NUGET = re.compile(
    r"(?:.*\.)?(?:PackageReference|PackageVersion|GlobalPackageReference|package|dependency)(?:\.\d+)?"
    r"\.(@Include|@Update|@Version|Version|@VersionOverride|@id|@version|@developmentDependency|PrivateAssets|@PrivateAssets)"
)


def nuget(source: bytes, _path: str) -> Declared | None:
    """.NET project files, central package versions, packages.config and nuspec."""
    found = Declared("nuget")
    for fields in _grouped(scan_xml(source).pairs, _NUGET).values():
        name = fields.get("@Include") or fields.get("@Update") or fields.get("@id")
        version = fields.get("@Version") or fields.get("Version") or fields.get("@version") or fields.get("@VersionOverride")
        if name is None:
            continue
        private = fields.get("@PrivateAssets") or fields.get("PrivateAssets")
        is_development = "@developmentDependency" in fields or (private is not None and private.value.lower() == "all")
        for part in name.value.split(";")[:50]:
            found.add(part, name.line, version.value if version else None, is_development=is_development)
    return found


def _grouped(pairs: list[Pair], pattern: re.Pattern[str]) -> dict[str, dict[str, Pair]]:
    """The pairs that the pattern names, by element and field."""
    groups: dict[str, dict[str, Pair]] = {}
    for pair in pairs:
        match = pattern.fullmatch(pair.path)
        if match is not None:
            groups.setdefault(pair.path[: match.start(1)], {})[match[1]] = pair
    return groups
