"""Test runs of DeepEval in JSON: `test_run_*.json` of its results folder, or one of its `.deepeval/.latest_*.json`.

Source: deepeval/test_run/test_run.py, test_run/api.py and tracing/api.py of confident-ai/deepeval 4.1.10, read 2026-11-27. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.results.decoding import Heard, pieces, required
from pentascope.model.results import Result, ResultFile, ResultFormat, ResultStatus

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Metric(msgspec.Struct, frozen=True):
    name: str
    success: bool | None = None
    score: float | None = None
    error: str | None = None
    flaky: bool = False


class _Case(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    metrics_data: list[_Metric] | None = None


class _Run(msgspec.Struct, frozen=True, rename="camel"):
    test_cases: list[msgspec.Raw] = []
    conversational_test_cases: list[msgspec.Raw] = []
    test_run_data: _Run | None = None  # where the latest run is kept with a link to its page


def parse(data: bytes, path: str) -> ResultFile:
    """One result for each metric of each case. Raises: ResultsError for a file that is malformed as a whole."""
    run = required(data, _Run, path, "DeepEval")
    run = run.test_run_data or run
    heard = Heard(path)
    entries = (*pieces(run.test_cases, "testCases"), *pieces(run.conversational_test_cases, "conversationalTestCases"))
    cases = [case for piece in entries if (case := heard.read(piece, _Case)) is not None]
    results = tuple(result for case in cases for result in _results(case))
    return ResultFile(path=path, format=ResultFormat.DEEPEVAL, tool="DeepEval", results=results, gaps=heard.gaps())


def _results(case: _Case) -> Iterator[Result]:
    for metric in case.metrics_data or ():
        says = metric.error or (f"Score {metric.score:g}." if metric.score is not None else "")
        yield Result(check=metric.name, status=_status(metric), says=says, resource=case.name or None)


def _status(metric: _Metric) -> ResultStatus:
    """What DeepEval itself lets decide nothing (a flaky metric, one that failed to run) decides nothing here."""
    if metric.flaky or metric.error or metric.success is None or metric.score is None:
        return ResultStatus.UNKNOWN
    return ResultStatus.PASSED if metric.success else ResultStatus.FAILED
