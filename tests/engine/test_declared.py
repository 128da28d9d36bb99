"""Tools, constants, recipes and constructs that a file declares, and what only looks like them."""

from __future__ import annotations

import pytest

from pentascope.engine.constructs import cloudformation_type
from pentascope.engine.enumerations import constants, spellings
from pentascope.engine.recipes import read
from pentascope.engine.toolschemas import described, writes
from pentascope.model.evidence import FactKind
from pentascope.model.unit import Pair


@pytest.mark.parametrize(
    ("constant", "model"),
    [
        ("GPT_4_O_MINI", "gpt-4o-mini"),
        ("ModelClaude3_7SonnetLatest", "claude-3-7-sonnet-latest"),
        ("GEMINI_2_5_FLASH", "gemini-2.5-flash"),
        ("ANTHROPIC_CLAUDE_3_5_SONNET_20240620_V1_0", "anthropic.claude-3-5-sonnet-20240620-v1:0"),
    ],
)
def test_constant_spells_its_model(constant: str, model: str) -> None:
    found = spellings(constant)

    assert model in found


def test_constants_leave_comments_out() -> None:
    source = b"// ChatModelName.GPT_4_TURBO\nuse(ChatModelName.GPT_4_O);\n"

    found = list(constants(source, "java"))

    assert found == [("GPT_4_O", 2, 19)]


def test_tool_is_told_by_its_schema() -> None:
    source = b'tools = [{"name": "send_mail", "description": "Sends", "input_schema": {"type": "object"}}]'

    found = [name for name, _, _ in described(source)]

    assert found == ["send_mail"]


def test_form_with_parameters_is_no_tool() -> None:
    source = b'form = {"name": "search", "parameters": ["q", "page"]}\npaths = {"name": "list", "description": "x", "parameters": []}'

    found = list(described(source))

    assert found == []


def test_verb_tells_whether_a_tool_writes() -> None:
    found = [writes(name) for name in ("createDocument", "get_weather", "cancelBooking", "settings_lookup")]

    assert found == ["yes", "no", "yes", "no"]


def test_recipe_names_model_and_data() -> None:
    pairs = [
        Pair(path="base_model", value="example/base-7b", line=1),
        Pair(path="datasets.0.path", value="example/rows", line=3),
        Pair(path="num_epochs", value="3", line=5),
        Pair(path="learning_rate", value="0.0002", line=6),
    ]

    found = [(said.kind, said.value) for said in read("config.yml", pairs)]

    assert found == [(FactKind.MODEL, "example/base-7b"), (FactKind.DATASET, "example/rows")]


def test_chart_of_datasets_is_no_recipe() -> None:
    pairs = [Pair(path="datasets.0.name", value="sales", line=1), Pair(path="model_name", value="car", line=2)]

    found = list(read("chart.yml", pairs))

    assert found == []


def test_construct_gives_its_resource_type() -> None:
    found = [
        cloudformation_type(callee)
        for callee in ("aws-cdk-lib/aws-bedrock.CfnGuardrail", "aws_cdk.aws_kendra.CfnIndex", "aws-cdk-lib/aws-s3.CfnBucket", "zigbee.Agent")
    ]

    assert found == ["AWS::Bedrock::Guardrail", "AWS::Kendra::Index", None, None]
