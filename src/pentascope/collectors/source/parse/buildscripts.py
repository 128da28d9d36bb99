"""Manifests that are programs or have a syntax of their own, read line-wise: Gradle, sbt, Go, Ruby, Swift, Conan, Mix."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.declared import Declared, numbered, without_comments
from pentascope.collectors.source.parse.decoding import decode

_GRADLE = re.compile(
    r"\b([A-Za-z]\w*+)[ \t]*+\(?\s*+(?:(?:platform|enforcedPlatform|kotlin|testFixtures)[ \t]*+\(\s*+)?"
    r"(?:[\"']([\w.-]++):([\w.-]++)(?::([^\"'@\n]++))?[^\"'\n]*+[\"']"
    r"|group\s*+[:=]\s*+[\"']([\w.-]++)[\"']\s*+,\s*+name\s*+[:=]\s*+[\"']([\w.-]++)[\"'](?:\s*+,\s*+version\s*+[:=]\s*+[\"']([^\"'\n]++)[\"'])?)"
)
_NOT_CONFIGURATIONS = frozenset(("exclude", "because", "url", "println", "module", "substitute", "description", "throw"))


def gradle(source: bytes, _path: str) -> Declared:
    """Gradle build scripts in Groovy or Kotlin."""
    text = without_comments(decode(source))
    found = Declared("maven")
    for line, match in numbered(text, _GRADLE.finditer(text)):
        if match[1] in _NOT_CONFIGURATIONS:
            continue
        group, artifact, version = (match[2], match[3], match[4]) if match[2] else (match[5], match[6], match[7])
        found.add(f"{group}:{artifact}", line, version, is_development="test" in match[1].lower())
    return found


_SBT = re.compile(r'"([\w.-]++)"\s*+(?:%{1,3})\s*+"([\w.-]++)"\s*+%\s*+(?:"([^"\n]++)"|([\w.]++))(?:\s*+%\s*+"?(\w++))?')


def sbt(source: bytes, _path: str) -> Declared:
    """Sbt build files; the Scala suffix of `%%` is left off."""
    text = without_comments(decode(source))
    found = Declared("maven")
    for line, match in numbered(text, _SBT.finditer(text)):
        found.add(f"{match[1]}:{match[2]}", line, match[3], is_development=(match[5] or "").lower().startswith("test"))
    return found


_GO = re.compile(r"[ \t]*+(?:require[ \t]++)?([\w.~-]++(?>(?:/[\w.~+-]++)*))[ \t]++(v\d[^\s]*+)[ \t]*+(//[^\n]*+)?")


def go_mod(source: bytes, _path: str) -> Declared:
    """Go modules; an indirect requirement counts as locked only."""
    found, indirect = Declared("go"), Declared("go", is_locked=True)
    block = ""
    for number, row in enumerate(decode(source).split("\n"), start=1):
        bare = row.strip()
        if bare.endswith("("):
            block = bare[:-1].strip()
        elif bare == ")":
            block = ""
        elif block == "require" or (not block and bare.startswith("require ")):
            match = _GO.fullmatch(row.rstrip()[:2_000])
            if match is not None:
                target = indirect if "indirect" in (match[3] or "") else found
                target.add(match[1], number, match[2])
    found.found.update({key: value for key, value in indirect.found.items() if key not in found.found})
    return found


_GEM = re.compile(
    r"^[ \t]*+(?:\w++\.)?(gem|add_dependency|add_runtime_dependency|add_development_dependency)[ \t(]++"
    r"[\"']([\w.-]++)[\"'](?:[ \t]*+,[ \t]*+\[?[\"']([^\"'\n]++)[\"'])?([^\n]*+)"
)
_GROUP = re.compile(r"^([ \t]*+)group[ \t(]++([^\n]*+)[ \t]do\b")


def gems(source: bytes, _path: str) -> Declared:
    """Gemfiles and gem specifications."""
    found = Declared("gem")
    closing: str | None = None
    is_development_block = False
    for number, row in enumerate(without_comments(decode(source), is_hash=True).split("\n"), start=1):
        group = _GROUP.match(row)
        if group is not None:
            closing, is_development_block = group[1] + "end", ":development" in group[2] or ":test" in group[2]
            is_development_block = is_development_block and ":production" not in group[2]
        elif closing is not None and row.rstrip() == closing:
            closing, is_development_block = None, False
        match = _GEM.match(row[:2_000])
        if match is not None:
            options = match[4]
            is_marked = "group" in options and (":development" in options or ":test" in options)
            is_development = is_development_block or is_marked or match[1] == "add_development_dependency"
            found.add(match[2], number, match[3], is_development=is_development)
    return found


_SWIFT = re.compile(
    r"\.package\s*+\((?:\s*+name:\s*+\"[^\"\n]*+\"\s*+,)?\s*+url:\s*+\"([^\"\n]++)\"(?:[^()\"\n]*+\(?[^()\"\n]*+\"([^\"\n]++)\")?"
)


def repository_name(url: str) -> str:
    """`owner/name` of a repository on GitHub, host and path of any other."""
    name = re.sub(r"^(?:[a-z+]+://)?(?:[^@/]+@)?", "", url.strip())
    return name.replace(":", "/", 1).removesuffix("/").removesuffix(".git").removeprefix("github.com/")


def swift(source: bytes, _path: str) -> Declared:
    """`Package.swift`."""
    text = without_comments(decode(source))
    found = Declared("swift")
    for line, match in numbered(text, _SWIFT.finditer(text)):
        found.add(repository_name(match[1]), line, match[2])
    return found


_CONAN_LINE = re.compile(r"[ \t]*+([a-z0-9_][\w.+-]*+)/([\w.+\[\]<>=~ -]++)(?:[@#][^\n]*+)?")
_CONAN_TEXT = re.compile(r"(?:requires|tool_requires|build_requires|test_requires)\b[^\"'\n]*+[\"']([a-z0-9_][\w.+-]*+)/([^\"'@#\n]++)")


def conan(source: bytes, path: str) -> Declared:
    """`conanfile.txt` and `conanfile.py`."""
    text = without_comments(decode(source), is_hash=True)
    found = Declared("conan")
    if path.lower().endswith(".py"):
        for line, match in numbered(text, _CONAN_TEXT.finditer(text)):
            found.add(match[1], line, match[2])
        return found
    section = ""
    for number, row in enumerate(text.split("\n"), start=1):
        if row.startswith("["):
            section = row.strip().strip("[]")
        elif section.endswith("requires"):
            line_match = _CONAN_LINE.fullmatch(row.rstrip()[:500])
            if line_match is not None:
                found.add(line_match[1], number, line_match[2], is_development=section != "requires")
    return found


_MIX = re.compile(r"\{\s*+:([a-z]\w*+)\s*+,\s*+(?:\"([^\"\n]++)\")?([^{}\n]*+)")


def mix(source: bytes, _path: str) -> Declared:
    """Elixir's `mix.exs`; the ecosystem is called hex."""
    text = without_comments(decode(source), is_hash=True)
    found = Declared("hex")
    start = max(text.find("deps do"), text.find("deps()"), 0)
    for line, match in numbered(text, _MIX.finditer(text)):
        if match.start() >= start and (match[2] or re.search(r"\b(?:git|github|path|hex):", match[3])):
            is_development = "only:" in match[3] and ":prod" not in match[3]
            found.add(match[1], line, match[2], is_development=is_development)
    return found
