from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pentascope.collectors.iac.collector import read_infrastructure
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.model.evidence import Gap
from pentascope.model.infrastructure import UNTOLD, Configured, Setting

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
KIND = "Microsoft.Store/stores"


def declared(folder: Path, **files: str) -> tuple[dict[str, Configured], list[Gap]]:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found, gaps = read_infrastructure(DirectoryTree(folder))
    return {one.address: one for one in found}, list(gaps)


def settings(one: Configured) -> dict[str, Setting]:
    return {setting.path: setting for setting in one.settings}


def values(one: Configured) -> dict[str, str | None]:
    return {setting.path: setting.value for setting in one.settings}


def arm(properties: Any, **more: Any) -> str:
    return json.dumps({
        "$schema": SCHEMA,
        "parameters": {"given": {"type": "string", "defaultValue": "a"}, "open": {"type": "string"}, "on": {"type": "bool", "defaultValue": True}},
        "variables": {"text": "[concat(parameters('given'), '-b')]", "table": {"key": ["x", "y"]}, "circle": "[variables('circle')]"},
        "resources": [{"type": KIND, "name": "s", "apiVersion": "1", "properties": properties, **more}],
    })  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[parameters('given')]", "a"),
        ("[parameters('open')]", None),
        ("[variables('text')]", "a-b"),
        ("[variables('table').key[1]]", "y"),
        ("[variables('circle')]", None),
        ("[if(parameters('on'), 'yes', 'no')]", "yes"),
        ("[if(equals(parameters('open'), 'x'), 'yes', 'no')]", None),
        ("[if(equals(parameters('open'), 'x'), 'same', 'same')]", "same"),
        ("[format('{0}/{1}', parameters('given'), 'c')]", "a/c"),
        ("[toUpper(concat('it''s ', parameters('given')))]", "IT'S A"),
        ("[and(parameters('on'), not(equals('a', 'b')))]", "true"),
        ("[or(parameters('open'), true())]", "true"),
        ("[length(createArray('a', 'b'))]", "2"),
        ("[resourceId('Microsoft.KeyVault/vaults', 'v')]", None),
        ("[[literal]", "[literal]"),
    ],
)
def test_what_an_expression_of_arm_gives(tmp_path: Path, text: str, told: str | None) -> None:
    found, _ = declared(tmp_path, main_dot_json=arm({"x": text}))

    assert values(found[f"{KIND}.s"])["x"] == told


def test_text_of_arm_keeps_what_is_known_and_null_is_absence(tmp_path: Path) -> None:
    found, _ = declared(tmp_path, main_dot_json=arm({"x": "[concat('a-', parameters('open'))]", "y": "[null()]"}))

    assert settings(found[f"{KIND}.s"])["x"].shape == f"a-{UNTOLD}"
    assert "y" not in values(found[f"{KIND}.s"])


def test_resource_of_arm_that_is_off_is_told_and_not_judged(tmp_path: Path) -> None:
    found, gaps = declared(tmp_path, main_dot_json=arm({}, condition="[not(parameters('on'))]"))

    assert found == {}
    assert [gap.subject for gap in gaps] == ["resource-off-by-default"]


