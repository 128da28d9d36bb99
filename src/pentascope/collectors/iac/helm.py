"""Helm charts of the tree: what their templates come to with the values that stand beside them. Pure."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.iac import gotemplate, kubernetes
from pentascope.collectors.iac.data import Data, Unknown
from pentascope.collectors.iac.document import Fuel, Node, plain, read_yaml, told
from pentascope.collectors.iac.rendering import Renderer
from pentascope.model.evidence import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_NAMED = 12
_AT_RUN_TIME = ("Capabilities", "Files", "Template", "Subcharts")


def chart_of(path: str, text: Callable[[str], str | None]) -> str | None:
    """The folder of the chart whose template a file is; None for a file of no chart."""
    head, mark, _ = f"/{path}".rpartition("/templates/")
    folder = head.removeprefix("/")
    return folder if mark and text(posixpath.join(folder, "Chart.yaml")) is not None else None


class _Chart(msgspec.Struct):
    """One chart: what `Chart.yaml` says, its values, and its files."""

    folder: str
    about: Node
    values: Data
    files: dict[str, str]
    is_off: str = ""


class Charts:
    """The charts of one tree. `text` gives small files of the tree by their path."""

    def __init__(self, text: Callable[[str], str | None]) -> None:
        self._text = text
        self._files: dict[str, dict[str, str]] = {}
        self.gaps: list[Gap] = []

    def add(self, folder: str, path: str, source: str) -> None:
        """One file of the templates of a chart."""
        self._files.setdefault(folder, {})[path] = source

    def manifests(self) -> Iterator[kubernetes.Manifest]:
        """The objects that the charts make by default."""
        charts: dict[str, _Chart] = {}
        for folder in sorted(self._files):
            charts[folder] = self._chart(folder, charts)
        named = {folder: gotemplate.parse(source) for chart in charts.values() for folder, source in chart.files.items()}
        for chart in charts.values():
            if chart.is_off:
                reason = f"{chart.folder} is a chart that is off by default ({chart.is_off}); it was not judged."
                self._tell("resource-off-by-default", reason)
                continue
            self._tell_absent(chart, charts)
            yield from self._rendered(chart, named, charts)

    def _chart(self, folder: str, above: dict[str, _Chart]) -> _Chart:
        about = self._document(folder, "Chart.yaml")
        values = self._values(folder)
        chart = _Chart(folder, about, values, self._files[folder])
        parent = above.get(posixpath.dirname(posixpath.dirname(folder)))
        if parent is not None and posixpath.basename(posixpath.dirname(folder)) == "charts":
            name = about.text("name") or posixpath.basename(folder)
            own = parent.values.get(name) if isinstance(parent.values, dict) else None
            shared = parent.values.get("global") if isinstance(parent.values, dict) else None
            chart.values = _over(chart.values, own)
            if shared is not None:
                chart.values = _over(chart.values, {"global": shared})
            chart.is_off = parent.is_off or _condition(parent, name)
        return chart

    def _tell_absent(self, chart: _Chart, charts: dict[str, _Chart]) -> None:
        """The charts that this one brings in and that lie elsewhere."""
        names = [one.text("alias") or one.text("name") or "" for one in chart.about.items("dependencies")]
        held = {posixpath.basename(folder) for folder in charts if posixpath.dirname(folder) == posixpath.join(chart.folder, "charts")}
        absent = [name for name in names if name and name not in held and not _condition(chart, name)]
        if absent:
            place = posixpath.join(chart.folder, "Chart.yaml")
            reason = f"{place} brings in charts that are not in the tree: {', '.join(absent[:MAX_NAMED])}; what they declare was not read."
            self._tell("chart-elsewhere", reason)

    def _document(self, folder: str, name: str) -> Node:
        text = self._text(posixpath.join(folder, name))
        read = read_yaml(text or "", has_numbers=True)
        if read.fault is not None:
            self._tell("broken-infrastructure-file", f"{posixpath.join(folder, name)}:{read.fault[0]} {read.fault[1]}.")
        return told(read.roots[0], lambda one: one, Fuel()) if read.roots else Node({}, 1)

    def _values(self, folder: str) -> Data:
        values = plain(self._document(folder, "values.yaml"))
        return values if isinstance(values, dict) else {}

    def _rendered(self, chart: _Chart, named: dict[str, gotemplate.Parsed], charts: dict[str, _Chart]) -> Iterator[kubernetes.Manifest]:
        fuel = Fuel()
        renderer = Renderer(_root(chart), fuel)
        family = chart.folder.partition("/charts/")[0]
        for other in charts.values():
            if other.folder == chart.folder or other.folder.partition("/charts/")[0] == family:
                for path in other.files:
                    renderer.define(named[path].parts)
        for path in sorted(chart.files):
            parsed = named[path]
            if parsed.fault is not None:
                line, what = parsed.fault
                self._tell("broken-infrastructure-file", f"{path}:{line} {what}; what stands before it was read.")
            if not posixpath.basename(path).startswith(("_", "NOTES")) and path.endswith((".yaml", ".yml", ".json")):
                yield from self._objects(renderer, parsed, path, family, fuel)
        if renderer.missing:
            names = ", ".join(list(renderer.missing)[:MAX_NAMED])
            place = posixpath.join(chart.folder, "Chart.yaml")
            self._tell("missing-chart-template", f"{place}: the named templates {names} are not in the tree; what they give is unknown.")
        if fuel.steps < 0:
            self._tell("large-infrastructure-file", f"{chart.folder} comes to more than is rendered; the rest of it is unknown.")

    def _objects(
        self, renderer: Renderer, parsed: gotemplate.Parsed, path: str, group: str, fuel: Fuel
    ) -> Iterator[kubernetes.Manifest]:
        text, lines = renderer.render(parsed.parts)
        read = read_yaml(kubernetes.without_definitions(text.encode()).decode())
        if read.fault is not None:
            line = lines[min(read.fault[0], len(lines)) - 1]
            reason = f"{path}:{line} does not come to YAML with what is known of its values; what stands before it was read."
            self._tell("unread-chart-template", reason)
        for root in read.roots:
            if isinstance(root.value, dict) and kubernetes.is_manifest(root):
                for one in kubernetes.objects(told(kubernetes.in_order(root), kubernetes.unfilled, fuel, lines)):
                    yield kubernetes.Manifest(one, path, group)

    def _tell(self, subject: str, reason: str) -> None:
        self.gaps.append(Gap(subject=subject, reason=reason, question="Which resources does it declare?"))


def _root(chart: _Chart) -> dict[str, Data]:
    """What a template finds at its root."""
    release: dict[str, Data] = {
        "Name": Unknown("it is the name of the release", is_given=True), "Namespace": Unknown("it is the namespace", is_given=True),
        "Service": "Helm", "IsInstall": True, "IsUpgrade": False, "Revision": 1,
    }  # fmt: skip
    about = {name[:1].upper() + name[1:]: plain(node) for name, node in chart.about.entries().items()}
    late = {name: Unknown("the cluster tells it") for name in _AT_RUN_TIME}
    return {"Values": chart.values, "Release": release, "Chart": about, **late}


def _over(base: Data, own: Data) -> Data:
    """Values with others on top of them; null takes one away."""
    if not isinstance(base, dict) or not isinstance(own, dict):
        return base if own is None else own
    found = dict(base)
    for key, each in own.items():
        found[key] = _over(found.get(key), each)
    return found


def _condition(parent: _Chart, name: str) -> str:
    """The condition of a dependency that the parent's values switch off; empty where it is on."""
    for one in parent.about.items("dependencies"):
        condition = one.text("condition")
        if (one.text("alias") or one.text("name")) != name or condition is None:
            continue
        for path in condition.split(","):
            value: Data = parent.values
            for word in path.strip().split("."):
                value = value.get(word) if isinstance(value, dict) else None
            if value is False:
                return path.strip()
            if value is True:
                break
    return ""
