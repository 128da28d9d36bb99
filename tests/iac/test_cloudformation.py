from __future__ import annotations

from pathlib import Path

import pytest

from pentascope.collectors.iac.collector import read_infrastructure
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.model.evidence import Gap
from pentascope.model.infrastructure import UNTOLD, Configured, Setting

HEAD = """AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::LanguageExtensions
Parameters:
  Given: {Type: String, Default: arn}
  Open: {Type: String}
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}
Mappings:
  Sizes: {prod: {count: "2"}, dev: {count: "1"}}
Conditions:
  IsGiven: !Equals [!Ref Given, arn]
  IsOpen: !Equals [!Ref Open, x]
  IsBoth: !And [!Condition IsGiven, !Not [!Equals [a, a]]]
  IsEither: !Or [!Condition IsOpen, !Condition IsGiven]
Resources:
  Key: {Type: AWS::KMS::Key}
"""


def declared(tmp_path: Path, **files: str) -> tuple[dict[str, Configured], list[Gap]]:
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found, gaps = read_infrastructure(DirectoryTree(tmp_path))
    return {one.address.rpartition(".")[2]: one for one in found}, list(gaps)


def settings(one: Configured) -> dict[str, Setting]:
    return {setting.path: setting for setting in one.settings}


def values(one: Configured) -> dict[str, str | None]:
    return {setting.path: setting.value for setting in one.settings}


def value(tmp_path: Path, text: str) -> dict[str, str | None]:
    body = f"  A:\n    Type: AWS::Store\n    Properties:\n      X: {text}\n"
    return {path.removeprefix("X."): one for path, one in values(declared(tmp_path, t_dot_yaml=HEAD + body)[0]["A"]).items()}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("!Ref Given", {"X": "arn"}),
        ("!Ref Open", {"X": None}),
        ("!Ref Stored", {"X": None}),
        ("!Ref Zones", {"0": "a", "1": "b"}),
        ("{Ref: Given}", {"X": "arn"}),
        ("!Sub '${Given}-${!Literal}'", {"X": "arn-${Literal}"}),
        ("!Sub ['${Own}-${Given}', {Own: !Ref Given}]", {"X": "arn-arn"}),
        ("!Sub '${AWS::Region}-x'", {"X": None}),
        ("!Join ['-', [a, !Ref Given]]", {"X": "a-arn"}),
        ("!Join ['-', !Ref Zones]", {"X": "a-b"}),
        ("!Select [1, !Split ['|', 'a|b']]", {"X": "b"}),
        ("!Select [7, !Ref Zones]", {"X": None}),
        ("!FindInMap [Sizes, prod, count]", {"X": "2"}),
        ("!FindInMap [Sizes, none, count, {DefaultValue: '3'}]", {"X": "3"}),
        ("!If [IsGiven, {A: 1}, {B: 2}]", {"A": "1"}),
        ("!If [IsBoth, 1, 2]", {"X": "2"}),
        ("!If [IsEither, 1, 2]", {"X": "1"}),
        ("!If [IsOpen, 1, 2]", {"X": None}),
        ("!If [IsOpen, 1, 1]", {"X": "1"}),
        ("!If [IsGiven, !Ref 'AWS::NoValue', 1]", {}),
        ("[a, !If [IsGiven, !Ref 'AWS::NoValue', 1], b]", {"0": "a", "1": "b"}),
        ("!ImportValue other", {"X": None}),
        ("!Base64 text", {"X": "text"}),
        ("{Fn::ToJsonString: {A: !Ref Given}}", {"A": "arn"}),
        ("{Fn::Length: !Ref Zones}", {"X": "2"}),
        ("'{{resolve:secretsmanager:a:SecretString:b}}'", {"X": None}),
        ("!Unheard x", {"X": "x"}),
        ("yes", {"X": "true"}),
        ("null", {}),
    ],
)
def test_what_a_function_gives(tmp_path: Path, text: str, told: dict[str, str | None]) -> None:
    assert value(tmp_path, text) == told


