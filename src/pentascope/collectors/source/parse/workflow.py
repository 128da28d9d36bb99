"""CI definitions and task runners: actions, commands, images, variables."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.commandlines import commands
from pentascope.collectors.source.parse.decoding import decode
from pentascope.collectors.source.parse.flow import Scan
from pentascope.collectors.source.parse.pairing import add_commands, add_env, add_references
from pentascope.collectors.source.parse.structured import scan
from pentascope.collectors.source.parse.yamlscan import scan_yaml
from pentascope.model.unit import Named, Pair, Unit

_ACTION = re.compile(r"(?:jobs\.[^.]+(?:\.steps\.\d+)?|runs\.steps\.\d+|(?:.*\.)?steps\.\d+)\.uses")
_SCRIPT_KEYS = frozenset(
    (
        "run", "script", "before_script", "after_script", "bash", "pwsh", "powershell", "inlineScript", "command", "cmd",
        "cmds", "commands", "entry",
    )
)
_IMAGE_KEYS = re.compile(r"(?:.*\.)?(?:image|container|docker\.\d+\.image|image\.name|container\.image|services\.\d+)")
_ENV_KEYS = re.compile(r"(?:.*\.)?(?:env|environment|variables)\.([A-Za-z_]\w*)(?:\.value)?")
_SCRIPT_PATH = re.compile(r"(?:.*\.)?([\w-]+)(?:\.\d+)*")


def parse(source: bytes, path: str) -> Unit:
    """A CI definition in YAML (GitHub, GitLab, Azure, Bitbucket, CircleCI, Taskfile, pre-commit), a Jenkinsfile, a
    Makefile or justfile, or an agentic workflow in Markdown.
    """
    name = path.rpartition("/")[2].lower()
    if name.endswith(".md"):
        return _parse_agentic(source, path)
    if not name.endswith((".yml", ".yaml")):
        return _parse_recipes(source, path)
    found = scan(source, path)
    unit = Unit(path=path, language="workflow", pairs=found.pairs, is_complete=found.is_complete)
    read_pairs(found, unit)
    return unit


def read_pairs(found: Scan, unit: Unit) -> None:
    """Adds what the scalars of a CI definition say."""
    for pair in found.pairs:
        add_references(unit, pair)
        last = _SCRIPT_PATH.fullmatch(pair.path)
        key = last[1] if last is not None else ""
        if key in _SCRIPT_KEYS and pair.value and not pair.path.endswith(".with.script"):
            add_commands(unit, pair)
        elif key == "uses" and _ACTION.fullmatch(pair.path):
            _add_action(unit, pair)
        elif (variable := _ENV_KEYS.fullmatch(pair.path)) is not None:
            if variable[1] not in {"name", "url", "action", "on_stop"}:
                add_env(unit, variable[1], pair.value, pair)
        elif _IMAGE_KEYS.fullmatch(pair.path) and pair.value and " " not in pair.value:
            unit.images.append(Named(value=pair.value, line=pair.line, column=pair.column))
        elif _is_reused(pair.path, key):
            unit.actions.append(Named(value=pair.value, line=pair.line, column=pair.column))


def _is_reused(path: str, key: str) -> bool:
    """Whether a scalar names something that another place publishes: a hook, a task, an orb, an included definition."""
    if path.startswith("include"):
        return key in {"include", "project", "component", "template"}
    return key in {"task", "pipe"} or path.startswith("orbs.") or (key == "repo" and path.startswith("repos."))


def _add_action(unit: Unit, pair: Pair) -> None:
    if pair.value.startswith("docker://"):
        unit.images.append(Named(value=pair.value.removeprefix("docker://"), line=pair.line, column=pair.column))
    unit.actions.append(Named(value=pair.value, line=pair.line, column=pair.column))


def _parse_agentic(source: bytes, path: str) -> Unit:
    """The front matter of a Markdown workflow; its prompt is not read."""
    unit = Unit(path=path, language="workflow")
    text = decode(source[:400_000])
    if not text.startswith("---\n"):
        return unit
    end = text.find("\n---", 4)
    found = scan_yaml(text[: end + 1] if end > 0 else text)
    unit.pairs, unit.is_complete = found.pairs, found.is_complete and end > 0
    read_pairs(found, unit)
    return unit


_JENKINS = re.compile(
    r"\b(?:sh|bat|powershell|pwsh)\b[ \t(]*+(?:script:[ \t]*+)?"
    r"(\"\"\"[\s\S]*?(?:\"\"\"|\Z)|'''[\s\S]*?(?:'''|\Z)|\"(?>(?:[^\"\\\n]++|\\.)*)\"|'(?>(?:[^'\\\n]++|\\.)*)')"
)
_JENKINS_ENV = re.compile(r"^[ \t]*+([A-Z][A-Z0-9_]++)[ \t]*+=[ \t]*+(?:credentials\()?[\"']?([^\"'\n)]*+)", re.MULTILINE)
_JENKINS_IMAGE = re.compile(r"\bimage[ \t(]++['\"]([^'\"\s]++)['\"]")
_MAKE_VARIABLE = re.compile(r"(?:export[ \t]++)?([A-Za-z_]\w*+)[ \t]*+[:?+!]?=[ \t]*+([^\n]*+)")


def _parse_recipes(source: bytes, path: str) -> Unit:
    unit = Unit(path=path, language="workflow")
    text = decode(source[:1_000_000])
    name = path.rpartition("/")[2].lower()
    if "jenkinsfile" in name or name.endswith(".groovy"):
        _read_jenkins(text, unit)
    else:
        _read_rules(text, unit)
    return unit


def _read_jenkins(text: str, unit: Unit) -> None:
    line, seen = 1, 0
    for match in _JENKINS.finditer(text):
        line += text.count("\n", seen, match.start(1))
        seen = match.start(1)
        quote = 3 if match[1][:3] in {'"""', "'''"} else 1
        unit.commands += commands(match[1][quote:-quote], line=line)
    for match in _JENKINS_ENV.finditer(text):
        unit.env.append(Named(value=match[1], line=text.count("\n", 0, match.start(1)) + 1, key=match[2] or None))
        if len(unit.env) >= 200:
            break
    for match in _JENKINS_IMAGE.finditer(text):
        unit.images.append(Named(value=match[1], line=text.count("\n", 0, match.start()) + 1))
        if len(unit.images) >= 200:
            break


def _read_rules(text: str, unit: Unit) -> None:
    """Makefile and justfile: indented lines are recipes, `NAME = value` at the margin variables."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        row, line = lines[number], number + 1
        number += 1
        while row.endswith("\\") and number < len(lines) and len(row) < 20_000:
            row = row + "\n" + lines[number]
            number += 1
        if row[:1] in {"\t", " "} and row.strip():
            unit.commands += commands(row.strip(), line=line)
        else:
            match = _MAKE_VARIABLE.match(row)
            if match is not None:
                add_env(unit, match[1], match[2].strip(), Pair(path="", value="", line=line))
