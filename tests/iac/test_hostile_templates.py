"""Whatever a template holds, reading it ends without an exception, and in one way."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pentascope.checks.infrastructure import grounds
from pentascope.collectors.iac.templates import Templates
from pentascope.model.infrastructure import Configured, ResourceCheck

PIECES = [
    "Resources:\n", "  A:\n    Type: AWS::Store\n", "    Properties:\n", "      X: ", "!Ref ", "!Sub '${A}'\n", "!If [C, 1, 2]\n", "Conditions:\n", "  C: !Condition C\n",
    "Fn::ForEach::L: ", "[I, [a, b], {'${I}': 1}]\n", "!FindInMap [a, b, c]\n", "apiVersion: v1\n", "kind: Secret\n", "data: {a: é}\n", "spec:\n", "  containers:\n",
    "  - image: x\n", "services:\n", "  s: {image: x, ports: ['${", "}:1']}\n", "{{ if .Values.a }}", "{{ end }}", "{{- range .Values.b }}\n", '{{ include "x" . }}', "{{",
    "}}", "&a ", "*a ", "<<: ", "[", "]", "{", "}", "'", '"', "\n", "  ", "- ", "---\n", "…", "\t", "\0", "resource a 'b@1' = {\n", "  x: y ? z : '${q}'\n", "module m 'a.bicep' = ",
    "[for i in ", "param p string = p\n", '"$schema": "deploymentTemplate.json", "resources": ', "[parameters('a')]", "[if(", "null", "3", "@",
]  # fmt: skip
NAMES = ["a.yaml", "compose.yaml", "c/templates/a.yaml", "c/templates/_a.tpl", "a.json", "a.bicep", "a.template"]
BESIDE = {"c/Chart.yaml": "name: c\n", "c/values.yaml": "a: true\nb: [1, {x: 2}]\n", ".env": "A=1\n"}


def read(text: str, name: str) -> tuple[list[Configured], list[str]]:
    templates = Templates(BESIDE.get)
    templates.read(text.encode(), name)
    templates.finish()
    return templates.found, [gap.reason for gap in templates.gaps]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(NAMES))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_mixture_of_pieces_is_read_or_told(text: str, name: str) -> None:
    assert repr(read(text, name)) == repr(read(text, name))


SOUND = "Resources:\n  S:\n    Type: AWS::Store\n    Properties: {Key: k}\n"
KEY = ResourceCheck(id="has-a-key", requirement="CTL-17", resources=("AWS::Store",), paths=("Key",), says="It has a key.", source="https://x")


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.sampled_from(NAMES))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_broken_file_beside_a_sound_one_takes_nothing_from_it(text: str, name: str) -> None:
    templates = Templates(BESIDE.get)
    templates.read(text.encode(), name)
    templates.read(SOUND.encode(), "sound.yaml")
    templates.finish()

    assert [one.check for one in grounds((each for each in templates.found if each.path == "sound.yaml"), [KEY])] == ["has-a-key"]
