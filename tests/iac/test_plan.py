from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pentascope.checks.infrastructure import grounds
from pentascope.collectors.iac import reader
from pentascope.collectors.iac.collector import read_infrastructure
from pentascope.collectors.iac.plan import PlanFile, read_plan
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.model.infrastructure import Configured, ResourceCheck, Setting
from pentascope.model.verdict import Outcome

KEY = ResourceCheck(id="has-a-key", requirement="CTL-17", resources=("store",), paths=("kms_key",), says="It has a key.", source="https://x")


def change(address: str, after: dict[str, Any] | None, *, actions: tuple[str, ...] = ("create",), **more: Any) -> dict[str, Any]:
    module, _, own = address.rpartition("module.")
    inner = own.split(".")[1:] if module or address.startswith("module.") else own.split(".")
    mode = "data" if inner[0] == "data" else "managed"
    kind, name = inner[-2:]
    place = {"module_address": address.removesuffix(f".{'.'.join(inner)}")} if address.startswith("module.") else {}
    return {"address": address, "mode": mode, "type": kind, "name": name, **place, "change": {"actions": actions, "after": after, **more}}


def plan(*changes: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "terraform_version": "1.9.8", "resource_changes": changes, **parts}


def resources(document: dict[str, Any], indent: int | None = None) -> dict[str, Configured]:
    return {one.address: one for one in read_plan(json.dumps(document, indent=indent).encode(), "p.json").resources}


def settings(one: Configured) -> dict[str, Setting]:
    return {setting.path: setting for setting in one.settings}


def configuration(*each: dict[str, Any], **calls: Any) -> dict[str, Any]:
    return {"root_module": {"resources": each, "module_calls": calls}}


def test_known_values_stand_under_the_paths_of_hcl() -> None:
    found = resources(plan(change("store.a", {"size": 3, "on": True, "none": None, "rule": [{"ip": "1"}, {"ip": "2"}], "names": ["x"]})))

    told = {path: one.value for path, one in settings(found["store.a"]).items()}
    assert told == {"size": "3", "on": "true", "rule.ip": "1", "rule.1.ip": "2", "names.0": "x"}


def test_reference_is_given_and_names_its_resource_through_calls_of_modules() -> None:
    inner = {"resources": [{"address": "store.a", "expressions": {"kms_key": {"references": ["var.key"]}}}]}
    call = {"expressions": {"key": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}}, "module": inner}

    found = resources(plan(change("module.m[0].store.a", {}, after_unknown={"kms_key": True}), configuration=configuration(m=call)))

    one = settings(found["module.m[0].store.a"])["kms_key"]
    assert (one.value, one.is_given, one.refers) == (None, True, "aws_kms_key.k")
    assert [ground.outcome for ground in grounds(found.values(), [KEY])] == [Outcome.MET]


def test_what_the_provider_will_choose_is_not_given() -> None:
    found = resources(
        plan(change("store.a", {}, after_unknown={"kms_key": True}), configuration=configuration({"address": "store.a", "expressions": {}}))
    )

    assert found["store.a"].settings == ()
    assert [ground.outcome for ground in grounds(found.values(), [KEY])] == [Outcome.NOT_MET]


def test_sensitive_values_are_nowhere() -> None:
    document = plan(
        change("store.a", {"kms_key": "s3cret", "deep": [{"word": "s3cret"}]}, after_sensitive={"kms_key": True, "deep": [{"word": True}]}),
        change("store.b", {"kms_key": "s3cret"}, after_sensitive=True),
        planned_values={"root_module": {"resources": [
            {"address": "store.c", "type": "store", "name": "c", "values": {"kms_key": "s3cret"}, "sensitive_values": {"kms_key": True}},
        ]}},
    )  # fmt: skip

    found = resources(document)

    assert {address: settings(one)["kms_key"].why for address, one in found.items()} == dict.fromkeys(found, "it is sensitive")
    assert len(found) == 3
    assert "s3cret" not in repr(found)


