"""From the flat settings of a CloudFormation, ARM or Bicep file to resources whose values are known, given or unknown. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.infrastructure import UNTOLD, Configured, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pentascope.model.unit import Pair, Unit

_ARM_PARAMETER = re.compile(r"\[parameters\('([^']+)'\)\]")
_TAG = re.compile(r"!(\w+)\s*(.*)", re.DOTALL)
_REFERENCE = re.compile(r"!(?:Ref|GetAtt)\s+['\"]?(\w+)")
_HOLE = re.compile(r"\$\{[^}]*\}")
_ABSENT = "null"


class Known(msgspec.Struct, frozen=True):
    """What the names of a file stand for, as far as defaults tell."""

    values: dict[str, str]

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
        return cls(values)


def configured(unit: Unit, known: Known) -> Iterator[Configured]:
    """The resources of one file."""
    for resource in unit.resources:
        if resource.type.startswith("module:"):
            continue
        settings = tuple(setting for pair in resource.pairs if (setting := _setting(pair, known)) is not None)
        yield Configured(
            type=resource.type,
            address=f"{resource.type}.{resource.name}",
            path=unit.path,
            line=resource.line,
            settings=settings,
        )


def _setting(pair: Pair, known: Known) -> Setting | None:
    """None where the code says that nothing is set."""
    value, is_given, why = _told_template(pair.value, known)
    if value == _ABSENT or (value is None and why == _ABSENT):
        return None
    refers, shape = _taken_from(pair.value) if value is None and is_given else ("", "")
    return Setting(path=pair.path, value=value, line=pair.line, is_given=is_given, why=why, refers=refers, shape=shape)


def _taken_from(text: str) -> tuple[str, str]:
    """The logical name that a reference names, and what is known of a text that is put together."""
    reference = _REFERENCE.match(text)
    if reference is not None:
        return reference[1], ""
    shape = _HOLE.sub(UNTOLD, text.removeprefix("!Sub").strip(" '\"")) if text.startswith("!Sub ") else ""
    return "", "" if shape == UNTOLD else shape


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


