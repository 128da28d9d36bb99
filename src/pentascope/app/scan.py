"""The main job: from a place that the user names to a ScanResult."""

from __future__ import annotations

import os
import time
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from pentascope import __version__
from pentascope.app.sources import open_tree
from pentascope.catalogue.load import load
from pentascope.collectors.source.collector import Collected, collect, default_jobs
from pentascope.collectors.source.companion import Told
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.collectors.source.globalusings import GlobalUsings
from pentascope.collectors.source.joined import JoinedTree
from pentascope.collectors.source.prefilter import Prefilter
from pentascope.engine.adapters import joined
from pentascope.engine.detectors import without_scanners
from pentascope.engine.inventory import systems
from pentascope.engine.match import Matcher
from pentascope.engine.relevance import relevant
from pentascope.engine.restored import restored
from pentascope.engine.summary import summarise
from pentascope.engine.training import conclude
from pentascope.engine.weigh import COUNTED_ROLES
from pentascope.errors import UsageError
from pentascope.model.evidence import Evidence, FactKind, Gap, SkipReason
from pentascope.model.scoping import ScanResult
from pentascope.store.scancache import ScanCache, place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pentascope.collectors.source.companion import Companion
    from pentascope.collectors.source.revision import Changes
    from pentascope.collectors.source.tree import Tree
    from pentascope.model.catalogue import Catalogue


NO_NAME = frozenset(
    {"model_server", "model_gateway", "chat_interface", "on_device", "openai_compatible", "published_weights"}
)
"""Subjects of pages that tell that a model is called and cannot tell whose: no provider's name."""


GENERATIVE_CATEGORIES = frozenset(
    {"model-api", "gateway", "framework", "agent-framework", "serving", "mcp", "consumer-app", "enterprise-app"}
)


