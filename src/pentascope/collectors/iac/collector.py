"""Reads the infrastructure code of a tree: which files, in which order, within which bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.collectors.iac.values import Known, configured
from pentascope.collectors.source.parse import documents, terraform
from pentascope.model.evidence import Gap, Skipped

if TYPE_CHECKING:

    from pentascope.collectors.source.tree import FileEntry, Tree
    from pentascope.model.infrastructure import Configured
    from pentascope.model.unit import Unit

MAX_FILE_BYTES = 4_000_000
MAX_RESOURCES = 50_000
_TERRAFORM = (".tf", ".tofu", ".tf.json", ".tfvars")
_TEMPLATES = (".yaml", ".yml", ".json", ".template", ".bicep")
_MARKS = (b"AWS::", b"deploymentTemplate.json", b"Microsoft.")
"""A document without one of these lists no resource that is checked; it is not parsed."""
_NOT_OURS = ("node_modules/", ".terraform/", "vendor/", ".git/", "tests/", "test/")


def read_infrastructure(tree: Tree) -> tuple[tuple[Configured, ...], tuple[Gap, ...]]:
    """Every resource that the tree declares, by path and line, and what could not be read."""
    gaps: list[Gap] = []
    found: list[Configured] = []
    modules: dict[str, list[Unit]] = {}
    for entry in tree.files:
        if not _may_declare(entry):
            continue
        unit = _unit(tree, entry, gaps)
        if unit is None:
            continue
        if unit.language == "terraform":
            modules.setdefault(entry.path.rpartition("/")[0], []).append(unit)
        else:
            found += configured(unit, Known.of_template(unit))
    for units in modules.values():
        known = Known.of_terraform(units)
        found += [resource for unit in units for resource in configured(unit, known)]
    ordered = sorted(found, key=lambda one: (one.path, one.line, one.address))
    if len(ordered) > MAX_RESOURCES:
        gaps.append(_gap("too-many-resources", f"{len(ordered):,} resources are declared; {MAX_RESOURCES:,} were judged."))
    return tuple(ordered[:MAX_RESOURCES]), tuple(gaps)


def _may_declare(entry: FileEntry) -> bool:
    name = entry.path.lower()
    return name.endswith((*_TERRAFORM, *_TEMPLATES)) and not any(part in f"/{name}" for part in (f"/{folder}" for folder in _NOT_OURS))


def _unit(tree: Tree, entry: FileEntry, gaps: list[Gap]) -> Unit | None:
    """The parsed file; None where it declares nothing, or could not be read, which is then a gap."""
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
    if not is_terraform and not any(mark in data for mark in _MARKS):
        return None
    unit = terraform.parse(data, entry.path, is_resolved=False) if is_terraform else documents.parse(data, entry.path)
    if unit is not None and not unit.is_complete:
        gaps.append(_gap("broken-infrastructure-file", f"{entry.path} could not be read to its end."))
    if unit is not None and unit.broken_line is not None:
        reason = f"{entry.path}:{unit.broken_line} is not valid HCL; what stands around it was read."
        gaps.append(_gap("broken-infrastructure-file", reason))
    return unit


def _gap(subject: str, reason: str) -> Gap:
    return Gap(subject=subject, reason=reason, question="Which resources does it declare?")


