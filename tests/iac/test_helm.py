from __future__ import annotations

from pathlib import Path

import pytest

from pentascope.collectors.iac.collector import read_infrastructure
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.model.evidence import Gap
from pentascope.model.infrastructure import UNTOLD, Configured, Setting

CHART = "apiVersion: v2\nname: demo\nversion: 1.0.0\nappVersion: '2.5'\n"
VALUES = "image: {repository: r/s, tag: ''}\nreplicas: 2\non: true\noff: false\nempty: {}\nlimits: {memory: 1Gi}\nenv: [{name: A, value: b}]\ntable: {x: 1, y: two}\ntext: 'v-{{ .Chart.Name }}'\n"
HELPERS = '{{- define "demo.name" -}}\n{{ .Release.Name }}-{{ .Chart.Name | trunc 63 }}\n{{- end }}\n{{- define "demo.labels" }}\napp: {{ include "demo.name" . }}\n{{- end }}\n'
HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: n}\ndata:\n"


def chart(folder: Path, **files: str) -> tuple[list[Configured], list[Gap]]:
    for name, text in {"c__Chart_dot_yaml": CHART, "c__values_dot_yaml": VALUES, "c__templates___helpers_dot_tpl": HELPERS, **files}.items():
        path = folder / name.replace("c__templates___", "c/templates/_").replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found, gaps = read_infrastructure(DirectoryTree(folder))
    return list(found), list(gaps)


def settings(folder: Path, text: str) -> dict[str, Setting]:
    found, gaps = chart(folder, c__templates__a_dot_yaml=text)
    assert gaps == []
    return {setting.path.removeprefix("data."): setting for setting in found[0].settings if setting.path.startswith("data")}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("x: {{ .Values.replicas }}", {"x": "2"}),
        ("x: '{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}'", {"x": "r/s:2.5"}),
        ('x: {{ .Values.gone | default "d" | quote }}', {"x": "d"}),
        ("x: {{ .Values.gone.further }}", {}),
        ('x: {{ printf "%s-%v" .Chart.Name .Values.replicas | upper }}', {"x": "DEMO-2"}),
        ("x: {{ tpl .Values.text . }}", {"x": "v-demo"}),
        ("{{- if .Values.on }}\n  x: a\n  {{- else }}\n  x: b\n  {{- end }}", {"x": "a"}),
        ('{{- if and .Values.on (not .Values.off) (eq .Chart.Name "demo") }}\n  x: a\n  {{- end }}', {"x": "a"}),
        ("{{- if .Values.off }}\n  x: a\n  {{- else if gt (int .Values.replicas) 1 }}\n  x: b\n  {{- end }}", {"x": "b"}),
        ("{{- with .Values.limits }}\n  x:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}", {"x.memory": "1Gi"}),
        ("{{- with .Values.empty }}\n  x: {{ . }}\n  {{- end }}", {}),
        ("{{- range $k, $v := .Values.table }}\n  {{ $k }}: {{ $v }}\n  {{- end }}", {"x": "1", "y": "two"}),
        ("{{- range .Values.env }}\n  {{ .name }}: {{ $.Chart.Name }}-{{ .value }}\n  {{- end }}", {"A": "demo-b"}),
        ("{{- $n := .Values.replicas }}\n  x: {{ add $n 1 }}", {"x": "3"}),
        ("{{/* {{ a comment }} */}}\n  x: a", {"x": "a"}),
    ],
)
def test_what_a_template_comes_to(tmp_path: Path, line: str, told: dict[str, str]) -> None:
    found = {path: setting.value for path, setting in settings(tmp_path, f"{HEAD}  {line}\n").items() if path != "data"}

    assert found == told


