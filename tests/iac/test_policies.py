from __future__ import annotations

import json
from pathlib import Path

import pytest

from pentascope.app.assess import assess
from pentascope.catalogue.load import load
from pentascope.checks.declared import grounds
from pentascope.collectors.iac.collector import read_infrastructure
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.model.infrastructure import Configured, Setting
from pentascope.model.verdict import Outcome

ALL_MODELS = "arn:aws:bedrock:*::foundation-model/*"
ONE_MODEL = "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0"


def told(folder: Path, check: str, **files: str) -> dict[str, Outcome]:
    for name, text in files.items():
        (folder / name.replace("_dot_", ".")).write_text(text, encoding="utf-8")
    resources, _ = read_infrastructure(DirectoryTree(folder))
    return {str(one.address): one.outcome for one in grounds(resources, load().infrastructure) if one.check == check}


def policy(*statements: dict[str, object], before: str = "") -> str:
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return f'{before}resource "aws_iam_policy" "a" {{\n  policy = <<-JSON\n    {document}\n  JSON\n}}\n'


def allow(action: object, resource: object, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@pytest.mark.parametrize(
    ("statements", "outcome"),
    [
        ([allow("bedrock:InvokeModel", ONE_MODEL)], Outcome.MET),
        ([allow(["bedrock:InvokeModel"], [ONE_MODEL, ALL_MODELS])], Outcome.NOT_MET),
        ([allow("bedrock:invokemodel*", "*")], Outcome.NOT_MET),
        ([allow("bedrock:*", ALL_MODELS)], Outcome.NOT_MET),
        ([allow("*", "*")], Outcome.NOT_MET),
        ([allow("sagemaker:*", "*")], Outcome.NOT_MET),
        ([allow("sagemaker:InvokeEndpoint", "arn:aws:sagemaker:eu-west-1:111122223333:endpoint/desk")], Outcome.MET),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], Outcome.NOT_MET),
        ([{"Effect": "Allow", "NotAction": "bedrock:*", "Resource": "arn:aws:s3:::a/*"}], None),
        ([{"Effect": "Allow", "Action": "bedrock:InvokeModel", "NotResource": "arn:aws:bedrock:*::foundation-model/a.*"}], Outcome.NOT_MET),
        ([allow("bedrock:InvokeModel", "*", Condition={"StringLike": {"bedrock:InferenceProfileArn": "arn:x"}})], Outcome.MET),
        ([allow("bedrock:InvokeModel", "*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}})], Outcome.NOT_MET),
        (
            [allow("bedrock:InvokeModel", "*"), {"Effect": "Deny", "Action": "bedrock:Invoke*", "NotResource": ONE_MODEL}],
            Outcome.MET,
        ),
        ([{"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}], None),
        ([allow("bedrock:ListFoundationModels", "*")], None),
        ([allow("*", "arn:aws:s3:::a/*")], None),
        ([allow("bedrock:InvokeModel", "arn:${data.aws_partition.p.partition}:bedrock:*::foundation-model/*")], Outcome.NOT_MET),
        ([allow("bedrock:InvokeModel", "arn:aws:bedrock:*::foundation-model/${var.model}")], Outcome.UNKNOWN),
        ([allow("bedrock:InvokeModel", "${var.models}")], Outcome.UNKNOWN),
        ([allow("${var.action}", "*")], Outcome.UNKNOWN),
    ],
)
def test_what_a_policy_lets_be_invoked(tmp_path: Path, statements: list[dict[str, object]], outcome: Outcome | None) -> None:
    text = policy(*statements, before='variable "model" {}\nvariable "models" {}\nvariable "action" {}\n')

    found = told(tmp_path, "iam-invocations-name-their-models", main_dot_tf=text)

    assert found == ({} if outcome is None else {"aws_iam_policy.a": outcome})


def test_the_arn_of_a_declared_resource_is_narrow(tmp_path: Path) -> None:
    text = 'resource "aws_iam_policy" "a" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "bedrock:InvokeModel", Resource = awscc_bedrock_application_inference_profile.a.inference_profile_arn }] })\n}\n'

    assert told(tmp_path, "iam-invocations-name-their-models", main_dot_tf=text) == {"aws_iam_policy.a": Outcome.MET}


def test_a_boundary_gives_no_right(tmp_path: Path) -> None:
    role = 'resource "aws_iam_role" "r" {\n  permissions_boundary = aws_iam_policy.a.arn\n}\n'

    assert told(tmp_path, "iam-invocations-name-their-models", main_dot_tf=policy(allow("*", "*"), before=role)) == {}


@pytest.mark.parametrize(
    ("resource", "outcome"),
    [
        ("'*'", Outcome.NOT_MET),
        ("!Sub 'arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/*'", Outcome.NOT_MET),
        ("!Sub 'arn:aws:bedrock:${AWS::Region}::foundation-model/${Model}'", Outcome.UNKNOWN),
        ("!GetAtt Profile.InferenceProfileArn", Outcome.MET),
        (ONE_MODEL, Outcome.MET),
    ],
)
def test_what_an_inline_policy_of_a_template_lets_be_invoked(tmp_path: Path, resource: str, outcome: Outcome) -> None:
    text = f"""AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Model:
    Type: String
Resources:
  Profile:
    Type: AWS::Bedrock::ApplicationInferenceProfile
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: models
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: bedrock:InvokeModel
                Resource: {resource}
"""

    assert told(tmp_path, "iam-invocations-name-their-models", t_dot_yaml=text) == {"AWS::IAM::Role.Role": outcome}


def test_an_attached_policy_counts_for_the_notebook_whose_role_holds_it(tmp_path: Path) -> None:
    text = policy(allow("*", "*")) + (
        'resource "aws_iam_role" "r" {}\n'
        'resource "aws_iam_role_policy_attachment" "r" {\n  role = aws_iam_role.r.name\n  policy_arn = aws_iam_policy.a.arn\n}\n'
        'resource "aws_sagemaker_notebook_instance" "n" {\n  role_arn = aws_iam_role.r.arn\n}\n'
        'resource "aws_sagemaker_notebook_instance" "m" {\n  role_arn = module.elsewhere.role\n}\n'
        'resource "aws_sagemaker_notebook_instance" "o" {\n  role_arn = "arn:aws:iam::111122223333:role/elsewhere"\n}\n'
    )

    assert told(tmp_path, "sagemaker-notebook-role-is-limited", main_dot_tf=text) == {
        "aws_sagemaker_notebook_instance.n": Outcome.NOT_MET,
        "aws_sagemaker_notebook_instance.m": Outcome.UNKNOWN,
    }


def test_a_companion_of_another_bucket_is_not_counted(tmp_path: Path) -> None:
    text = """
resource "aws_bedrock_custom_model" "a" {
  training_data_config {
    s3_uri = "s3://${aws_s3_bucket.rows.id}/a"
  }
}
resource "aws_s3_bucket" "rows" {}
resource "aws_s3_bucket" "other" {}
resource "aws_s3_bucket_versioning" "other" {
  bucket = aws_s3_bucket.other.id
  versioning_configuration {
    status = "Enabled"
  }
}
"""

    assert told(tmp_path, "ai-data-bucket-is-versioned", main_dot_tf=text) == {"aws_s3_bucket.rows": Outcome.NOT_MET}


def test_neither_order_nor_other_resources_matter(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(policy(allow("bedrock:*", "*")) + 'resource "aws_iam_role" "r" {}\n', encoding="utf-8")
    resources, _ = read_infrastructure(DirectoryTree(tmp_path))
    other = Configured(
        type="aws_sqs_queue", address="aws_sqs_queue.q", path="main.tf", line=1,
        settings=(Setting(path="policy", value=None, line=1, refers="aws_iam_policy.a"),),
    )  # fmt: skip

    first = grounds(resources, load().infrastructure)

    assert [one.outcome for one in first if one.check == "iam-invocations-name-their-models"] == [Outcome.NOT_MET]
    assert grounds((other, *reversed(resources)), reversed(load().infrastructure)) == first


def test_a_resource_that_stands_only_in_terraform_makes_its_requirement_apply(tmp_path: Path) -> None:
    (tmp_path / "tune.yml").write_text(
        "base_model: example/base-7b\ndatasets:\n  - path: rows.jsonl\n    type: alpaca\nadapter: lora\nlora_r: 8\nmicro_batch_size: 2\n"
    )
    (tmp_path / "main.tf").write_text('resource "aws_sagemaker_notebook_instance" "n" {\n  role_arn = "x"\n}\n')

    verdicts = assess(tmp_path, jobs=1, use_cache=False).verdicts

    assert {one.outcome for one in verdicts if one.requirement == "CTL-34"} == {Outcome.NOT_MET}
    assert not [
        one for one in verdicts
        if one.outcome is Outcome.NOT_APPLICABLE and any(ground.outcome is Outcome.NOT_MET for ground in one.grounds)
    ]  # fmt: skip
