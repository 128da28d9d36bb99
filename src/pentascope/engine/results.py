"""What results of other tools say of requirements and systems. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pentascope.engine.assess import conditions_by_system, owners
from pentascope.model.evidence import Gap
from pentascope.model.results import IdForm, ImportedFile, MappedCount, Meaning, ResultStatus
from pentascope.model.verdict import Ground, Outcome, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from pentascope.model.evidence import Evidence
    from pentascope.model.requirement import Condition
    from pentascope.model.results import MappedCheck, Result, ResultFile, Tool
    from pentascope.model.scoping import System

_OUTCOMES = {
    Meaning.WHOLE: (Outcome.MET, True),
    Meaning.SIGN: (Outcome.MET, False),
    Meaning.GAP: (Outcome.NOT_MET, True),
    Meaning.DOUBT: (Outcome.UNKNOWN, True),
}
_SHOWN = 3


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What results say: grounds by System.id, and what of them reaches nobody."""

    grounds: dict[str, tuple[Ground, ...]]
    gaps: tuple[Gap, ...]


class Meant(NamedTuple):
    """The files that a name may mean, and whether it is sure that it means them."""

    paths: tuple[str, ...] = ()
    is_sure: bool = True


class Files:
    """The files of a tree, found by the ways in which other tools may name them. `folder` is the name of the tree itself."""

    def __init__(self, paths: Iterable[str], folder: str = "") -> None:
        self._folder = folder
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(set(paths)):
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def named(self, names: Iterable[str]) -> Meant:
        """The files that may be meant; none where they are not here.

        A name is absolute, relative to the tree, to a folder of it, or to a folder above it. A file at the top of the tree has
        the same end as many others, so there the folder before it must be the tree's.
        """
        for name in names:
            plain = _plain(name)
            known = self._by_name.get(plain.rpartition("/")[2], [])
            if plain in known:
                return Meant((plain,))
            if inside := [path for path in known if f"/{plain}".endswith(f"/{path}")]:
                path = max(inside, key=len)
                return Meant((path,), is_sure="/" in path or plain.split("/")[-2] == self._folder)
            if below := [path for path in known if path.endswith(f"/{plain}")]:
                return Meant(tuple(below), is_sure=len(below) == 1)
        return Meant()


def _plain(name: str) -> str:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return "/".join(parts)


def spoken(
    files: Iterable[ResultFile],
    tools: Sequence[Tool],
    systems: Sequence[System],
    evidence: Sequence[Evidence],
    *,
    tree: Files,
    today: date,
    peers: Mapping[str, tuple[str, ...]] | None = None,
) -> Spoken:
    """What all results say of each system. A result that no table maps says nothing; order does not matter.

    `peers` names own checks that look at the same as a check of another tool, by that check's id.
    """
    seen = conditions_by_system(systems, evidence)
    found: dict[str, set[Ground]] = {system.id: set() for system in systems}
    gaps: list[Gap] = []
    for file in files:
        gaps += file.gaps
        tool = tool_of(file, tools)
        strangers: set[str] = set()
        for result, row in () if tool is None else mapped(file, tool):
            if tool is None or not _is_meant(row, result):
                continue
            meant = tree.named(result.paths)
            if result.paths and not meant.paths:
                strangers.add(result.paths[0])
            for system, path in _reached(result, row, meant.paths, systems, seen):
                ground = _ground(result, row, tool, file, path, is_sure=meant.is_sure, today=today)
                if ground is not None:
                    found[system.id].add(msgspec.structs.replace(ground, peers=(peers or {}).get(row.id, ())))
        gaps += _strange(file, strangers)
    return Spoken(grounds={key: tuple(sorted(value, key=_order)) for key, value in found.items()}, gaps=tuple(gaps))


def _order(ground: Ground) -> tuple[str, str, str, int, str, str, str]:
    place = (ground.path or "", ground.line or 0, ground.address or "")
    return (ground.requirement, ground.check, *place, ground.says, ground.source or "")


def tool_of(file: ResultFile, tools: Iterable[Tool]) -> Tool | None:
    """The tool that speaks in a file; None where no table knows it."""
    name = file.tool.casefold()
    return next((tool for tool in tools if any(fnmatchcase(name, glob) for glob in tool.names)), None)


def mapped(file: ResultFile, tool: Tool) -> Iterable[tuple[Result, MappedCheck]]:
    """Each result with each row that says what it means."""
    rows = _rows(tool)
    return ((result, row) for result in file.results for row in rows.get(_key(result.check, tool), ()))


def _rows(tool: Tool) -> Mapping[str, list[MappedCheck]]:
    rows: dict[str, list[MappedCheck]] = {}
    for row in tool.checks:
        for name in (row.id, *row.aliases):
            rows.setdefault(name, []).append(row)
    return rows


def _key(check: str, tool: Tool) -> str:
    if tool.ids is IdForm.FIRST_SEGMENT:
        return check.partition(".")[0]
    return check.rpartition(".")[2] if tool.ids is IdForm.LAST_SEGMENT else check


def _is_meant(row: MappedCheck, result: Result) -> bool:
    """Whether the row speaks of this resource."""
    name = (result.resource or "").casefold()
    return not row.named or any(fnmatchcase(name, glob) for glob in row.named)


