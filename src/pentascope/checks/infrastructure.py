"""What declared resources say of requirements. Pure."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pentascope.model.fix import BLANK
from pentascope.model.verdict import Ground, Outcome, Strength, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.infrastructure import Configured, ResourceCheck, Setting

_AT_LEAST = re.compile(r">=(\d+)")


def grounds(resources: Iterable[Configured], checks: Iterable[ResourceCheck]) -> tuple[Ground, ...]:
    """What every check says of every resource it speaks of. Neither order matters."""
    by_type: dict[str, list[ResourceCheck]] = {}
    for check in checks:
        for kind in check.resources:
            by_type.setdefault(kind, []).append(check)
    found = [
        Ground(
            check=check.id,
            requirement=check.requirement,
            outcome=outcome,
            strength=Strength.IAC,
            says=worded(check.says, outcome, why),
            path=resource.path,
            line=line,
            address=resource.address,
            is_whole=check.proves_whole or outcome is not Outcome.MET,
        )
        for resource in resources
        for check in by_type.get(resource.type, ())
        for outcome, line, why in _judged(resource, check)
    ]
    return tuple(sorted(found, key=lambda one: (one.requirement, one.check, one.path or "", one.line or 0, one.address or "")))


def _judged(resource: Configured, check: ResourceCheck) -> Iterator[tuple[Outcome, int, str]]:
    """Outcome, line and reason; nothing where the check does not speak of this resource."""
    for path, values in check.only_if.items():
        narrowing = [setting for setting in resource.settings if fnmatchcase(setting.path, path)]
        if not any(setting.value is not None and _fits(setting.value, values) for setting in narrowing):
            return
    settings = [setting for setting in resource.settings if any(_stands(setting, path) for path in check.paths)]
    if not settings:
        if resource.unknown_roots & {path.partition(".")[0] for path in check.paths}:
            yield Outcome.UNKNOWN, resource.line, "the block is made at run time"
            return
        if any(fnmatchcase(setting.path, f"{path}.*") for setting in resource.settings for path in check.paths):
            yield Outcome.UNKNOWN, resource.line, "it is put together of parts"
            return
        if not check.is_default_known:
            yield Outcome.UNKNOWN, resource.line, "the default differs between versions of the provider"
            return
        is_met = check.default is not None and _fits(check.default, check.want)
        yield (Outcome.MET if is_met else Outcome.NOT_MET), resource.line, ""
        return
    yield min((_of(setting, check) for setting in settings), key=lambda one: (_WORST.index(one[0]), one[1]))


_WORST = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET)


def _stands(setting: Setting, path: str) -> bool:
    return fnmatchcase(setting.path, path)


def _of(setting: Setting, check: ResourceCheck) -> tuple[Outcome, int, str]:
    blank = BLANK.search(setting.value) if setting.value is not None else None
    if blank is not None:
        return Outcome.UNKNOWN, setting.line, f"{blank[0]} was not filled in"
    if not check.want:
        if setting.value is None and not setting.is_given:
            return Outcome.UNKNOWN, setting.line, setting.why
        is_empty = setting.value is not None and setting.value.strip() in {"", "null"}
        return (Outcome.NOT_MET if is_empty else Outcome.MET), setting.line, ""
    if setting.value is None:
        return Outcome.UNKNOWN, setting.line, setting.why
    return (Outcome.MET if _fits(setting.value, check.want) else Outcome.NOT_MET), setting.line, ""


def _fits(value: str, wanted: Iterable[str]) -> bool:
    plain = value.strip().lower()
    for want in wanted:
        least = _AT_LEAST.fullmatch(want)
        if least is not None and plain.isdigit() and int(plain) >= int(least[1]):
            return True
        negated = want.startswith("!")
        if fnmatchcase(plain, want.removeprefix("!").lower()) is not negated and least is None:
            return True
    return False
