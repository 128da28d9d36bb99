"""SARIF 2.1.0 of any tool. Source: OASIS SARIF 2.1.0 (2020), clauses 3.14, 3.20, 3.27, 3.35. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec

from pentascope.collectors.results.decoding import UNNAMED, Heard, day_of, pieces, required
from pentascope.model.results import Result, ResultFile, ResultFormat, ResultStatus

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from pentascope.collectors.results.decoding import Piece

_KINDS = {
    "fail": ResultStatus.FAILED,
    "pass": ResultStatus.PASSED,
    "notApplicable": ResultStatus.WITHDRAWN,
}
_TROUBLE = frozenset({"error", "warning"})
_FILE = "file://"


class _Message(msgspec.Struct, frozen=True):
    text: str | None = None


class _Artifact(msgspec.Struct, frozen=True):
    uri: str | None = None


class _Region(msgspec.Struct, frozen=True, rename="camel"):
    start_line: int | None = None


class _Physical(msgspec.Struct, frozen=True, rename="camel"):
    artifact_location: _Artifact = _Artifact()
    region: _Region = _Region()


class _Logical(msgspec.Struct, frozen=True, rename="camel"):
    fully_qualified_name: str | None = None
    name: str | None = None


class _Location(msgspec.Struct, frozen=True, rename="camel"):
    physical_location: _Physical = _Physical()
    logical_locations: list[_Logical] = []


class _Suppression(msgspec.Struct, frozen=True):
    status: str = "accepted"


class _Component(msgspec.Struct, frozen=True):
    index: int = -1


class _RuleReference(msgspec.Struct, frozen=True, rename="camel"):
    id: str | None = None
    index: int = -1
    tool_component: _Component | None = None


class _Finding(msgspec.Struct, frozen=True, rename="camel"):
    rule_id: str | None = None
    rule_index: int = -1
    rule: _RuleReference | None = None
    kind: str = "fail"
    level: str | None = None
    baseline_state: str | None = None
    message: _Message = _Message()
    locations: list[_Location] = []
    suppressions: list[_Suppression] | None = None


class _Rule(msgspec.Struct, frozen=True):
    id: str


class _Driver(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    version: str | None = None
    semantic_version: str | None = None
    rules: list[_Rule] = []


class _Tool(msgspec.Struct, frozen=True):
    driver: _Driver
    extensions: list[_Driver] = []


class _Notification(msgspec.Struct, frozen=True):
    level: str = "warning"


class _Invocation(msgspec.Struct, frozen=True, rename="camel"):
    execution_successful: bool = False
    end_time_utc: str | None = None
    start_time_utc: str | None = None
    tool_execution_notifications: list[_Notification] = []


class _Run(msgspec.Struct, frozen=True):
    tool: _Tool
    results: list[msgspec.Raw] | None = None
    invocations: list[_Invocation] = []


class _Log(msgspec.Struct, frozen=True):
    runs: list[msgspec.Raw] = []


def parse(data: bytes, path: str) -> tuple[ResultFile, ...]:
    """One record for each run. Raises: ResultsError for a file that is no SARIF at all."""
    log = required(data, _Log, path, "SARIF")
    found = []
    for piece in pieces(log.runs, "runs"):
        heard = Heard(path)
        run = heard.read(piece, _Run)
        if run is None:
            found.append(ResultFile(path=path, format=ResultFormat.SARIF, tool=UNNAMED, gaps=heard.gaps()))
            continue
        results = _results(run, piece, heard)
        driver = run.tool.driver
        version = driver.version or driver.semantic_version
        gaps = heard.gaps()
        found.append(ResultFile(path=path, format=ResultFormat.SARIF, tool=driver.name, version=version, results=results, gaps=gaps))
    return tuple(found)


def _results(run: _Run, piece: Piece, heard: Heard) -> tuple[Result, ...]:
    day = _day(run)
    found: list[Result] = []
    is_whole = run.results is not None
    for entry in pieces(run.results or (), f"{piece.where}.results"):
        finding = heard.read(entry, _Finding)
        check = None if finding is None else _check(finding, run.tool)
        if finding is not None and check is not None:
            found.append(_result(finding, check, day))
            continue
        is_whole = False  # any rule may be the one that it speaks of
        if finding is not None:
            heard.broken(entry.where, "it names no rule")
    return (*found, *(_quiet(run, found, day) if is_whole and _ran(run) else ()))


def _ran(run: _Run) -> bool:
    """Whether the tool says that it ran to its end and met no trouble."""
    clean = (
        each.execution_successful and not any(note.level in _TROUBLE for note in each.tool_execution_notifications)
        for each in run.invocations
    )
    return bool(run.invocations) and all(clean)


def _quiet(run: _Run, found: Iterable[Result], day: dt.date | None) -> Iterable[Result]:
    """Rules that ran and had nothing to say."""
    spoke = {result.check for result in found}
    for rule in (rule for part in (run.tool.driver, *run.tool.extensions) for rule in part.rules):
        if rule.id not in spoke and not any(check.startswith(f"{rule.id}/") for check in spoke):
            yield Result(check=rule.id, status=ResultStatus.PASSED, says="The rule ran and found nothing.", date=day)


def _day(run: _Run) -> dt.date | None:
    days = [day for each in run.invocations if (day := day_of(each.end_time_utc) or day_of(each.start_time_utc)) is not None]
    return min(days, default=None)


def _check(finding: _Finding, tool: _Tool) -> str | None:
    if finding.rule_id:
        return finding.rule_id
    reference = finding.rule or _RuleReference(index=finding.rule_index)
    if reference.id:
        return reference.id
    parts = (tool.driver, *tool.extensions)
    number = reference.tool_component.index + 1 if reference.tool_component else 0
    index = reference.index if reference.index >= 0 else finding.rule_index
    if 0 <= number < len(parts) and 0 <= index < len(parts[number].rules):
        return parts[number].rules[index].id
    return None


def _status(finding: _Finding) -> ResultStatus:
    if finding.baseline_state == "absent":
        return ResultStatus.WITHDRAWN
    if any(each.status == "accepted" for each in finding.suppressions or ()):
        return ResultStatus.SUPPRESSED
    if finding.kind == "fail" and finding.level == "none":
        return ResultStatus.UNKNOWN
    return _KINDS.get(finding.kind, ResultStatus.UNKNOWN)


def _result(finding: _Finding, check: str, day: dt.date | None) -> Result:
    location = next(iter(finding.locations), _Location())
    uri = location.physical_location.artifact_location.uri
    line = location.physical_location.region.start_line
    names = (name for each in location.logical_locations for name in (each.fully_qualified_name, each.name) if name)
    return Result(
        check=check,
        status=_status(finding),
        says=finding.message.text or "",
        paths=(unquote(uri.removeprefix(_FILE)),) if uri else (),
        line=line if line is not None and line > 0 else None,
        resource=next(names, None),
        date=day,
    )
