"""The formats a result can be told in."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import msgspec

from pentascope.model.matrix import Matrix
from pentascope.model.scoping import ScanResult


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One way of telling a result. The module is imported when it is first used, so that a start stays fast."""

    name: str
    module: str
    suffix: str
    media_type: str
    label: str

    def render(self, result: ScanResult, *, matrix: Matrix) -> bytes:
        """The result in this format with the format's defaults."""
        renderer: Callable[..., str | bytes] = import_module(self.module).render
        told = renderer(result, matrix=matrix)
        return told.encode() if isinstance(told, str) else told


FORMATS: tuple[Format, ...] = (
    Format(
        name="terminal", module="pentascope.report.formats.terminal", suffix=".txt", media_type="text/plain",
        label="short answer for a person",
    ),
    Format(
        name="json", module="pentascope.report.formats.json", suffix=".json", media_type="application/json",
        label="everything, for programmes",
    ),
    Format(
        name="html", module="pentascope.report.formats.html", suffix=".html", media_type="text/html",
        label="one page to hand over",
    ),
    Format(
        name="markdown", module="pentascope.report.formats.markdown", suffix=".md", media_type="text/markdown",
        label="comment on a pull request",
    ),
    Format(
        name="cyclonedx", module="pentascope.report.formats.cyclonedx", suffix=".cdx.json",
        media_type="application/vnd.cyclonedx+json", label="CycloneDX 1.7 ML-BOM",
    ),
)  # fmt: skip
"""All formats in the order in which they are offered."""
