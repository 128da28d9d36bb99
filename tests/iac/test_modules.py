from __future__ import annotations

from typing import Any

import pytest

from pentascope.collectors.iac import hcl, hcljson
from pentascope.collectors.iac.modules import World
from pentascope.collectors.iac.roots import evaluated
from pentascope.model.infrastructure import UNTOLD, Configured, Setting


def declared(**files: str) -> dict[str, Configured]:
    parsed = [hcl.read(text.encode(), name.replace("__", "/") + ".tf") for name, text in files.items()]
    return {one.address: one for one in evaluated(World(parsed), 1)[0]}


def settings(one: Configured) -> dict[str, Setting]:
    return {setting.path: setting for setting in one.settings}


def value(expression: str, names: str = "") -> Any:
    found = settings(declared(main=f'{names}\nresource "store" "a" {{\n  x = {expression}\n}}\n')["store.a"])
    return {path.removeprefix("x."): setting.value for path, setting in found.items()}


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ('true ? "a" : var.open', {"x": "a"}),
        ('var.open ? "a" : "a"', {"x": "a"}),
        ("1 + 2 * 3", {"x": "7"}),
        ('"${local.name}-${1 == 1}"', {"x": "store-true"}),
        ('[for n in local.list : upper(n) if n != "b"]', {"0": "A"}),
        ("{ for n in local.list : n => length(n) }", {"a": "1", "b": "1"}),
        ('merge({ k = "1" }, { k = "2" })', {"k": "2"}),
        ('lookup({ k = "1" }, "z", "none")', {"x": "none"}),
        ('coalesce("", "b")', {"x": "b"}),
        ('jsonencode({ Statement = [{ Action = "s3:*" }] })', {"Statement.0.Action": "s3:*"}),
        ('join("-", local.list)', {"x": "a-b"}),
        ("null", {}),
        ("var.open", {"x": None}),
        ("1 / 0", {"x": None}),
        ("unheard(1)", {"x": None}),
        ("local.list[7]", {"x": None}),
    ],
)  # fmt: skip
def test_what_an_expression_comes_to(expression: str, told: dict[str, str | None]) -> None:
    assert value(expression, 'variable "open" {}\nlocals {\n  name = "store"\n  list = ["a", "b"]\n}') == told


def test_reference_is_given_and_names_its_resource() -> None:
    found = settings(declared(main='resource "store" "a" {\n  key = aws_kms_key.k.arn\n  text = "arn:${var.x}:end"\n}\nvariable "x" {}\n')["store.a"])

    assert (found["key"].value, found["key"].is_given, found["key"].refers) == (None, True, "aws_kms_key.k")
    assert (found["text"].value, found["text"].is_given, found["text"].shape) == (None, True, f"arn:{UNTOLD}:end")


def test_called_module_takes_arguments_and_gives_outputs() -> None:
    found = declared(
        main='module "m" {\n  source = "./sub"\n  size = 3\n}\nresource "store" "top" {\n  size = module.m.twice\n}\n',
        sub__main='variable "size" {}\nresource "store" "a" {\n  size = var.size\n}\noutput "twice" {\n  value = var.size * 2\n}\n',
    )

    assert {address: settings(one)["size"].value for address, one in found.items()} == {"store.top": "6", "module.m.store.a": "3"}
    assert found["module.m.store.a"].path == "sub/main.tf"


def test_module_that_only_an_example_calls_is_judged_by_its_defaults() -> None:
    found = declared(
        main='variable "key" {\n  default = null\n}\nresource "store" "a" {\n  key = var.key\n}\n',
        examples__all__main='module "m" {\n  source = "../.."\n  key = "k"\n}\n',
    )

    assert "key" not in settings(found["store.a"])


def test_modules_in_a_circle_end_and_are_told() -> None:
    files = [hcl.read(b'module "b" {\n  source = "../b"\n}\nresource "store" "a" {}\n', "a/main.tf"), hcl.read(b'module "a" {\n  source = "../a"\n}\n', "b/main.tf")]  # fmt: skip

    found, gaps = evaluated(World(files), 1)

    assert "store.a" in [one.address for one in found]
    assert {gap.subject for gap in gaps} == {"module-in-a-circle"}


def test_remote_module_tells_nothing() -> None:
    assert settings(declared(main='module "m" {\n  source = "a/b/c"\n}\nresource "store" "a" {\n  x = module.m.y\n}\n')["store.a"])["x"].value is None


@pytest.mark.parametrize(
    ("head", "addresses"),
    [
        ("count = 0", set()),
        ("count = var.on ? 1 : 0", set()),
        ("count = 2", {"store.a"}),
        ("count = var.open", {"store.a"}),
        ('for_each = toset(["x", "y"])\n  name = each.value', {"store.a[0]", "store.a[1]"}),
        ("for_each = {}", set()),
    ],
)
def test_how_often_a_resource_is_made(head: str, addresses: set[str]) -> None:
    names = 'variable "on" {\n  default = false\n}\nvariable "open" {}\n'

    assert set(declared(main=f'{names}resource "store" "a" {{\n  {head}\n}}\n')) == addresses


def test_dynamic_block_is_made_as_often_as_its_list_is_long() -> None:
    body = 'resource "store" "a" {\n  dynamic "rule" {\n    for_each = ["x", "y"]\n    content {\n      ip = rule.value\n    }\n  }\n}\n'

    assert {path: one.value for path, one in settings(declared(main=body)["store.a"]).items()} == {"rule.ip": "x", "rule.1.ip": "y"}


def test_policy_document_becomes_the_policy_where_it_is_used() -> None:
    text = """
data "aws_iam_policy_document" "p" {
  statement {
    actions   = ["bedrock:InvokeModel"]
    resources = ["arn:aws:bedrock:${data.aws_region.r.name}::foundation-model/m"]
    principals {
      type        = "Service"
      identifiers = ["bedrock.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["1"]
    }
  }
}
resource "store" "a" {
  policy = data.aws_iam_policy_document.p.json
}
"""
    found = settings(declared(main=text)["store.a"])

    assert found["policy.Statement.0.Effect"].value == "Allow"
    assert found["policy.Statement.0.Action.0"].value == "bedrock:InvokeModel"
    assert found["policy.Statement.0.Resource.0"].shape == f"arn:aws:bedrock:{UNTOLD}::foundation-model/m"
    assert found["policy.Statement.0.Principal.Service.0"].value == "bedrock.amazonaws.com"
    assert found["policy.Statement.0.Condition.StringEquals.aws:SourceAccount.0"].value == "1"


def test_json_form_says_the_same() -> None:
    text = b'{"variable": {"n": {"default": "x"}}, "resource": {"store": {"a": {"rule": [{"ip": "1"}], "name": "${var.n}-y"}}}}'

    ((found,), _) = evaluated(World([hcljson.read_json(text, "main.tf.json")]), 1)

    assert {path: one.value for path, one in settings(found).items()} == {"rule.ip": "1", "name": "x-y"}


def test_broken_json_form_names_its_line() -> None:
    assert hcljson.read_json(b'{\n "resource": {\n  x\n}}', "main.tf.json").fault == 3


def test_work_is_bounded() -> None:
    doubling = "".join(f"  l{n} = concat(local.l{n - 1}, local.l{n - 1})\n" for n in range(1, 40))
    found = declared(main=f'locals {{\n  l0 = ["a", "b"]\n{doubling}}}\nresource "store" "a" {{\n  x = length(local.l39)\n}}\n')

    assert settings(found["store.a"])["x"].value == "10000"