def test_references_name_their_resource_and_text_keeps_what_is_known(tmp_path: Path) -> None:
    body = "  A:\n    Type: AWS::Store\n    Properties:\n      K: !GetAtt Key.Arn\n      R: !Ref Key\n      S: !Sub 'arn:${AWS::Partition}:x/${Key}'\n"

    found = settings(declared(tmp_path, t_dot_yaml=HEAD + body)[0]["A"])

    assert [(found[key].is_given, found[key].refers) for key in "KR"] == [(True, "AWS::KMS::Key.Key")] * 2
    assert found["S"].shape == f"arn:{UNTOLD}:x/{UNTOLD}"
    assert found["K"].why == "it is Key.Arn"
    assert found["K"].line == 20


def test_json_says_the_same_with_its_lines(tmp_path: Path) -> None:
    text = '{"Resources": {\n "A": {"Type": "AWS::Store",\n  "DeletionPolicy": "Retain",\n  "Properties": {\n   "X": {"Fn::Join": ["", ["a", "b"]]}}}}}'

    one = declared(tmp_path, t_dot_json=text)[0]["A"]

    assert (one.line, values(one), settings(one)["X"].line) == (2, {"DeletionPolicy": "Retain", "X": "ab"}, 5)


def test_resource_that_the_defaults_leave_out_is_told_and_not_judged(tmp_path: Path) -> None:
    body = "  A:\n    Type: AWS::Store\n    Condition: IsBoth\n  B:\n    Type: AWS::Store\n    Condition: IsOpen\n"

    found, gaps = declared(tmp_path, t_dot_yaml=HEAD + body)

    assert set(found) == {"Key", "B"}
    assert [(gap.subject, "A (IsBoth)" in gap.reason) for gap in gaps] == [("resource-off-by-default", True)]


def test_loop_makes_each_of_its_resources(tmp_path: Path) -> None:
    loop = """  Fn::ForEach::Stores:
    - Name
    - !Ref Zones
    - Store${Name}:
        Type: AWS::Store
        Properties:
          N: !Ref Name
          T: !Sub "${Name}-${Given}"
          Fn::ForEach::Keys: [K, [x, y], {"Key${K}": "${K}"}]
"""
    found, _ = declared(tmp_path, t_dot_yaml=HEAD + loop)

    assert values(found["Storea"]) == {"N": "a", "T": "a-arn", "Keyx": "x", "Keyy": "y"}
    assert set(found) == {"Key", "Storea", "Storeb"}


def test_globals_of_sam_are_joined_with_the_function(tmp_path: Path) -> None:
    text = """Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 3
    Environment: {Variables: {A: "1", B: "2"}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 9
      Environment: {Variables: {B: "3"}}
"""
    found, _ = declared(tmp_path, template_dot_yaml=text)

    assert values(found["F"]) == {"Timeout": "9", "Environment.Variables.A": "1", "Environment.Variables.B": "3"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("samconfig_dot_toml", '[default.deploy.parameters]\nparameter_overrides = "Open=given Other=1"\n'),
        ("samconfig_dot_toml", '[default.deploy.parameters]\nparameter_overrides = ["Open=given"]\n'),
        ("template_dot_parameters_dot_json", '[{"ParameterKey": "Open", "ParameterValue": "given"}]'),
        ("template-parameters_dot_json", '{"Parameters": {"Open": "given"}}'),
    ],
)
def test_values_in_a_file_that_belongs_to_the_template_count(tmp_path: Path, name: str, text: str) -> None:
    body = "  A:\n    Type: AWS::Store\n    Properties:\n      X: !Ref Open\n"

    found, _ = declared(tmp_path, template_dot_yaml=HEAD + body, **{name: text})

    assert values(found["A"]) == {"X": "given"}


