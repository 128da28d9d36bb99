"""From the flat settings of a parsed file to resources whose values are known, given or unknown. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.infrastructure import Configured, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pentascope.model.unit import Pair, Resource, Unit

_VARIABLE = re.compile(r"(?:var|local)\.[A-Za-z_][\w-]*")
_UNDECIDED = re.compile(r"(?:var|local|each|count|module|data|self|path|terraform)\.|.*\$\{|.*\?.*:|[a-z]\w*\(", re.DOTALL)
_REFERENCE = re.compile(r"[a-z][a-z0-9]*_\w+\.[\w-]+(?:\[[^\]]*\])?\.[\w.\[\]*-]+")
_ARM_PARAMETER = re.compile(r"\[parameters\('([^']+)'\)\]")
_TAG = re.compile(r"!(\w+)\s*(.*)", re.DOTALL)
_ABSENT = "null"


class Known(msgspec.Struct, frozen=True):
    """What the names of a file or module stand for, as far as defaults and assignments tell."""

    language: str
    values: dict[str, str]

    @classmethod
    def of_terraform(cls, units: Sequence[Unit]) -> Known:
        """Defaults of variables, then locals, then assignments of `terraform.tfvars` and `*.auto.tfvars`."""
        values: dict[str, str] = {}
        for unit in units:
            for pair in unit.pairs:
                words = pair.path.split(".")
                if words[0] == "variable" and len(words) == 3 and words[2] == "default":
                    values[f"var.{words[1]}"] = pair.value
                elif words[0] == "locals" and len(words) == 2:
                    values[f"local.{words[1]}"] = pair.value
        for unit in units:
            if unit.path.endswith(("/terraform.tfvars", ".auto.tfvars")) or unit.path == "terraform.tfvars":
                values |= {f"var.{pair.path}": pair.value for pair in unit.pairs if "." not in pair.path}
        return cls("terraform", values)

    @classmethod
    def of_template(cls, unit: Unit) -> Known:
        """Defaults of the parameters of a CloudFormation or ARM template."""
        values: dict[str, str] = {}
        for pair in unit.pairs:
            words = pair.path.split(".")
            if len(words) == 3 and words[0] in {"Parameters", "parameters"} and words[2] in {"Default", "defaultValue"}:
                values[words[1]] = pair.value
            elif len(words) == 3 and words[0] in {"Parameters", "parameters"}:
                values.setdefault(f"?{words[1]}", "")
        return cls("template", values)


def configured(unit: Unit, known: Known) -> Iterator[Configured]:
    """The resources of one file."""
    for resource in unit.resources:
        if resource.type.startswith("module:"):
            continue
        if _is_switched_off(resource, known):
            continue
        pairs = [pair for pair in resource.pairs if not pair.path.startswith("dynamic.")]
        settings = tuple(setting for pair in pairs if (setting := _setting(pair, known)) is not None)
        dynamic = {pair.path.split(".")[1] for pair in resource.pairs if pair.path.startswith("dynamic.") and "." in pair.path[8:]}
        yield Configured(
            type=resource.type,
            address=f"{resource.type}.{resource.name}",
            path=unit.path,
            line=resource.line,
            settings=settings,
            unknown_roots=frozenset(dynamic),
        )


def _is_switched_off(resource: Resource, known: Known) -> bool:
    """`count = 0`: nothing of it is made."""
    counts = [pair.value for pair in resource.pairs if pair.path == "count"]
    return any(_resolved(value, known.values) == "0" for value in counts)


def _setting(pair: Pair, known: Known) -> Setting | None:
    """None where the code says that nothing is set."""
    value, is_given, why = _told(pair.value, known)
    if value == _ABSENT or (value is None and why == _ABSENT):
        return None
    return Setting(path=pair.path, value=value, line=pair.line, is_given=is_given, why=why)


def _told(text: str, known: Known) -> tuple[str | None, bool, str]:
    """The value or None, whether something is given at all, and what it hangs on."""
    return _told_terraform(text, known) if known.language == "terraform" else _told_template(text, known)


def _resolved(text: str, values: dict[str, str]) -> str:
    """A variable or local followed to what it stands for, however long the chain; circles end where they began."""
    for _ in range(8):
        if not _VARIABLE.fullmatch(text) or text not in values:
            return text
        text = values[text]
    return text


def _told_terraform(text: str, known: Known) -> tuple[str | None, bool, str]:
    text = _resolved(text, known.values)
    if _REFERENCE.fullmatch(text):
        return None, True, f"it is {text}"
    if _UNDECIDED.match(text):
        is_text_around = "${" in text and not text.startswith("${")
        return None, is_text_around, f"it hangs on {text[:80]}"
    return text, True, ""


def _told_template(text: str, known: Known) -> tuple[str | None, bool, str]:
    parameter = _ARM_PARAMETER.fullmatch(text)
    if parameter is not None:
        default = known.values.get(parameter[1])
        return (default, True, "") if default is not None else (None, False, f"it hangs on the parameter {parameter[1]}")
    if text.startswith("[") and text.endswith("]") and "(" in text:
        return None, not text.startswith("[if("), f"it is {text[:80]}"
    tag = _TAG.fullmatch(text)
    if tag is None:
        return text, True, ""
    name, rest = tag[1], tag[2].strip()
    if name == "Ref" and rest == "AWS::NoValue":
        return None, False, _ABSENT
    if name == "Ref" and rest in known.values:
        return known.values[rest], True, ""
    if name == "If" or (name == "Ref" and f"?{rest}" in known.values):
        return None, False, f"it hangs on {text[:80]}"
    return None, True, f"it is {text[:80]}"


