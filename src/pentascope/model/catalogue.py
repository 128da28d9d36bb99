"""The catalogue as the rest of the programme sees it: everything Pentascope knows, already checked."""

from __future__ import annotations

import msgspec

from pentascope.model.fix import Fix
from pentascope.model.framework import Framework
from pentascope.model.infrastructure import ResourceCheck
from pentascope.model.matrix import Matrix
from pentascope.model.results import Tool
from pentascope.model.risk import RiskModel
from pentascope.model.signature import Signature


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All entries of one version. `version` is a digest of the content: same content, same version."""

    version: str
    signatures: tuple[Signature, ...]  # sorted by id
    matrix: Matrix
    infrastructure: tuple[ResourceCheck, ...]  # checks on declared resources, by id
    frameworks: tuple[Framework, ...]  # sorted by id and edition
    tools: tuple[Tool, ...]  # whose results can be imported, by id
    fixes: tuple[Fix, ...]  # sorted by id
    risk: RiskModel
