"""Files that list resources in YAML or JSON: which kind each is, and what belongs to it. Pure."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pentascope.collectors.iac import azure, cloudformation, compose, kubernetes
from pentascope.collectors.iac.document import Document, Fuel, Node, read_document, told
from pentascope.collectors.iac.helm import Charts, chart_of
from pentascope.collectors.iac.parameters import parameters_of
from pentascope.collectors.source.parse.decoding import decode
from pentascope.model.evidence import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pentascope.model.infrastructure import Configured

def may_declare(data: bytes, path: str) -> bool:
    """Whether a file can list a resource that is checked; one that cannot is not parsed."""
    name = path.lower()
    if name.endswith(".bicep"):
        return b"resource" in data or b"module" in data
    if name.endswith(".tpl"):
        return b"define" in data
    if b"eploymentTemplate.json" in data or b"AWSTemplateFormatVersion" in data:
        return True
    if b"esources" in data and (b"AWS::" in data or b"Custom::" in data):
        return True
    if b"apiVersion" in data and b"kind" in data:
        return True
    return not name.endswith(".json") and (b"services:" in data or ("/templates/" in f"/{path}" and b"{{" in data))


class Templates:
    """The templates of one tree, read one after the other. `text` gives small files of the tree by their path."""

    def __init__(self, text: Callable[[str], str | None]) -> None:
        self._text = text
        self._manifests: list[kubernetes.Manifest] = []
        self._charts = Charts(text)
        self._bicep = azure.BicepFiles(text)
        self.found: list[Configured] = []
        self.gaps: list[Gap] = []

    def read(self, data: bytes, path: str) -> None:
        """One file of the tree."""
        if path.lower().endswith(".bicep"):
            self._bicep.add(path, decode(data))
            return
        chart = chart_of(path, self._text)
        if chart is not None:
            self._charts.add(chart, path, decode(data))
        elif not path.lower().endswith(".tpl"):
            self._read_document(data, path)

    def _read_document(self, data: bytes, path: str) -> None:
        document = read_document(kubernetes.without_definitions(data), path)
        roots = [root for root in document.roots if isinstance(root.value, dict)]
        stacks = [root for root in roots if cloudformation.is_template(root)]
        services = [root for root in roots if compose.is_compose(root, path)]
        manifests = [root for root in roots if kubernetes.is_manifest(root)]
        deployments = [root for root in roots if "eploymentTemplate.json" in (root.text("$schema") or "")]
        if stacks or services or manifests or deployments or b"AWSTemplateFormatVersion" in data:
            self._tell_fault(document, path)
        for root in deployments:
            arm = azure.arm_of(root, path, self._text)
            self.found += arm.resources()
            self.gaps += arm.gaps()
        self._read_stacks(stacks, path)
        self._read_services(services, path)
        self._read_manifests(manifests, path, posixpath.dirname(path))

    def finish(self) -> None:
        """What can only be said when every file is read."""
        self._manifests += self._charts.manifests()
        self.gaps += self._charts.gaps
        self.found += kubernetes.resources_of(self._manifests)
        self.found += self._bicep.resources()
        self.gaps += self._bicep.gaps

    def _tell_fault(self, document: Document, path: str) -> None:
        if document.fault is not None:
            line, what = document.fault
            self.gap("broken-infrastructure-file", f"{path}:{line} {what}; what stands before it was read.")

    def _read_stacks(self, roots: Iterable[Node], path: str) -> None:
        for root in roots:
            found, gaps = cloudformation.resources_of(root, path, parameters_of(path, self._text))
            self.found += found
            self.gaps += gaps

    def _read_services(self, roots: Iterable[Node], path: str) -> None:
        for root in roots:
            if not compose.is_override(path, self._text):
                one = compose.Compose(root, path, self._text)
                self.found += one.resources()
                self._tell_exhausted(one.fuel, path)

    def _read_manifests(self, roots: Iterable[Node], path: str, group: str) -> None:
        fuel = Fuel()
        for root in roots:
            for one in kubernetes.objects(told(kubernetes.in_order(root), kubernetes.unfilled, fuel)):
                self._manifests.append(kubernetes.Manifest(one, path, group))
        self._tell_exhausted(fuel, path)

    def _tell_exhausted(self, fuel: Fuel, path: str) -> None:
        if fuel.steps < 0:
            self.gap("large-infrastructure-file", f"{path} comes to more than is worked out; the rest of it is unknown.")

    def gap(self, subject: str, reason: str) -> None:
        """Something that could not be read."""
        self.gaps.append(Gap(subject=subject, reason=reason, question="Which resources does it declare?"))
