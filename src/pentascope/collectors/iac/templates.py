"""Files that list resources in YAML or JSON: which kind each is, and what belongs to it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.collectors.iac import cloudformation
from pentascope.collectors.iac.document import Node, read_document
from pentascope.collectors.iac.parameters import parameters_of
from pentascope.collectors.iac.values import Known, configured
from pentascope.collectors.source.parse import documents
from pentascope.model.evidence import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pentascope.model.infrastructure import Configured

MARKS = (b"AWS::", b"deploymentTemplate.json", b"Microsoft.", b"AWSTemplateFormatVersion")
"""A document without one of these lists no resource that is checked; it is not parsed."""


class Templates:
    """The templates of one tree, read one after the other. `text` gives small files of the tree by their path."""

    def __init__(self, text: Callable[[str], str | None]) -> None:
        self._text = text
        self.found: list[Configured] = []
        self.gaps: list[Gap] = []

    def read(self, data: bytes, path: str) -> None:
        """One file of the tree."""
        if path.lower().endswith(".bicep") or (b"deploymentTemplate.json" in data and b"AWSTemplateFormatVersion" not in data):
            self._read_azure(data, path)
            return
        document = read_document(data, path)
        roots = [root for root in document.roots if isinstance(root.value, dict)]
        templates = [root for root in roots if cloudformation.is_template(root)]
        if document.fault is not None and (templates or b"AWSTemplateFormatVersion" in data):
            line, what = document.fault
            self.gap("broken-infrastructure-file", f"{path}:{line} {what}; what stands before it was read.")
        self._read_stacks(templates, path)

    def _read_stacks(self, roots: Iterable[Node], path: str) -> None:
        for root in roots:
            found, gaps = cloudformation.resources_of(root, path, parameters_of(path, self._text))
            self.found += found
            self.gaps += gaps

    def _read_azure(self, data: bytes, path: str) -> None:
        unit = documents.parse(data, path)
        if unit is None:
            return
        if not unit.is_complete:
            self.gap("broken-infrastructure-file", f"{path} could not be read to its end.")
        self.found += configured(unit, Known.of_template(unit))

    def gap(self, subject: str, reason: str) -> None:
        """Something that could not be read."""
        self.gaps.append(Gap(subject=subject, reason=reason, question="Which resources does it declare?"))
