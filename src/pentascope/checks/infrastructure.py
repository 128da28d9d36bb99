"""What declared resources say of requirements. Pure."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from pentascope.model.fix import BLANK
from pentascope.model.infrastructure import UNTOLD
from pentascope.model.verdict import Ground, Outcome, Strength, worded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.model.infrastructure import Configured, ResourceCheck, Setting

_AT_LEAST = re.compile(r">=(\d+)")
_ASSIGNED = re.compile(rf"(?:^|(?<=\s))([A-Za-z_][\w.-]*)=\S*{UNTOLD}\S*")
_ASKED = re.compile(r"([\w.-]+)=")
_WORST = {Outcome.NOT_MET: 0, Outcome.UNKNOWN: 1, Outcome.MET: 2}


def grounds(resources: Iterable[Configured], checks: Iterable[ResourceCheck]) -> tuple[Ground, ...]:
    """What every check says of every resource it speaks of. Neither order matters."""
    by_type: dict[str, list[ResourceCheck]] = {}
    for check in checks:
        for kind in check.resources:
            by_type.setdefault(kind, []).append(check)
    ready: dict[str, list[_Ready]] = {}
    found: list[Ground] = []
    for resource in resources:
        if resource.type not in by_type:
            continue
        if resource.type not in ready:
            ready[resource.type] = [_Ready(check) for check in by_type[resource.type]]
        for each in ready[resource.type]:
            judged = each.judge(resource)
            if judged is not None:
                found.append(_ground(resource, each.check, *judged))
    return tuple(sorted(found, key=lambda one: (one.requirement, one.check, one.path or "", one.line or 0, one.address or "")))


def _ground(resource: Configured, check: ResourceCheck, outcome: Outcome, line: int, why: str) -> Ground:
    return Ground(
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


class _Globs:
    """Any of some globs. Plain words, which most are, are looked up; the others are one pattern."""

    def __init__(self, globs: Iterable[str]) -> None:
        self.words = frozenset(glob for glob in globs if not _MAGIC.search(glob))
        others = [translate(glob) for glob in globs if _MAGIC.search(glob)]
        self._pattern = re.compile("|".join(others)) if others else None

    def fit(self, text: str) -> bool:
        return text in self.words or (self._pattern is not None and self._pattern.match(text) is not None)


_MAGIC = re.compile(r"[*?\[]")


class _Wanted:
    """Values that are wanted: globs, with bars between alternatives, `!` before those that are not, `>=N`."""

    def __init__(self, wanted: Iterable[str]) -> None:
        least = [int(match[1]) for want in wanted if (match := _AT_LEAST.fullmatch(want)) is not None]
        globs = [want.lower() for want in wanted if _AT_LEAST.fullmatch(want) is None]
        positive = [each for glob in globs if not glob.startswith("!") for each in glob.split("|")]
        self._least = min(least, default=None)
        self._any = _Globs(positive)
        self._not = [_Globs(glob[1:].split("|")) for glob in globs if glob.startswith("!")]
        self._shapes = _Globs([glob.replace("?", f"[!{UNTOLD}]") for glob in positive if "[" not in glob])
        self._asked = tuple({match[1] for glob in globs for match in _ASKED.finditer(glob)})

    def fit(self, value: str) -> bool:
        """Whether a value is one of those."""
        plain = value.strip().lower()
        if self._least is not None and plain.isdigit() and int(plain) >= self._least:
            return True
        return self._any.fit(plain) or any(not globs.fit(plain) for globs in self._not)

    def fit_shape(self, shape: str) -> bool:
        """The same where parts are not told: only what is known may decide, and nothing can be ruled out."""
        return bool(shape) and self._shapes.fit(shape.strip().lower())

    def is_told(self, line: str) -> bool:
        """Whether all that is not told of a container's line is the value of variables that are not asked for."""
        names = [match[1].lower() for match in _ASSIGNED.finditer(line)]
        return UNTOLD not in _ASSIGNED.sub("", line) and not any(name.endswith(self._asked) for name in names)

    def fit_surely(self, setting: Setting) -> bool:
        """Whether a setting is one of those whatever stands where the code does not tell."""
        return self.fit(setting.value) if setting.value is not None else self.fit_shape(setting.shape)