def test_policy_is_data_in_both_of_its_forms(tmp_path: Path) -> None:
    body = """  A:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: "bedrock:*", Resource: !Sub "arn:${AWS::Partition}:x"}]}
      Text: !Sub '{"Statement": [{"Effect": "Allow", "Resource": "${Key}"}]}'
"""
    found = values(declared(tmp_path, t_dot_yaml=HEAD + body)[0]["A"])

    assert found["PolicyDocument.Statement.0.Action"] == "bedrock:*"
    assert found["Text.Statement.0.Effect"] == "Allow"
    assert found["Text.Statement.0.Resource"] is None


CIRCLE = "Conditions:\n  A: !Condition B\n  B: !Not [!Condition A]\nResources:\n  S:\n    Type: AWS::Store\n    Condition: A\n    Properties: {X: !If [A, 1, 2]}\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CIRCLE, "t.yaml:2: the condition A leads back to itself"),
        ("Resources:\n  S:\n    Type: AWS::Store\n    Properties:\n      X: !FindInMap [M, a, b]\n", "t.yaml:5: FindInMap takes M.a.b"),
        ("Resources:\n  S:\n    Type: AWS::Store\n  Fn::ForEach::A: [x]\n", "t.yaml:4: Fn::ForEach::A is not well formed"),
        ("Resources:\n  S:\n    Type: AWS::Store\n    Properties:\n      X: [a\n", "t.yaml:6 is not valid YAML"),
        ("Resources:\n  S:\n    Type: AWS::Store\n    Properties: &p\n      X: *p\n", "t.yaml:5 names *p"),
        ("Resources:\n  S:\n    Type: AWS::Store\n    Properties:\n      X: " + "[" * 90 + "]" * 90, "t.yaml:5 is nested deeper"),
    ],
)
def test_broken_template_is_a_gap_with_its_line_and_the_rest_is_read(tmp_path: Path, text: str, reason: str) -> None:
    found, gaps = declared(tmp_path, t_dot_yaml=text)

    assert "S" in found
    assert [gap.reason.startswith(reason) for gap in gaps] == [True]


def test_bomb_of_aliases_ends(tmp_path: Path) -> None:
    layers = "".join(f"    L{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    text = f"Resources:\n  S:\n    Type: AWS::Store\n    Properties:\n      X: 1\nMetadata:\n    L0: &l0 [a]\n{layers}"
    body = "  T:\n    Type: AWS::Store\n    Properties:\n      X: *l11\n"
    bomb = text.replace("Resources:\n", "R:\n").replace("  S:", "  Q:") + "Resources:\n  S:\n    Type: AWS::Store\n" + body

    found, gaps = declared(tmp_path, t_dot_yaml=bomb)

    assert "S" in found
    assert [gap.reason for gap in gaps] == ["t.yaml comes to more than is worked out; the rest of it is unknown."]


def test_loop_in_a_loop_in_a_loop_ends(tmp_path: Path) -> None:
    inner = '{"${A}${B}${C}${D}": {Type: AWS::Store}}'
    for name in "DCBA":
        inner = f'{{"Fn::ForEach::{name}": [{name}, [{", ".join(f"x{n}" for n in range(40))}], {inner}]}}'

    found, _ = declared(tmp_path, t_dot_yaml=f"AWSTemplateFormatVersion: x\nResources: {inner}\n")

    assert 0 < len(found) <= 10_000


def test_long_chain_of_conditions_is_unknown_and_ends(tmp_path: Path) -> None:
    chain = "".join(f"  C{n}: !Condition C{n + 1}\n" for n in range(3000))
    text = f"Conditions:\n{chain}  C3000: !Equals [a, a]\nResources:\n  S:\n    Type: AWS::Store\n    Properties: {{X: !If [C0, 1, 2]}}\n"

    assert values(declared(tmp_path, t_dot_yaml=text)[0]["S"]) == {"X": None}