@pytest.mark.parametrize(
    "line",
    [
        'x: {{ lookup "v1" "Secret" "a" "b" }}',
        "x: {{ .Capabilities.KubeVersion.Version }}",
        "x: {{ randAlphaNum 8 }}",
        '{{- if .Capabilities.APIVersions.Has "a/v1" }}\n  x: a\n  {{- end }}',
        '{{- range (lookup "v1" "Node" "" "").items }}\n  x: a\n  {{- end }}',
        "x: {{ unheardOf 1 }}",
    ],
)
def test_what_the_cluster_tells_is_unknown(tmp_path: Path, line: str) -> None:
    found = settings(tmp_path, f"{HEAD}  {line}\n")

    assert [setting.value for setting in found.values()] == [None]


def test_text_around_what_is_not_told_is_kept_and_lines_are_those_of_the_template(tmp_path: Path) -> None:
    text = f'{{{{- if .Values.on }}}}\n{HEAD}  {{{{- include "demo.labels" . | nindent 2 }}}}\n  y: b\n{{{{- end }}}}\n'

    found = settings(tmp_path, text)

    assert (found["app"].shape, found["app"].line) == (f"{UNTOLD}-demo", 6)
    assert (found["y"].value, found["y"].line) == ("b", 7)


def test_values_of_the_parent_reach_the_chart_below_it_and_can_switch_it_off(tmp_path: Path) -> None:
    parent = CHART + "dependencies:\n- {name: low, condition: low.enabled}\n- {name: far, repository: 'https://x'}\n"
    below = {"c__charts__low__Chart_dot_yaml": CHART.replace("demo", "low"), "c__charts__low__values_dot_yaml": "a: 1\n", "c__charts__low__templates__b_dot_yaml": HEAD + "  x: {{ .Values.a }}\n"}

    on, gaps = chart(tmp_path / "on", c__Chart_dot_yaml=parent, c__values_dot_yaml="low: {a: 2}\n", c__templates__a_dot_yaml=HEAD, **below)
    off, told = chart(tmp_path / "off", c__Chart_dot_yaml=parent, c__values_dot_yaml="low: {enabled: false}\n", c__templates__a_dot_yaml=HEAD, **below)

    assert [setting.value for one in on for setting in one.settings if setting.path == "data.x"] == ["2"]
    assert [gap.reason for gap in gaps] == ["c/Chart.yaml brings in charts that are not in the tree: far; what they declare was not read."]
    assert [one.path for one in off] == ["c/templates/a.yaml"]
    assert {gap.subject for gap in told} == {"chart-elsewhere", "resource-off-by-default"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + "  x: {{ if .Values.on }}a\n", "c/templates/a.yaml:5 opens a block that does not end"),
        (HEAD + "{{ end }}\n", "c/templates/a.yaml:5 has an `end` outside of a block"),
        (HEAD + "  x: a\n  y: {{ %% }}\n", "c/templates/a.yaml:6 holds an action that cannot be read"),
        (HEAD + "  x: [{{ .Values.replicas }}\n", "c/templates/a.yaml:6 does not come to YAML"),
        (HEAD + '  x: {{ include "elsewhere.name" . }}\n', "c/Chart.yaml: the named templates elsewhere.name are not in the tree"),
        ("{{ if .Values.on }}" * 70, "c/templates/a.yaml:1 is nested deeper"),
    ],
)
def test_template_that_cannot_be_read_is_a_gap_with_its_line_and_others_are_read(tmp_path: Path, text: str, reason: str) -> None:
    found, gaps = chart(tmp_path, c__templates__a_dot_yaml=text, c__templates__b_dot_yaml=HEAD + "  x: a\n")

    assert "c/templates/b.yaml" in {one.path for one in found}
    assert [gap.reason[: len(reason)] for gap in gaps] == [reason]


def test_templates_that_call_themselves_and_loops_in_loops_end(tmp_path: Path) -> None:
    calls = '{{- define "a" }}{{ include "a" . }}{{ include "a" . }}{{ end }}'
    loops = "{{ range until 2000 }}" * 5 + "x" + "{{ end }}" * 5

    found, _ = chart(tmp_path, c__templates__a_dot_yaml=f'{calls}\n{HEAD}  x: {{{{ include "a" . }}}}\n', c__templates__b_dot_yaml=f"{HEAD}  y: {loops}\n")

    assert "c/templates/a.yaml" in {one.path for one in found}