class _Ready:
    """A check with its globs compiled."""

    def __init__(self, check: ResourceCheck) -> None:
        self.check = check
        self._only_if = [(_Globs(path.split("|")), _Wanted(values)) for path, values in check.only_if.items()]
        self._unless = [(_Globs(path.split("|")), _Wanted(values)) for path, values in check.unless.items()]
        self._paths = _Globs(check.paths)
        self._parts = _Globs([f"{path}.*" for path in check.paths])
        self._roots = frozenset(path.partition(".")[0] for path in check.paths)
        self._want = _Wanted(check.want)
        above = [path.rsplit(".", count)[0] for path in check.paths for count in range(1, path.count(".") + 1)]
        self._above = {depth: _Globs([path for path in above if path.count(".") == depth]) for depth in {path.count(".") for path in above}}

    def judge(self, resource: Configured) -> tuple[Outcome, int, str] | None:
        """Outcome, line and reason; nothing where the check does not speak of this resource."""
        for paths, values in self._only_if:
            if not any(paths.fit(setting.path) and values.fit_surely(setting) for setting in resource.settings):
                return None
        sparing = [(setting, values) for paths, values in self._unless for setting in resource.settings if paths.fit(setting.path)]
        if sparing and all(values.fit_surely(setting) for setting, values in sparing):
            return Outcome.MET, sparing[0][0].line, ""
        found = self._judged(resource)
        told = [values.fit(setting.value) for setting, values in sparing if setting.value is not None]
        hole = next((setting for setting, _ in sparing if setting.value is None), None)
        if found[0] is Outcome.NOT_MET and hole is not None and all(told):
            return Outcome.UNKNOWN, hole.line, hole.why
        return found

    def _judged(self, resource: Configured) -> tuple[Outcome, int, str]:
        fit = self._paths.fit
        told = [self._of(setting) for setting in resource.settings if fit(setting.path) or self._covers(setting)]
        if told:
            return min(told, key=lambda one: (_WORST[one[0]], one[1]))
        if resource.unknown_roots & self._roots or "*" in resource.unknown_roots:
            return Outcome.UNKNOWN, resource.line, "the block is made at run time"
        if any(self._parts.fit(setting.path) for setting in resource.settings):
            return Outcome.UNKNOWN, resource.line, "it is put together of parts"
        if not self.check.is_default_known:
            return Outcome.UNKNOWN, resource.line, "the default differs between versions of the provider"
        is_met = self.check.default is not None and self._want.fit(self.check.default)
        return (Outcome.MET if is_met else Outcome.NOT_MET), resource.line, ""

    def _covers(self, setting: Setting) -> bool:
        """Whether a setting whose value is not told could hold one that is looked for."""
        if setting.value is not None or setting.shape:
            return False
        above = self._above.get(setting.path.count("."))  # a star stands for dots too: only the same depth is above
        return above is not None and above.fit(setting.path)

    def _of(self, setting: Setting) -> tuple[Outcome, int, str]:
        blank = BLANK.search(setting.value) if setting.value is not None else None
        if blank is not None:
            return Outcome.UNKNOWN, setting.line, f"{blank[0]} was not filled in"
        if not self.check.want:
            if setting.value is None and not setting.is_given:
                return Outcome.UNKNOWN, setting.line, setting.why
            is_empty = setting.value is not None and setting.value.strip() in {"", "null"}
            return (Outcome.NOT_MET if is_empty else Outcome.MET), setting.line, ""
        if setting.value is None and setting.path == "runs" and setting.shape and self._want.is_told(setting.shape):
            return (Outcome.MET if self._want.fit(setting.shape) else Outcome.NOT_MET), setting.line, ""
        if setting.value is None:
            is_met = self._want.fit_shape(setting.shape)
            return (Outcome.MET if is_met else Outcome.UNKNOWN), setting.line, "" if is_met else setting.why
        return (Outcome.MET if self._want.fit(setting.value) else Outcome.NOT_MET), setting.line, ""
