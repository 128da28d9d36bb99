"""What one Terraform file or plan says, read apart from all others: the part of the work that is done in bounded workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.iac import hcl, hcljson
from pentascope.collectors.iac.hcl import ModuleFile
from pentascope.collectors.iac.plan import PlanFile, is_beginning_of_plan, is_plan, read_plan
from pentascope.model.evidence import Skipped, SkipReason

if TYPE_CHECKING:
    from pentascope.collectors.source.tree import FileEntry, Tree

MAX_FILE_BYTES = 4_000_000
MAX_PLAN_BYTES = 40_000_000
_HEAD_BYTES = 65_536
_PLANS = (".json", ".tfplan", ".plan")
_PLAN_NAMES = frozenset({"plan", "tfplan"})
TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars")
_NOT_OURS = tuple(f"/{folder}/" for folder in ("node_modules", ".terraform", "vendor", ".git", "tests", "test"))


class InfrastructureReader:
    """The companion of a scan that reads infrastructure code."""

    layout = 1

    def wants(self, entry: FileEntry) -> bool:
        """Terraform of every form, and what may be a plan: only its content tells."""
        name = entry.path.lower()
        return is_ours(name) and (name.endswith((*TERRAFORM, *_PLANS)) or name.rpartition("/")[2] in _PLAN_NAMES)

    def read(self, tree: Tree, entry: FileEntry) -> bytes | Skipped:
        """A `Read`, encoded; empty for JSON that is no plan."""
        if not entry.path.lower().endswith(TERRAFORM):
            return _plan(tree, entry)
        data = tree.read(entry, MAX_FILE_BYTES)
        return data if isinstance(data, Skipped) else _ENCODER.encode(Read(module=_module_file(data, entry.path)))


class Read(msgspec.Struct, array_like=True, frozen=True):
    """What one file is: a file of a module, or a plan."""

    module: ModuleFile | None = None
    plan: PlanFile | None = None


def _plan(tree: Tree, entry: FileEntry) -> bytes | Skipped:
    if entry.size_bytes > MAX_PLAN_BYTES:
        head = tree.head(entry, _HEAD_BYTES)
        if isinstance(head, Skipped) or not is_beginning_of_plan(head):
            return b""
        return Skipped(path=entry.path, reason=SkipReason.TOO_LARGE, detail="a plan of Terraform")
    data = tree.read(entry, MAX_PLAN_BYTES)
    if isinstance(data, Skipped):
        return b"" if data.reason in {SkipReason.BINARY, SkipReason.MINIFIED} else data
    return _ENCODER.encode(Read(plan=read_plan(data, entry.path))) if is_plan(data) else b""


def is_ours(path: str) -> bool:
    """Whether a file may declare what the owner of the tree runs: neither installed nor of tests."""
    name = f"/{path.lower()}"
    return not any(folder in name for folder in _NOT_OURS)


def _module_file(data: bytes, path: str) -> ModuleFile:
    return hcljson.read_json(data, path) if path.lower().endswith(".json") else hcl.read(data, path)


def decode(payload: bytes) -> Read:
    """What `read` gave."""
    return _DECODER.decode(payload)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Read)
