"""Reads the infrastructure code of a tree: which files, in which order, within which bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.collectors.iac import hcl, hcljson
from pentascope.collectors.iac.modules import World
from pentascope.collectors.iac.templates import Templates, may_declare
from pentascope.model.evidence import Gap, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from pentascope.collectors.iac.hcl import ModuleFile
    from pentascope.collectors.source.tree import FileEntry, Tree
    from pentascope.model.infrastructure import Configured

MAX_FILE_BYTES = 4_000_000
MAX_RESOURCES = 50_000
MAX_TEXT_BYTES = 200_000
_TERRAFORM = (".tf", ".tofu", ".tf.json", ".tfvars")
_TEMPLATES = (".yaml", ".yml", ".json", ".template", ".bicep", ".tpl")
_NOT_OURS = ("node_modules/", ".terraform/", "vendor/", ".git/", "tests/", "test/")


def read_infrastructure(tree: Tree) -> tuple[tuple[Configured, ...], tuple[Gap, ...]]:
    """Every resource that the tree declares, by path and line, and what could not be read."""
    gaps: list[Gap] = []
    found: list[Configured] = []
    files: list[ModuleFile] = []
    text = _texts(tree)
    templates = Templates(text)
    for entry in tree.files:
        if not _may_declare(entry):
            continue
        data = _bytes(tree, entry, gaps)
        if data is None:
            continue
        if entry.path.lower().endswith(_TERRAFORM):
            files.append(_module_file(data, entry.path, gaps))
        else:
            templates.read(data, entry.path)
    world = World(files, text)
    templates.finish()
    found += (*world.resources(), *templates.found)
    gaps += (*world.gaps.values(), *templates.gaps)
    ordered = sorted(found, key=lambda one: (one.path, one.line, one.address))
    if len(ordered) > MAX_RESOURCES:
        gaps.append(_gap("too-many-resources", f"{len(ordered):,} resources are declared; {MAX_RESOURCES:,} were judged."))
    return tuple(ordered[:MAX_RESOURCES]), tuple(gaps)


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


def _may_declare(entry: FileEntry) -> bool:
    name = entry.path.lower()
    return name.endswith((*_TERRAFORM, *_TEMPLATES)) and not any(part in f"/{name}" for part in (f"/{folder}" for folder in _NOT_OURS))


def _bytes(tree: Tree, entry: FileEntry, gaps: list[Gap]) -> bytes | None:
    """The file; None where it declares nothing, or could not be read, which is then a gap."""
    is_terraform = entry.path.lower().endswith(_TERRAFORM)
    if entry.size_bytes > MAX_FILE_BYTES:
        if is_terraform:
            size = f"{MAX_FILE_BYTES // 1_000_000} MB"
            gaps.append(_gap("large-infrastructure-file", f"{entry.path} is larger than {size} and was not read."))
        return None
    data = tree.read(entry, MAX_FILE_BYTES)
    if isinstance(data, Skipped):
        gaps.append(_gap("unread-infrastructure-file", f"{entry.path} could not be read: {data.reason}."))
        return None
    return data if is_terraform or may_declare(data, entry.path) else None


def _module_file(data: bytes, path: str, gaps: list[Gap]) -> ModuleFile:
    file = hcljson.read_json(data, path) if path.lower().endswith(".json") else hcl.read(data, path)
    if not file.is_complete:
        gaps.append(_gap("broken-infrastructure-file", f"{path} could not be read to its end."))
    if file.fault is not None:
        kind = "JSON" if path.lower().endswith(".json") else "HCL"
        gaps.append(_gap("broken-infrastructure-file", f"{path}:{file.fault} is not valid {kind}; what stands around it was read."))
    return file


def _gap(subject: str, reason: str) -> Gap:
    return Gap(subject=subject, reason=reason, question="Which resources does it declare?")
