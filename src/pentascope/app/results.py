"""Results of other tools: what a file of them brings, and what it says of a scanned tree."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pentascope.catalogue.load import load
from pentascope.collectors.results.collector import read_results
from pentascope.engine.results import Files, Spoken, overview, spoken
from pentascope.model.results import ImportReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.model.results import ResultFile
    from pentascope.model.scoping import ScanResult


def import_results(paths: Sequence[str], *, today: date | None = None) -> ImportReport:
    """What each file brings: tool, version, dates, and what its results mean. Raises: ResultsError."""
    day = today or datetime.now(UTC).date()
    catalogue = load()
    titles = {each.code: each.title for each in catalogue.matrix.requirements}
    files = tuple(overview(file, catalogue.tools, titles, day) for file in read_results(paths))
    return ImportReport(files=files, as_of=day.isoformat())


def results_of(files: Sequence[ResultFile], found: ScanResult, tree: Iterable[str], today: date) -> Spoken:
    """What files of results say of the systems of a scan; `tree` are the paths that were scanned."""
    if not files:
        return Spoken(grounds={}, gaps=())
    catalogue = load()
    folder = os.path.basename(os.path.abspath(found.target))
    peers: dict[str, tuple[str, ...]] = {}
    for check in catalogue.infrastructure:
        for name in check.peers:
            peers[name] = (*peers.get(name, ()), check.id)
    return spoken(files, catalogue.tools, found.systems, found.evidence, tree=Files(tree, folder), today=today, peers=peers)
