"""What declared resources say of requirements. Pure."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pentascope.model.infrastructure import UNTOLD
from pentascope.model.verdict import Ground, Outcome, Strength, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.infrastructure import Configured, ResourceCheck, Setting

_AT_LEAST = re.compile(r">=(\d+)")
_ASSIGNED = re.compile(rf"(?:^|(?<=\s))([A-Za-z_][\w.-]*)=\S*{UNTOLD}\S*")
_ASKED = re.compile(r"([\w.-]+)=")
_BLANK = re.compile(r"<[a-z][a-z0-9 ,.:'-]{2,120}>")
"""What `pentascope fix` leaves for a person to fill in: given, and still nothing."""


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
    if not all(any(_is_surely(setting, values) for setting in _at(resource, path)) for path, values in check.only_if.items()):
        return
    for path, values in check.unless.items():
        spared = _at(resource, path)
        if spared and all(_is_surely(setting, values) for setting in spared):
            yield Outcome.MET, spared[0].line, ""
            return
    settings = [setting for setting in resource.settings if any(_stands(setting, path) or _covers(setting, path) for path in check.paths)]
    found = [_of(setting, check) for setting in settings] or list(_absent(resource, check))
    worst = min(found, key=lambda one: (_WORST.index(one[0]), one[1]))
    hole = next((one for path, values in check.unless.items() for one in _at(resource, path) if _is_open(one, values)), None)
    if worst[0] is Outcome.NOT_MET and hole is not None and not _is_spoiled(resource, check):
        worst = (Outcome.UNKNOWN, hole.line, hole.why)
    yield worst


def _absent(resource: Configured, check: ResourceCheck) -> Iterator[tuple[Outcome, int, str]]:
    """What it means that nothing is said."""
    if resource.unknown_roots & {"*", *(path.partition(".")[0] for path in check.paths)}:
        yield Outcome.UNKNOWN, resource.line, "the block is made at run time"
    elif any(fnmatchcase(setting.path, f"{path}.*") for setting in resource.settings for path in check.paths):
        yield Outcome.UNKNOWN, resource.line, "it is put together of parts"
    elif not check.is_default_known:
        yield Outcome.UNKNOWN, resource.line, "the default differs between versions of the provider"
    else:
        is_met = check.default is not None and _fits(check.default, check.want)
        yield (Outcome.MET if is_met else Outcome.NOT_MET), resource.line, ""


def _at(resource: Configured, path: str) -> list[Setting]:
    """The settings at a path, or at one of several with bars between them."""
    return [setting for setting in resource.settings if any(fnmatchcase(setting.path, each) for each in path.split("|"))]


def _covers(setting: Setting, path: str) -> bool:
    """Whether a setting whose value is not told could hold one at that path."""
    if setting.value is not None or setting.shape:
        return False
    words = path.split(".")
    return any(fnmatchcase(setting.path, ".".join(words[:count])) for count in range(1, len(words)))


def _is_surely(setting: Setting, wanted: Iterable[str]) -> bool:
    """Whether a setting is one of these whatever stands where the code does not tell."""
    return _fits(setting.value, wanted) if setting.value is not None else bool(setting.shape) and _fits_shape(setting.shape, wanted)


def _is_open(setting: Setting, wanted: Iterable[str]) -> bool:
    return setting.value is None and not _is_surely(setting, wanted)


def _is_spoiled(resource: Configured, check: ResourceCheck) -> bool:
    """Whether a setting that is told already keeps the resource from being spared."""
    told = [(setting.value, values) for path, values in check.unless.items() for setting in _at(resource, path)]
    return any(value is not None and not _fits(value, values) for value, values in told)


_WORST = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET)


def _stands(setting: Setting, path: str) -> bool:
    return fnmatchcase(setting.path, path)


def _of(setting: Setting, check: ResourceCheck) -> tuple[Outcome, int, str]:
    blank = _BLANK.search(setting.value) if setting.value is not None else None
    if blank is not None:
        return Outcome.UNKNOWN, setting.line, f"{blank[0]} was not filled in"
    if not check.want:
        if setting.value is None and not setting.is_given:
            return Outcome.UNKNOWN, setting.line, setting.why
        is_empty = setting.value is not None and setting.value.strip() in {"", "null"}
        return (Outcome.NOT_MET if is_empty else Outcome.MET), setting.line, ""
    if setting.value is None and _is_line_told(setting, check):
        return (Outcome.MET if _fits(setting.shape, check.want) else Outcome.NOT_MET), setting.line, ""
    if setting.value is None:
        is_met = bool(setting.shape) and _fits_shape(setting.shape, check.want)
        return (Outcome.MET if is_met else Outcome.UNKNOWN), setting.line, "" if is_met else setting.why
    return (Outcome.MET if _fits(setting.value, check.want) else Outcome.NOT_MET), setting.line, ""


def _is_line_told(setting: Setting, check: ResourceCheck) -> bool:
    """Whether all that is not told of a container's line is the value of variables that the check does not ask for."""
    if setting.path != "runs" or not setting.shape:
        return False
    names = [match[1].lower() for match in _ASSIGNED.finditer(setting.shape)]
    is_rest_told = UNTOLD not in _ASSIGNED.sub("", setting.shape)
    wanted = {match[1] for want in check.want for match in _ASKED.finditer(want.lower())}
    return is_rest_told and not any(name.endswith(tuple(wanted)) for name in names)


def _fits(value: str, wanted: Iterable[str]) -> bool:
    """Whether a value is one of those: a glob, globs with bars between them, `!` before them for none of them, `>=N`."""
    plain = value.strip().lower()
    for want in wanted:
        least = _AT_LEAST.fullmatch(want)
        if least is not None:
            if plain.isdigit() and int(plain) >= int(least[1]):
                return True
            continue
        is_one = any(fnmatchcase(plain, each) for each in want.removeprefix("!").lower().split("|"))
        if is_one is not want.startswith("!"):
            return True
    return False


def _fits_shape(shape: str, wanted: Iterable[str]) -> bool:
    """The same where parts are not told: only what is known may decide, and nothing can be ruled out."""
    plain, known = shape.strip().lower(), f"[!{UNTOLD}]"
    positive = [want.lower() for want in wanted if want[:1] != "!" and not _AT_LEAST.fullmatch(want)]
    globs = [each for want in positive for each in want.split("|") if "[" not in each]
    return any(fnmatchcase(plain, each.replace("?", known)) for each in globs)