def test_resources_inside_resources_and_deployments_are_found(tmp_path: Path) -> None:
    inner = {"$schema": SCHEMA, "parameters": {"p": {"type": "string"}}, "resources": [{"type": KIND, "name": "deep", "properties": {"x": "[parameters('p')]"}}]}
    nested = {"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"template": inner, "parameters": {"p": {"value": "v"}}}}

    found, _ = declared(tmp_path, main_dot_json=arm({}, resources=[{"type": "shelves", "name": "t", "properties": {"x": 1}}, nested]))

    assert values(found[f"{KIND}/shelves.t"])["x"] == "1"
    assert values(found[f"{KIND}.deep"])["x"] == "v"


BICEP = """
@description('what it is')
param given string = 'a'
param open string
param on bool = true
var text = '${given}-b'
var table = {
  key: [ 'x'
         'y' ]  // two
}
resource s 'Microsoft.Store/stores@2024-01-01' = {
  name: 's'
  properties: {
    x: %s
  }
}
resource other 'Microsoft.Key/keys@2024-01-01' existing = {
  name: 'k'
}
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("given", "a"),
        ("open", None),
        ("text", "a-b"),
        ("table.key[1]", "y"),
        ("on ? 'yes' : 'no'", "yes"),
        ("open == 'x' ? 'yes' : 'no'", None),
        ("on && given != 'b'", "true"),
        ("!on", "false"),
        ("'${toLower('A')}/${given == 'a' ? 'c' : 'd'}'", "a/c"),
        ("empty(given) ? 'e' : 'f'", "f"),
        ("null ?? 'd'", "d"),
        ("other.id", None),
        ("3", "3"),
        ("'''\nraw ${x}'''", "\nraw ${x}"),
    ],
)
def test_what_an_expression_of_bicep_gives(tmp_path: Path, text: str, told: str | None) -> None:
    found, gaps = declared(tmp_path, main_dot_bicep=BICEP % text)

    assert (values(found[f"{KIND}.s"])["x"], gaps) == (told, [])


def test_reference_of_bicep_names_its_resource_and_lines_are_those_of_the_file(tmp_path: Path) -> None:
    found, _ = declared(tmp_path, main_dot_bicep=BICEP % "other.id")

    one = settings(found[f"{KIND}.s"])["x"]
    assert (one.is_given, one.refers, one.line) == (True, "Microsoft.Key/keys.other", 14)
    assert list(found) == [f"{KIND}.s"]


def test_module_of_bicep_takes_the_arguments_of_its_call(tmp_path: Path) -> None:
    main = "param on bool = false\nmodule m 'sub/m.bicep' = {\n  name: 'm'\n  params: {\n    x: 'given'\n  }\n}\nmodule n 'sub/n.bicep' = if (on) {\n  name: 'n'\n}\n"
    sub = "param x string = 'default'\nresource s 'Microsoft.Store/stores@1' = {\n  name: 's'\n  properties: { x: x }\n  resource inner 'shelves' = {\n    name: 'i'\n  }\n}\n"

    found, _ = declared(tmp_path, main_dot_bicep=main, sub__m_dot_bicep=sub)

    assert values(found[f"{KIND}.s"])["x"] == "given"
    assert f"{KIND}/shelves.inner" in found


def test_values_beside_a_bicep_file_count_and_blanks_in_them_do_not(tmp_path: Path) -> None:
    beside = json.dumps({"parameters": {"given": {"value": "other"}, "open": {"value": "${SOMETHING}"}}})

    known, _ = declared(tmp_path, main_dot_bicep=BICEP % "given", main_dot_parameters_dot_json=beside)
    blank, _ = declared(tmp_path, main_dot_bicep=BICEP % "open", main_dot_parameters_dot_json=beside)

    assert [values(found[f"{KIND}.s"])["x"] for found in (known, blank)] == ["other", None]


@pytest.mark.parametrize(
    ("files", "subject"),
    [
        ({"a_dot_bicep": "module b 'b.bicep' = {\n}\nvar x = 'resource'\n", "b_dot_bicep": "module a 'a.bicep' = {\n}\nvar x = 'resource'\n"}, "broken-infrastructure-file"),
        ({"a_dot_bicep": "var x = 'resource'\nvar y = )\n"}, "broken-infrastructure-file"),
        ({"a_dot_json": '{"$schema": "deploymentTemplate.json", "resources": [\n}'}, "broken-infrastructure-file"),
    ],
)
def test_broken_template_is_a_gap_and_the_rest_is_read(tmp_path: Path, files: dict[str, str], subject: str) -> None:
    found, gaps = declared(tmp_path, z_dot_bicep=BICEP % "given", **files)

    assert f"{KIND}.s" in found
    assert {gap.subject for gap in gaps} == {subject}


def test_nesting_and_chains_end(tmp_path: Path) -> None:
    chain = "".join(f"var v{n} = [[v{n + 1}]]\n" for n in range(2000))
    deep = "[" * 3000

    found, _ = declared(tmp_path, a_dot_bicep=BICEP % "v0" + chain, b_dot_bicep=BICEP % deep, c_dot_json=arm({"x": "[" + "not(" * 3000 + "]"}))

    assert f"{KIND}.s" in found
