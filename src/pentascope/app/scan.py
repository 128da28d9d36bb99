"""The main job: from a place that the user names to a ScanResult."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pentascope import __version__
from pentascope.catalogue.load import load
from pentascope.collectors.source.collector import Collected, collect, default_jobs
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.collectors.source.prefilter import Prefilter
from pentascope.engine.inventory import systems
from pentascope.engine.match import Matcher
from pentascope.engine.summary import summarise
from pentascope.engine.training import conclude
from pentascope.model.scoping import ScanResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pentascope.collectors.source.tree import Tree
    from pentascope.model.catalogue import Catalogue


def cache_folder() -> Path:
    """Where compiled prefilters and scan results are kept between runs: the user's cache, never the scanned tree."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "pentascope"


def scan(
    path: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    use_cache: bool = True,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> ScanResult:
    """Scan one directory.

    Raises: SourceError when `path` cannot be opened, CatalogueError when the catalogue is damaged.
    """
    tree = DirectoryTree(Path(path), include=include, exclude=exclude)
    return scan_tree(tree, load(), jobs=jobs, use_cache=use_cache, progress=progress)


def scan_tree(
    tree: Tree,
    catalogue: Catalogue,
    *,
    jobs: int | None = None,
    use_cache: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> ScanResult:
    """Scan anything that has files."""
    matcher = Matcher(catalogue.signatures)
    prefilter = Prefilter(catalogue.signatures, version=catalogue.version, folder=cache_folder() if use_cache else None)
    collected = collect(tree, matcher, prefilter, jobs=jobs or default_jobs(), progress=progress)
    return result(tree, catalogue, collected)


def result(tree: Tree, catalogue: Catalogue, collected: Collected) -> ScanResult:
    """The scan result of what was collected: pure from here on."""
    evidence = tuple(
        sorted([*collected.evidence, *conclude(collected.traces)], key=lambda e: (e.path, e.line, e.column, e.kind, e.subject, e.value or ""))
    )
    found = systems(evidence, collected.paths, os.path.basename(os.path.abspath(tree.name)))
    return ScanResult(
        target=tree.name,
        revision=tree.revision,
        tool_version=__version__,
        catalogue_version=catalogue.version,
        summary=summarise(evidence, found),
        systems=found,
        evidence=evidence,
        coverage=collected.coverage,
    )