def _reached(
    result: Result, row: MappedCheck, places: Sequence[str], systems: Sequence[System], seen: Mapping[str, frozenset[Condition]]
) -> Iterable[tuple[System, str | None]]:
    """The systems that a result speaks of: by its file, else those that use the service."""
    if result.paths:
        return [(system, path) for path in places for system in owners(path, systems)]
    return [(system, None) for system in systems if not row.needs or seen[system.id] & set(row.needs)]


def _ground(
    result: Result, row: MappedCheck, tool: Tool, file: ResultFile, path: str | None, *, is_sure: bool, today: date
) -> Ground | None:
    """None where the result says nothing."""
    judged = _judged(result, row, tool, today, is_sure=is_sure)
    if judged is None:
        return None
    outcome, is_whole, why = judged
    return Ground(
        check=f"{tool.id}:{result.check}",
        requirement=row.requirement,
        outcome=outcome,
        strength=tool.strength.strength,
        says=f"{_by(file, tool, result)}: {worded(row.says, outcome, why)}{_reach(result, path)}",
        path=path,
        line=result.line if path is not None else None,
        address=_address(result),
        source=file.path,
        is_whole=is_whole,
    )


def _judged(result: Result, row: MappedCheck, tool: Tool, today: date, *, is_sure: bool) -> tuple[Outcome, bool, str] | None:
    """Outcome, whether it is whole, and why it is unknown."""
    if result.status is ResultStatus.WITHDRAWN:
        return None
    meaning = {ResultStatus.PASSED: row.passed, ResultStatus.FAILED: row.failed}.get(result.status, Meaning.DOUBT)
    if meaning is Meaning.NOTHING:
        return None
    if result.status is ResultStatus.SUPPRESSED:
        return Outcome.UNKNOWN, True, "it was suppressed there, which is no pass"
    if result.status is ResultStatus.UNKNOWN:
        return Outcome.UNKNOWN, True, "the tool could not tell"
    if result.date is not None and (why := _age(result.date, tool, today)):
        return Outcome.UNKNOWN, True, f"it {result.status} then, and {why}"
    if not is_sure:
        return Outcome.UNKNOWN, True, f"it {result.status}, and which file here is meant is not sure"
    outcome, is_whole = _OUTCOMES[meaning]
    return outcome, is_whole, "something to look at" if meaning is Meaning.DOUBT else ""


def _age(day: date, tool: Tool, today: date) -> str:
    """Why a date takes the force from a result; empty where it does not."""
    if day > today + timedelta(days=1):
        return f"its date, {day.isoformat()}, has not come yet"
    if today - day > timedelta(days=tool.valid_days):
        return f"that is older than the {tool.valid_days} days for which it counts"
    return ""


def _by(file: ResultFile, tool: Tool, result: Result) -> str:
    version = f" {file.version}" if file.version else ""
    when = result.date.isoformat() if result.date else "undated"
    return f"{tool.title}{version} {result.check} ({when})"


def _reach(result: Result, path: str | None) -> str:
    """How sure it is that the system is meant, where no file says so."""
    if path is not None:
        return ""
    return " Said of the account, so of every system here that uses the service." if result.account else " Said of the whole tree."


def _address(result: Result) -> str | None:
    words = [word for word in (result.account, result.region) if word and word not in (result.resource or "")]
    where = f" ({', '.join(words)})" if words else ""
    return f"{result.resource}{where}" if result.resource else (", ".join(words) or None)


def _strange(file: ResultFile, strangers: Iterable[str]) -> Iterable[Gap]:
    names = sorted(strangers)
    if names:
        shown = ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
        yield Gap(
            subject="results-of-other-files",
            reason=f"{file.path}: results of {file.tool} speak of files that are not here: {shown}.",
            question="Were they made from another tree, or is a part of it left out here?",
        )


def overview(file: ResultFile, tools: Sequence[Tool], titles: Mapping[str, str], today: date) -> ImportedFile:
    """What a file brings, whatever it is used for; `titles` are of requirements, by code."""
    tool = tool_of(file, tools)
    pairs = list(mapped(file, tool)) if tool else []
    heard = {result.check for result, _ in pairs}
    by_code: dict[str, list[tuple[Result, MappedCheck]]] = {}
    for result, row in pairs:
        by_code.setdefault(row.requirement, []).append((result, row))
    days = sorted(result.date for result in file.results if result.date is not None)
    return ImportedFile(
        path=file.path,
        format=file.format,
        tool=tool.title if tool else file.tool,
        version=file.version,
        strength=tool.strength if tool else None,
        first_date=days[0] if days else None,
        last_date=days[-1] if days else None,
        too_old=sum(1 for day in days if _age(day, tool, today)) if tool else 0,
        counts=_counts(file.results),
        mapped=tuple(
            MappedCount(
                requirement=code, title=titles[code], checks=tuple(sorted({result.check for result, _ in own})),
                counts=_counts(result for result, _ in own),
            )
            for code, own in sorted(by_code.items())
        ),
        unmapped=tuple(sorted(Counter(result.check for result in file.results if result.check not in heard).items())),
        gaps=file.gaps,
    )  # fmt: skip


def _counts(results: Iterable[Result]) -> tuple[tuple[ResultStatus, int], ...]:
    counts = Counter(result.status for result in results)
    return tuple((status, counts[status]) for status in ResultStatus if counts[status])
