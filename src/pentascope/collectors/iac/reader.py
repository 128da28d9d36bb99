"""What one Terraform file says, read apart from all others: the part of the work that is done in bounded workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.iac import hcl, hcljson
from pentascope.collectors.iac.hcl import ModuleFile
from pentascope.model.evidence import Skipped

if TYPE_CHECKING:
    from pentascope.collectors.source.tree import FileEntry, Tree

MAX_FILE_BYTES = 4_000_000
TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars")
_NOT_OURS = tuple(f"/{folder}/" for folder in ("node_modules", ".terraform", "vendor", ".git", "tests", "test"))


class InfrastructureReader:
    """The companion of a scan that reads infrastructure code."""

    layout = 1

    def wants(self, entry: FileEntry) -> bool:
        """Terraform of every form."""
        return is_ours(entry.path) and entry.path.lower().endswith(TERRAFORM)

    def read(self, tree: Tree, entry: FileEntry) -> bytes | Skipped:
        """A `ModuleFile`, encoded."""
        data = tree.read(entry, MAX_FILE_BYTES)
        return data if isinstance(data, Skipped) else _ENCODER.encode(_module_file(data, entry.path))


def is_ours(path: str) -> bool:
    """Whether a file may declare what the owner of the tree runs: neither installed nor of tests."""
    name = f"/{path.lower()}"
    return not any(folder in name for folder in _NOT_OURS)


def _module_file(data: bytes, path: str) -> ModuleFile:
    return hcljson.read_json(data, path) if path.lower().endswith(".json") else hcl.read(data, path)


def decode(payload: bytes) -> ModuleFile:
    """What `read` gave."""
    return _DECODER.decode(payload)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(ModuleFile)
