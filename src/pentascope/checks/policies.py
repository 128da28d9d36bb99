"""IAM policy documents as statements, and what a statement lets happen. Pure.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html, read 2026-11-27.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.infrastructure import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pentascope.model.infrastructure import Setting

_PART = re.compile(r"(?P<place>Statement(?:\.\d+)?)\.(?P<element>\w+)(?:\.(?P<rest>.+))?$")
_LISTS = {"Action", "NotAction", "Resource", "NotResource"}
_HOLE = re.compile(r"\$\{(?!aws:|saml:|s3:)[^}]*\}")
"""What a template puts in; a variable of the policy itself (`${aws:username}`) stays."""
_OPEN = ("data.aws_ssm", "data.aws_secretsmanager", "data.external", "data.http", "data.terraform_remote_state")
"""Sources of which nobody can tell what they give."""
_MADE = frozenset({"Fn::Sub", "Fn::Join", "Fn::GetAtt", "Ref"})


class Text(msgspec.Struct, frozen=True):
    """One text of a policy: `shape` is what is known of it, with `UNTOLD` for the rest; `refers` what it is taken from."""

    shape: str
    refers: str = ""
    why: str = ""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement. An element that is not said is empty; `is_told` is false where an element is worked out at run time."""

    line: int
    effect: str
    texts: dict[str, tuple[Text, ...]]  # of Action, NotAction, Resource, NotResource
    conditions: frozenset[tuple[str, str]]  # operator and key, both lower case
    services: tuple[str, ...]  # of Principal
    everybody: bool  # whether the principal is `*`
    is_told: bool = True
    why: str = ""

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its conditions."""
        return frozenset(key for _, key in self.conditions)

    def covers(self, action: str) -> bool | None:
        """Whether it speaks of an action; None where the code does not tell."""
        if "NotAction" in self.texts:
            spared = _any(self.texts["NotAction"], (action,))
            return None if spared is None else not spared
        return _any(self.texts.get("Action", ()), (action,))

    def covers_all(self, resources: Sequence[str]) -> bool | None:
        """Whether one of its resources stands for each of these; None where the code does not tell."""
        if "NotResource" in self.texts:
            spared = [_any(self.texts["NotResource"], (resource,)) for resource in resources]
            return None if None in spared else not any(spared)
        if "Resource" not in self.texts:
            return None
        return _any(self.texts.get("Resource", ()), resources)


def statements(settings: Iterable[Setting], prefix: str) -> Iterator[Statement]:
    """The statements of the document that stands below a path."""
    parts: dict[str, list[tuple[str, str, Setting]]] = {}
    for setting in settings:
        inner = setting.path.removeprefix(f"{prefix}.") if prefix else setting.path
        found = _PART.match(inner) if inner != setting.path or not prefix else None
        if found is not None:
            parts.setdefault(found["place"], []).append((found["element"], found["rest"] or "", setting))
        elif inner.startswith("Statement"):
            parts.setdefault(inner, []).append(("", "", setting))
    for each in parts.values():
        yield _statement(each)


def _statement(parts: Sequence[tuple[str, str, Setting]]) -> Statement:
    texts: dict[str, list[Text]] = {}
    conditions: set[tuple[str, str]] = set()
    services: list[str] = []
    effect, everybody, untold = "Allow", False, ""
    for element, rest, setting in parts:
        text = _text(setting, rest)
        if element == "Effect" and setting.value is not None:
            effect = setting.value
        elif element in _LISTS:
            texts.setdefault(element, []).append(text)
        elif element == "Condition" and rest:
            operator, _, key = rest.partition(".")
            conditions.add((operator.lower(), re.sub(r"\.\d+$", "", key).lower()))
        elif element == "Principal":
            everybody |= text.shape == "*"
            services += [text.shape] if rest.startswith("Service") else []
        elif element in {"", "Effect", "Condition"}:
            untold = setting.why or "it is worked out at run time"
    return Statement(
        line=min(setting.line for _, _, setting in parts),
        effect=effect,
        texts={element: tuple(each) for element, each in texts.items()},
        conditions=frozenset(conditions),
        services=tuple(services),
        everybody=everybody,
        is_told=not untold,
        why=untold,
    )


def _text(setting: Setting, rest: str) -> Text:
    made = next((word for word in rest.split(".") if word in _MADE), None)
    if made not in {None, "Fn::Sub"}:
        return Text(UNTOLD, refers=(setting.value or "").partition(".")[0] if made == "Fn::GetAtt" else "", why=f"it is {made}")
    if setting.value is not None:
        return Text(_HOLE.sub(UNTOLD, setting.value))
    return Text(setting.shape or UNTOLD, refers=setting.refers, why=setting.why)


def _any(texts: Iterable[Text], wanted: Sequence[str]) -> bool | None:
    answers = [_stands_for(text, wanted) for text in texts]
    return True if True in answers else None if None in answers else False


def _stands_for(text: Text, wanted: Sequence[str]) -> bool | None:
    """Whether a text with wildcards fits all of these. The attribute of a named resource fits nothing else."""
    if text.refers and text.shape.startswith(UNTOLD):
        return None if text.refers.startswith(_OPEN) else False
    if not all(_glob(text.shape.replace(UNTOLD, "*")).match(one) for one in wanted):
        return False
    return True if UNTOLD not in text.shape or _in_place_only(text.shape) else None


def _in_place_only(shape: str) -> bool:
    """Whether what is missing of an ARN is only where it lies: its partition, Region and account."""
    sections = shape.split(":", 5)
    return len(sections) == 6 and UNTOLD not in sections[2] and UNTOLD not in sections[5]


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern.replace("[", "[[]")), re.IGNORECASE)
