"""Lock files, scanned by one pattern each without building pairs: they are the largest files of a tree."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.buildscripts import repository_name
from pentascope.collectors.source.parse.declared import Declared, numbered
from pentascope.collectors.source.parse.decoding import decode

MAX_CHARACTERS = 20_000_000


def _read(ecosystem: str, source: bytes, pattern: re.Pattern[str]) -> Declared:
    """Every match as name (group 1), version (group 2) and a development mark (group 3)."""
    text = decode(source[:MAX_CHARACTERS])
    found = Declared(ecosystem, is_locked=True)
    for line, match in numbered(text, pattern.finditer(text)):
        is_development = pattern.groups > 2 and match[3] is not None
        found.add(match[1], line, match[2] if pattern.groups > 1 else None, is_development=is_development)
    return found


_TOML_PACKAGE = re.compile(r'^\[\[packages?\]\]\n(?>(?:#[^\n]*+\n)*)name = "([^"\n]++)"\n(?:version = "([^"\n]++)")?', re.MULTILINE)
_GO_SUM = re.compile(r"^(\S++) (v[^\s/]++) h1:", re.MULTILINE)
_NPM = re.compile(
    r'"(?:node_modules/|[^"\n]*?/node_modules/)?(@?[A-Za-z0-9][^"\n/]*+(?:/[^"\n/]++)?)":\s*+\{\s*+(?:"name":\s*+"[^"\n]*+",\s*+)?'
    r'"version":\s*+"([^"\n]++)"(?>(?:,\s*+"(?:resolved|integrity|bundled|inBundle)":\s*+(?:"[^"\n]*+"|true))*)(?:,\s*+("dev":\s*+true))?'
)
_YARN = re.compile(r'^"?(@?[^@\s",]++)@[^\n]*:\n  version:? "?([^"\n]++)"?', re.MULTILINE)
_PNPM = re.compile(
    r"^  ['\"]?/?(@?[^@\s'\":/]++(?:/[^@\s'\":/]++)?)[@/](\d[^\s:'\"(_]*+)(?:[^\n]*?)['\"]?:$", re.MULTILINE
)
_BUN = re.compile(r'^[ \t]++"[^"\n]++":\s*+\["(@?[^@"\n]++)@([^"\n]++)"', re.MULTILINE)
_DENO = re.compile(r'"(?:npm:)?(@?[a-z0-9][^@"\s]*+)@(\d[^"_\n]*+)[^"\n]*+":\s*+\{')
_NUGET = re.compile(
    r'"([A-Za-z][\w.-]*+)":\s*+\{\s*+"type":\s*+"(?:Direct|Transitive|CentralTransitive)",'
    r'(?:\s*+"requested":[^\n]*+,)?\s*+"resolved":\s*+"([^"\n]++)"'
)
_GEMS = re.compile(r"^    ([A-Za-z0-9][\w.-]*+) \(([^)\n]++)\)$", re.MULTILINE)
_COMPOSER = re.compile(r'"name":\s*+"([a-z0-9][\w.-]*+/[\w.-]++)",\s*+"version":\s*+"([^"\n]++)"')
_PUB = re.compile(r'^  (\w++):\n(?:    [^\n]*+\n)*?    version: "([^"\n]++)"', re.MULTILINE)
_SWIFT = re.compile(
    r'"(?:location|repositoryURL)"\s*+:\s*+"([^"\n]++)"'
    r'(?:,\s*+"state"\s*+:\s*+\{[^}]{0,400}?"version"\s*+:\s*+"([^"\n]++)")?'
)
_PIPFILE = re.compile(r'^        "([A-Za-z0-9][\w.-]*+)": \{(?:[^{}"]++|"[^"\n]*+")*?"version": "([^"\n]++)"', re.MULTILINE)
_MIX = re.compile(r'^[ \t]*+"(\w++)":\s*+\{:\w++,\s*+:\w++,\s*+"([^"\n]++)"', re.MULTILINE)


def go_sum(source: bytes, _path: str) -> Declared:
    """`go.sum`."""
    return _read("go", source, _GO_SUM)


def pipfile(source: bytes, _path: str) -> Declared:
    """`Pipfile.lock`."""
    return _read("pypi", source, _PIPFILE)


def python_packages(source: bytes, _path: str) -> Declared:
    """`poetry.lock`, `uv.lock`, `pdm.lock`, `pylock.toml`."""
    return _read("pypi", source, _TOML_PACKAGE)


def cargo(source: bytes, _path: str) -> Declared:
    """`Cargo.lock`."""
    return _read("cargo", source, _TOML_PACKAGE)


def npm(source: bytes, _path: str) -> Declared | None:
    """`package-lock.json` of all three versions."""
    return _read("npm", source, _NPM) if source.lstrip()[:1] == b"{" else None


def yarn(source: bytes, _path: str) -> Declared:
    """`yarn.lock`, classic and berry."""
    return _read("npm", source, _YARN)


def pnpm(source: bytes, _path: str) -> Declared:
    """`pnpm-lock.yaml`."""
    return _read("npm", source, _PNPM)


def bun(source: bytes, _path: str) -> Declared:
    """`bun.lock` (the text format)."""
    return _read("npm", source, _BUN)


def deno(source: bytes, _path: str) -> Declared:
    """`deno.lock`: the npm packages."""
    return _read("npm", source, _DENO)


def nuget(source: bytes, _path: str) -> Declared:
    """`packages.lock.json`."""
    return _read("nuget", source, _NUGET)


def gems(source: bytes, _path: str) -> Declared:
    """`Gemfile.lock`."""
    return _read("gem", source, _GEMS)


def composer(source: bytes, _path: str) -> Declared:
    """`composer.lock`."""
    return _read("composer", source, _COMPOSER)


def pubspec(source: bytes, _path: str) -> Declared:
    """`pubspec.lock`."""
    return _read("pub", source, _PUB)


def swift(source: bytes, _path: str) -> Declared:
    """`Package.resolved`."""
    found = Declared("swift", is_locked=True)
    text = decode(source[:MAX_CHARACTERS])
    for line, match in numbered(text, _SWIFT.finditer(text)):
        found.add(repository_name(match[1]), line, match[2])
    return found


def mix(source: bytes, _path: str) -> Declared:
    """`mix.lock`."""
    return _read("hex", source, _MIX)