def cache_folder() -> Path:
    """Where prefilters and results are kept between runs: the user's cache, never the scanned tree."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "pentascope"


def scan(
    *targets: str | os.PathLike[str],
    jobs: int | None = None,
    use_cache: bool = True,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    since: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ScanResult:
    """Scan folders, files, archives, git revisions or repository URLs, together as one.

    `include` and `exclude` are globs on paths. `since` keeps what stands in files that differ from that commit.
    Raises: SourceError when a target cannot be opened, UsageError when `since` does not fit, CatalogueError when the
    catalogue is damaged.
    """
    started_ns = time.time_ns()
    tree, catalogue = _opened(targets, include, exclude), load()
    collected = collect_tree(tree, catalogue, jobs=jobs, use_cache=use_cache, started_ns=started_ns, progress=progress)
    only = changes_of(tree, since)[0].changed if since is not None else None
    return result(tree, catalogue, collected, only=only)


def scan_tree(
    *targets: str | os.PathLike[str],
    companion: Companion,
    jobs: int | None = None,
    use_cache: bool = True,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Tree, ScanResult, Told]:
    """What `scan` does, with the tree that it read and what a companion makes of its files."""
    started_ns = time.time_ns()
    tree, catalogue = _opened(targets, include, exclude), load()
    cache = _companion_cache(tree, companion.layout, started_ns) if use_cache else None
    told = Told(companion, cache)
    collected = collect_tree(tree, catalogue, jobs=jobs, use_cache=use_cache, started_ns=started_ns, progress=progress, told=told)
    if cache is not None:
        cache.save()
    return tree, result(tree, catalogue, collected), told


def _opened(targets: Sequence[str | os.PathLike[str]], include: Sequence[str], exclude: Sequence[str]) -> Tree:
    """What the user names, as one tree."""
    trees = [open_tree(os.fspath(target), include=include, exclude=exclude) for target in targets or (".",)]
    return trees[0] if len(trees) == 1 else JoinedTree(trees)


def collect_tree(
    tree: Tree,
    catalogue: Catalogue,
    *,
    jobs: int | None = None,
    use_cache: bool = True,
    started_ns: int = 0,
    progress: Callable[[int, int], None] | None = None,
    told: Told | None = None,
) -> Collected:
    """What the files of a tree say, from the cache where they are unchanged; `told` is filled with what a companion says."""
    folder = cache_folder() if use_cache else None
    prefilter = Prefilter(catalogue.signatures, version=catalogue.version, folder=cache_folder())
    matcher = Matcher(catalogue.signatures, prefilter)
    usings = GlobalUsings(tree)
    cache = _open_cache(tree, catalogue, folder, started_ns, usings.digest)
    collected = collect(tree, matcher, prefilter, jobs=jobs or default_jobs(), cache=cache, usings=usings, told=told, progress=progress)
    if cache is not None:
        cache.save()
    return collected


def _open_cache(tree: Tree, catalogue: Catalogue, folder: Path | None, started_ns: int, usings: bytes) -> ScanCache | None:
    """The cache of a folder; None for sources that have no stat to trust."""
    if folder is None or not isinstance(tree, DirectoryTree):
        return None
    path = place(folder, Path(tree.root))
    if path is None:
        return None
    key = blake2b(f"{catalogue.version}\0{__version__}".encode() + usings, digest_size=16)
    for entry in tree.files:
        if entry.path.endswith(".py"):  # whether an import is local depends on them
            key.update(b"\0" + entry.path.encode())
    return ScanCache.load(path, key.hexdigest(), started_ns=started_ns)


def _companion_cache(tree: Tree, layout: int, started_ns: int) -> ScanCache | None:
    """What the companion of an assessment said earlier: a file of its own, so that neither is taken for the other."""
    path = place(cache_folder(), Path(tree.root)) if isinstance(tree, DirectoryTree) else None
    if path is None:
        return None
    return ScanCache.load(path.with_suffix(".declared"), f"{layout}\0{__version__}", started_ns=started_ns)


def changes_of(tree: Tree, since: str) -> tuple[Changes, DirectoryTree]:
    """What differs from a commit, and the folder that differs. Raises: UsageError where there is no one folder."""
    from pentascope.collectors.source.revision import changes_since  # noqa: PLC0415 - git only where it is named

    if not isinstance(tree, DirectoryTree):
        raise UsageError("--since needs one folder of a git checkout.", hint="Name a folder, or leave --since out.")
    return changes_since(Path(tree.root), since, tree), tree


def scan_as_of(
    folder: DirectoryTree, commit: str, *, companion: Companion, jobs: int | None = None
) -> tuple[Tree, ScanResult, Told]:
    """The same folder as it was at a commit: same name, same files left out, so that the two can be compared."""
    from pentascope.collectors.source.revision import RevisionTree  # noqa: PLC0415 - git only where it is named

    tree = RevisionTree(Path(folder.root), commit, include=folder.include, exclude=folder.exclude)
    tree.name = folder.name
    catalogue, told = load(), Told(companion)
    return tree, result(tree, catalogue, collect_tree(tree, catalogue, jobs=jobs, told=told)), told


def result(tree: Tree, catalogue: Catalogue, collected: Collected, *, only: frozenset[str] | None = None) -> ScanResult:
    """The scan result of what was collected: pure from here on."""
    trained = restored(collected.evidence, conclude(collected.traces), collected.traces)
    seen = joined(without_scanners([*collected.evidence, *trained]))
    evidence = _ordered(relevant(seen, _generative(catalogue)))
    if only is not None:
        evidence = tuple(entry for entry in evidence if entry.path in only)
    found = systems(evidence, collected.paths, os.path.basename(os.path.abspath(tree.name)), _labels(catalogue))
    return ScanResult(
        target=tree.name,
        revision=tree.revision,
        tool_version=__version__,
        catalogue_version=catalogue.version,
        summary=summarise(evidence, found, _vocabulary(catalogue)),
        systems=found,
        evidence=evidence,
        coverage=collected.coverage,
        gaps=(*_gaps(collected), *_unused(evidence, catalogue)),
    )


def _generative(catalogue: Catalogue) -> frozenset[str]:
    """The pages of libraries that are good for nothing but generative AI."""
    return frozenset(signature.id for signature in catalogue.signatures if signature.category in GENERATIVE_CATEGORIES)


def _ordered(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(evidence, key=Evidence.order))


def _vocabulary(catalogue: Catalogue) -> frozenset[str]:
    """The names that stand for who hosts a model, as against the libraries that reach it."""
    libraries = {signature.id for signature in catalogue.signatures if signature.provider is None}
    named = {signature.provider for signature in catalogue.signatures if signature.provider}
    spoken = {rule.subject for signature in catalogue.signatures for rule in signature.rules if rule.subject}
    return frozenset(named | (spoken - libraries)) - NO_NAME


def _labels(catalogue: Catalogue) -> dict[str, str]:
    """The names by which people know what the catalogue's ids stand for; a model's own page names its provider."""
    labels: dict[str, str] = {}
    for signature in sorted(catalogue.signatures, key=lambda one: one.category not in {"model-api", "gateway", "serving"}):
        labels.setdefault(signature.id, signature.name)
        if signature.provider is not None:
            labels.setdefault(signature.provider, signature.name)
    for signature in catalogue.signatures:
        if signature.category not in {"assistant", "consumer-app", "enterprise-app"}:
            continue
        subjects = {rule.subject for rule in signature.rules if rule.subject} - {signature.provider}
        if len(subjects) == 1:
            labels.setdefault(subjects.pop(), signature.name)
    return labels


def _unused(evidence: Sequence[Evidence], catalogue: Catalogue) -> Iterable[Gap]:
    """Libraries of model providers that a manifest declares and no code that runs was seen to use."""
    providers = {signature.id: signature for signature in catalogue.signatures if signature.category in {"model-api", "gateway"}}
    used = {e.signature for e in evidence if e.kind not in {FactKind.DEPENDENCY, FactKind.MODEL, FactKind.CREDENTIAL_NAME}}
    named: set[str] = set()
    for entry in evidence:
        is_declared = entry.kind is FactKind.DEPENDENCY and entry.role in COUNTED_ROLES and entry.attribute("locked") is None
        if is_declared and entry.signature in providers.keys() - used - named:
            named.add(entry.signature)
            yield Gap(
                subject=f"declared-not-used:{entry.signature}",
                reason=f"{entry.path}:{entry.line} declares {entry.value}, and no code that runs was seen to use it.",
                question=f"Is {providers[entry.signature].name} used in a way that a scan of this tree cannot see?",
            )


def _gaps(collected: Collected) -> tuple[Gap, ...]:
    """What could not be looked at, as questions to a person."""
    counts = dict(collected.coverage.skipped_counts)
    missing = counts.get(SkipReason.MISSING_BLOB, 0)
    unread = sum(counts.get(reason, 0) for reason in (SkipReason.UNREADABLE, SkipReason.TOO_LARGE, SkipReason.PARSE_BUDGET))
    failed = counts.get(SkipReason.PARSER_FAILED, 0)
    found = []
    if missing:
        found.append(
            Gap(subject="missing-blobs", reason=f"{missing} files are named by the revision but their content is not in this clone.",
                question="Is the clone partial on purpose? Fetch the missing objects and scan again.")
        )  # fmt: skip
    if unread:
        found.append(
            Gap(subject="unread-files", reason=f"{unread} files could not be read, or not to their end.",
                question="Do the files listed under coverage use generative AI?")
        )  # fmt: skip
    if failed:
        found.append(
            Gap(subject="failed-parsers", reason=f"{failed} files made a parser of Pentascope fail: a fault of ours, not of the files.",
                question="Do the files listed under coverage use generative AI? Please report the fault with its detail.")
        )  # fmt: skip
    return tuple(found)