def test_what_goes_away_is_not_judged_and_child_modules_are() -> None:
    child = {"address": "module.m", "resources": [{"address": "module.m.store.a", "type": "store", "name": "a", "values": {"size": 1}}]}
    document = plan(
        change("store.old", None, actions=("delete",)), change("store.new", {"size": 2}, actions=("delete", "create")),
        planned_values={"root_module": {"child_modules": [child]}},
    )  # fmt: skip

    assert {address: settings(one)["size"].value for address, one in resources(document).items()} == {"module.m.store.a": "1", "store.new": "2"}


def test_policy_that_is_written_on_apply_is_worked_out() -> None:
    statement = {"actions": ["s3:GetObject"], "resources": [None], "effect": None, "sid": None, "principals": [], "condition": []}
    document = plan(
        change("store.a", {}, after_unknown={"policy": True}),
        change("data.aws_iam_policy_document.p", {"statement": [statement]}, actions=("read",),
               after_unknown={"json": True, "statement": [{"resources": [True]}]}),
        configuration=configuration(
            {"address": "store.a", "expressions": {"policy": {"references": ["data.aws_iam_policy_document.p.json"]}}},
            {"address": "data.aws_iam_policy_document.p",
             "expressions": {"statement": [{"actions": {}, "resources": {"references": ["aws_s3_bucket.b.arn"]}}]}},
        ),
    )  # fmt: skip

    found = settings(resources(document)["store.a"])

    assert found["policy.Statement.0.Effect"].value == "Allow"
    assert found["policy.Statement.0.Action.0"].value == "s3:GetObject"
    assert found["policy.Statement.0.Resource.0"].value is None


def test_line_is_that_of_the_change() -> None:
    planned = {"root_module": {"resources": [{"address": "store.a", "type": "store", "name": "a", "values": {}}]}}
    document = {"planned_values": planned, **plan(change("store.z", {}), change("store.a", {}))}
    text = json.dumps(document, indent=1)

    line = resources(document, indent=1)["store.a"].line

    assert '"address": "store.a"' in text.split("\n")[line - 1]
    assert line > text.split("\n").index(' "resource_changes": [')


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_plan_that_is_cut_off_is_a_gap_with_its_line(tmp_path: Path, cut: float) -> None:
    text = json.dumps(plan(*(change(f"store.s{number}", {"size": number}) for number in range(50))), indent=1)
    (tmp_path / "tfplan").write_text(text[: int(len(text) * cut)])
    (tmp_path / "main.tf").write_text('resource "store" "a" {}\n')

    found, gaps = read_infrastructure(DirectoryTree(tmp_path))

    line = text[: int(len(text) * cut)].count("\n") + 1
    assert [one.address for one in found] == ["store.a"]
    assert [gap.reason.partition(" is ")[0] for gap in gaps] == [f"tfplan:{line}"]


def test_plan_of_another_format_is_a_gap() -> None:
    assert read_plan(b'{"format_version": "2.0"}', "p.json") == PlanFile("p.json", fault=1)


def test_plan_over_the_limit_is_a_gap_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_PLAN_BYTES", 100)
    (tmp_path / "plan.json").write_text(json.dumps(plan(change("store.a", {}))))
    (tmp_path / "other.json").write_text(json.dumps({"format_version": "1", "text": "x" * 200}))

    found, gaps = read_infrastructure(DirectoryTree(tmp_path))

    assert found == ()
    assert [(gap.subject, "Plan parts of it" in gap.reason) for gap in gaps] == [("large-plan", True)]


def test_json_that_is_no_plan_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"format_version": "1.0", "values": {}}')

    assert read_infrastructure(DirectoryTree(tmp_path)) == ((), ())


def test_relations_hold_inside_blocks_and_for_values_that_are_known() -> None:
    expressions = {"bucket": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]},
                   "rule": [{"key": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}}]}  # fmt: skip
    document = plan(
        change("store.a", {"bucket": "named", "rule": [{}]}, after_unknown={"rule": [{"key": True}]}),
        configuration=configuration({"address": "store.a", "expressions": expressions}),
    )

    found = settings(resources(document)["store.a"])

    assert (found["bucket"].value, found["bucket"].refers) == ("named", "aws_s3_bucket.b")
    assert (found["rule.key"].value, found["rule.key"].is_given, found["rule.key"].refers) == (None, True, "aws_kms_key.k")
