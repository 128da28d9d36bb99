"""Reads the infrastructure code of a tree: which files, in which order, within which bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.collectors.iac.modules import World
from pentascope.collectors.iac.reader import MAX_FILE_BYTES, MAX_PLAN_BYTES, TERRAFORM, InfrastructureReader, Read, decode, is_ours
from pentascope.collectors.iac.roots import evaluated
from pentascope.collectors.iac.templates import Templates, may_declare
from pentascope.collectors.source.budget import Cause
from pentascope.collectors.source.companion import Told
from pentascope.model.evidence import Gap, Skipped, SkipReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pentascope.collectors.source.tree import FileEntry, Tree
    from pentascope.model.infrastructure import Configured

MAX_READ_BYTES = 48_000_000  # of what workers hand back; 10,000 small resources are 2 MB
MAX_RESOURCES = 50_000
_REMAKE = "Write it again: terraform show -json PLAN > FILE."
MAX_TEXT_BYTES = 200_000
_TEMPLATES = (".yaml", ".yml", ".json", ".template", ".bicep", ".tpl")


def read_infrastructure(tree: Tree) -> tuple[tuple[Configured, ...], tuple[Gap, ...]]:
    """Every resource that the tree declares, by path and line, and what could not be read. Files are read in this process."""
    told = Told(InfrastructureReader())
    for entry in tree.files:
        if told.asks_for(entry):
            payload = told.companion.read(tree, entry)
            cause = Cause(payload.reason, payload.detail) if isinstance(payload, Skipped) else None
            told.take(entry, b"" if isinstance(payload, Skipped) else payload, cause)
    return declared(tree, told)


def declared(tree: Tree, told: Told, *, jobs: int = 1) -> tuple[tuple[Configured, ...], tuple[Gap, ...]]:
    """The same of a tree whose files a scan has read with `InfrastructureReader` beside."""
    gaps = [_unread(skipped) for skipped in told.untold]
    found: list[Configured] = []
    text = _texts(tree)
    templates = Templates(text)
    for entry in tree.files:
        if _may_be_template(entry):
            data = _bytes(tree, entry, gaps)
            if data is not None:
                templates.read(data, entry.path)
    templates.finish()
    found += templates.found
    gaps += templates.gaps
    files = list(_files(told, gaps))
    for plan in (one.plan for one in files if one.plan is not None):
        found += plan.resources
        if plan.fault is not None:
            reason = f"{plan.path}:{plan.fault} is no valid plan in JSON, format 1.x; nothing of it was read. {_REMAKE}"
            gaps.append(_gap("broken-plan", reason))
    modules = [one.module for one in files if one.module is not None]
    resources, unresolved = evaluated(World(modules, text), jobs)
    found += resources
    gaps += unresolved
    ordered = sorted(found, key=lambda one: (one.path, one.line, one.address))
    if len(ordered) > MAX_RESOURCES:
        gaps.append(_gap("too-many-resources", f"{len(ordered):,} resources are declared; {MAX_RESOURCES:,} were judged."))
    return tuple(ordered[:MAX_RESOURCES]), tuple(gaps)


def _files(told: Told, gaps: list[Gap]) -> Iterator[Read]:
    """The files that were read, up to what is worked on in one process."""
    size_bytes = 0
    for path, payload in told.told:
        size_bytes += len(payload)
        if size_bytes > MAX_READ_BYTES:
            gaps.append(_gap("too-much-infrastructure", f"{path} and the files after it are more Terraform than is judged of one tree."))
            return
        read = decode(payload)
        yield read
        file = read.module
        if file is None:
            continue
        if not file.is_complete:
            gaps.append(_gap("broken-infrastructure-file", f"{path} could not be read to its end."))
        if file.fault is not None:
            kind = "JSON" if path.lower().endswith(".json") else "HCL"
            gaps.append(_gap("broken-infrastructure-file", f"{path}:{file.fault} is not valid {kind}; what stands around it was read."))


def _unread(skipped: Skipped) -> Gap:
    if skipped.reason is SkipReason.TOO_LARGE and not skipped.path.lower().endswith(TERRAFORM):
        size = f"{MAX_PLAN_BYTES // 1_000_000} MB"
        reason = f"{skipped.path} is a plan larger than {size} and was not read. Plan parts of it (-target, or one root module each)."
        return _gap("large-plan", reason)
    if skipped.reason is SkipReason.TOO_LARGE:
        size = f"{MAX_FILE_BYTES // 1_000_000} MB"
        return _gap("large-infrastructure-file", f"{skipped.path} is larger than {size} and was not read.")
    detail = f" ({skipped.detail})" if skipped.detail else ""
    return _gap("unread-infrastructure-file", f"{skipped.path} could not be read: {skipped.reason}{detail}.")


def _texts(tree: Tree) -> Callable[[str], str | None]:
    """The small text files of the tree by their path: what `file()` gives."""
    entries: dict[str, FileEntry] = {}

    def text(path: str) -> str | None:
        if not entries:
            entries.update((entry.path, entry) for entry in tree.files)
        entry = entries.get(path)
        data = tree.read(entry, MAX_TEXT_BYTES) if entry is not None else None
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else None

    return text


def _may_be_template(entry: FileEntry) -> bool:
    name = entry.path.lower()
    return name.endswith(_TEMPLATES) and not name.endswith(TERRAFORM) and is_ours(name)


def _bytes(tree: Tree, entry: FileEntry, gaps: list[Gap]) -> bytes | None:
    """The template; None where it declares nothing, or could not be read, which is then a gap."""
    if entry.size_bytes > MAX_FILE_BYTES:
        return None
    data = tree.read(entry, MAX_FILE_BYTES)
    if isinstance(data, Skipped):
        gaps.append(_unread(data))
        return None
    return data if may_declare(data, entry.path) else None


def _gap(subject: str, reason: str) -> Gap:
    return Gap(subject=subject, reason=reason, question="Which resources does it declare?")
