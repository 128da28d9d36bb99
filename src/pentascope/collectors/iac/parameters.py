"""Values of parameters in files that belong to a CloudFormation template by their place and name. Pure."""

from __future__ import annotations

import posixpath
import re
import tomllib
from typing import TYPE_CHECKING

from pentascope.collectors.iac.document import Node, read_json

if TYPE_CHECKING:
    from collections.abc import Callable

_OVERRIDE = re.compile(r"(\w+)=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|\S*)")
_LONG_OVERRIDE = re.compile(r"ParameterKey=(\w+),ParameterValue=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|\S*)")
_SAM_TEMPLATES = frozenset({"template.yaml", "template.yml", "template.json"})


def parameters_of(path: str, text: Callable[[str], str | None]) -> dict[str, Node]:
    """What `NAME.parameters.json` or `NAME-parameters.json` beside the template sets, else the default of `samconfig.toml`."""
    folder, name = posixpath.split(path)
    stem = name.partition(".")[0]
    for beside in (f"{stem}.parameters.json", f"{stem}-parameters.json", f"{stem}.params.json"):
        found = text(posixpath.join(folder, beside))
        if found is not None:
            return _of_json(found)
    configuration = text(posixpath.join(folder, "samconfig.toml"))
    return _of_samconfig(configuration, name) if configuration is not None else {}


def _of_json(text: str) -> dict[str, Node]:
    """The three forms: a list of keys and values, an object under `Parameters`, a plain object."""
    read = read_json(text)
    root = read.roots[0] if read.roots and read.fault is None else Node({}, 1)
    listed = {key: each.get("ParameterValue") for each in root.items() if (key := each.text("ParameterKey")) is not None}
    named = root.entries("Parameters") or root.entries()
    return {key: value for key, value in (listed or named).items() if value is not None and not isinstance(value.value, dict)}


def _of_samconfig(text: str, name: str) -> dict[str, Node]:
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    found: dict[str, Node] = {}
    for command in ("global", "deploy"):
        section = table.get("default", {})
        for step in (command, "parameters"):
            section = section.get(step, {}) if isinstance(section, dict) else {}
        if not isinstance(section, dict) or not _is_for(section.get("template_file") or section.get("template"), name):
            continue
        overrides = section.get("parameter_overrides", "")
        words = " ".join(map(str, overrides)) if isinstance(overrides, list) else str(overrides)
        pattern = _LONG_OVERRIDE if "ParameterKey=" in words else _OVERRIDE
        found |= {match[1]: Node(match[2].strip("\"'"), 1) for match in pattern.finditer(words)}
    return found


def _is_for(template: object, name: str) -> bool:
    return posixpath.basename(template) == name if isinstance(template, str) else name in _SAM_TEMPLATES
