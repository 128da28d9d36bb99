"""Which format a file of results is in, told by what it holds and never by its name. Pure but for `read_results`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.results import asff, checkov, deepeval, garak, giskard, ocsf, promptfoo, pyrit, sarif
from pentascope.collectors.results.decoding import Broken, Heard, Piece, decoded, pieces, required
from pentascope.collectors.results.fetch import read_bytes
from pentascope.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.model.results import ResultFile

_BOM = b"\xef\xbb\xbf"
_ABSENT = msgspec.Raw(b"")
_VIEWS = frozenset({b'"full"', b'"conversations"', b'"attacks"'})  # of PyRIT's printer
_FORMATS = (
    "Known: Checkov JSON, OCSF (Prowler), ASFF (Security Hub), SARIF 2.1.0, report.jsonl of garak, JSON of promptfoo, PyRIT, Giskard 2 "
    "and DeepEval."
)


class _Marks(msgspec.Struct, frozen=True):
    """The keys by which formats are told apart."""

    runs: msgspec.Raw = _ABSENT
    check_type: msgspec.Raw = _ABSENT
    checkov_version: msgspec.Raw = _ABSENT
    class_uid: msgspec.Raw = _ABSENT
    metadata: msgspec.Raw = _ABSENT
    entry_type: msgspec.Raw = _ABSENT
    config: msgspec.Raw = _ABSENT
    results: msgspec.Raw = _ABSENT
    eval_id: msgspec.Raw = msgspec.field(default=_ABSENT, name="evalId")
    attack_results: msgspec.Raw = _ABSENT
    view: msgspec.Raw = _ABSENT
    test_cases: msgspec.Raw = msgspec.field(default=_ABSENT, name="testCases")
    conversational: msgspec.Raw = msgspec.field(default=_ABSENT, name="conversationalTestCases")
    test_run_data: msgspec.Raw = msgspec.field(default=_ABSENT, name="testRunData")
    metrics_scores: msgspec.Raw = msgspec.field(default=_ABSENT, name="metricsScores")
    generator_id: msgspec.Raw = msgspec.field(default=_ABSENT, name="GeneratorId")
    findings: msgspec.Raw = msgspec.field(default=_ABSENT, name="Findings")


class _Findings(msgspec.Struct, frozen=True):
    findings: list[msgspec.Raw] = msgspec.field(name="Findings")


def read_results(paths: Iterable[str]) -> tuple[ResultFile, ...]:
    """What all files hold, in order of the files. Raises: ResultsError for the first that cannot be read."""
    return tuple(found for path in paths for found in parse(read_bytes(path), path))


def parse(data: bytes, path: str) -> tuple[ResultFile, ...]:
    """What one file holds, by tool. Raises: ResultsError for broken JSON, for an unknown format, and where nothing is readable."""
    text = data.removeprefix(_BOM).strip()
    if text.startswith(b"["):
        return _of_entries(tuple(pieces(required(text, list[msgspec.Raw], path, "JSON"), "")), path)
    if not text.startswith(b"{"):
        raise ResultsError(f"{path}: neither a JSON object nor a list.", hint=_FORMATS)
    marks = decoded(text, _Marks)
    if isinstance(marks, Broken) and "trailing characters" in marks.why:
        return _of_lines(text, path)
    marks = required(text, _Marks, path, "JSON")
    whole = _whole(marks, text, path)
    return whole if whole is not None else _of_entries((Piece("the document", msgspec.Raw(text)),), path)


def _whole(marks: _Marks, text: bytes, path: str) -> tuple[ResultFile, ...] | None:
    """What one document holds that is no entry of a list; None where nothing marks it as such."""
    if marks.runs is not _ABSENT:
        return sarif.parse(text, path)
    if marks.results is not _ABSENT and (marks.eval_id is not _ABSENT or marks.config is not _ABSENT):
        return (promptfoo.parse(text, path),)
    if marks.findings is not _ABSENT:
        listed = required(text, _Findings, path, "ASFF").findings
        return asff.parse(tuple(pieces(listed, "Findings")), path)
    if marks.attack_results is not _ABSENT or bytes(marks.view) in _VIEWS:
        return (pyrit.parse(text, path),)
    is_tested = marks.test_cases is not _ABSENT or marks.conversational is not _ABSENT
    if marks.test_run_data is not _ABSENT or (is_tested and marks.metrics_scores is not _ABSENT):
        return (deepeval.parse(text, path),)
    return (giskard.parse(text, path),) if giskard.is_report(text) else None


def _of_lines(text: bytes, path: str) -> tuple[ResultFile, ...]:
    """JSON lines: one entry a line."""
    entries = tuple(Piece(f"line {number}", msgspec.Raw(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip())
    return _of_entries(entries, path)


def _of_entries(entries: Sequence[Piece], path: str) -> tuple[ResultFile, ...]:
    """Entries of one format; the first that tells which one decides."""
    heard = Heard(path)
    for piece in entries:
        marks = heard.read(piece, _Marks)
        if marks is None:
            continue
        if marks.check_type is not _ABSENT or marks.checkov_version is not _ABSENT:
            return (checkov.parse(entries, path),)
        if marks.entry_type is not _ABSENT:
            return (garak.parse(entries, path),)
        if marks.generator_id is not _ABSENT:
            return asff.parse(entries, path)
        if marks.class_uid is not _ABSENT or marks.metadata is not _ABSENT:
            return ocsf.parse(entries, path)
    if not entries:
        raise ResultsError(f"{path}: an empty list, which does not say whose.", hint="Nothing was found, or the tool did not run.")
    broken = heard.gaps()
    why = f" {broken[0].reason}" if broken else ""
    raise ResultsError(f"{path}: in no format that is known.{why}", hint=_FORMATS)
