from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentascope.catalogue.build import DATA
from pentascope.catalogue.infrastructure import load_resource_checks
from pentascope.catalogue.load import load
from pentascope.checks.infrastructure import grounds
from pentascope.collectors.iac.collector import read_infrastructure
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.errors import CatalogueError
from pentascope.model.infrastructure import Configured, ResourceCheck, Setting
from pentascope.model.verdict import Outcome

KEY = ResourceCheck(
    id="has-a-key", requirement="CTL-17", resources=("store", "AWS::Store"), paths=("kms_key", "KmsKey"), says="It has a key.", source="https://x"
)
OPEN = ResourceCheck(
    id="is-private", requirement="CTL-10", resources=("store",), paths=("public",), want=("false",), default="true", says="It is private.",
    source="https://x",
)  # fmt: skip


def read(folder: Path, **files: str) -> tuple[Configured, ...]:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_infrastructure(DirectoryTree(folder))[0]


def judged(resources: tuple[Configured, ...], *checks: ResourceCheck) -> dict[str, Outcome]:
    return {f"{one.address} {one.check}": one.outcome for one in grounds(resources, checks)}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ('kms_key = "arn:aws:kms:eu:1:key/a"', Outcome.MET),
        ("kms_key = aws_kms_key.a.arn", Outcome.MET),
        ("kms_key = var.given", Outcome.MET),
        ("kms_key = local.twice", Outcome.MET),
        ("kms_key = var.open", Outcome.UNKNOWN),
        ("kms_key = var.is_on ? aws_kms_key.a.arn : null", Outcome.UNKNOWN),
        ("kms_key = module.keys.arn", Outcome.UNKNOWN),
        ('kms_key = "<id of a key that CloudWatch may use>"', Outcome.UNKNOWN),
        ("kms_key = null", Outcome.NOT_MET),
        ('kms_key = ""', Outcome.NOT_MET),
        ("", Outcome.NOT_MET),
    ],
)
def test_what_terraform_gives_a_setting(tmp_path: Path, body: str, outcome: Outcome) -> None:
    variables = 'variable "given" {\n  default = "arn"\n}\nvariable "open" {}\nlocals {\n  once = "arn"\n  twice = local.once\n}\n'

    found = read(tmp_path, main_dot_tf=f'resource "store" "a" {{\n  {body}\n}}\n', variables_dot_tf=variables)

    assert judged(found, KEY) == {"store.a has-a-key": outcome}


def test_assignments_beat_defaults_and_examples_of_them_do_not(tmp_path: Path) -> None:
    main = 'variable "public" {\n  default = true\n}\nresource "store" "a" {\n  public = var.public\n}\n'

    assigned = read(tmp_path / "a", main_dot_tf=main, terraform_dot_tfvars="public = false\n")
    example = read(tmp_path / "b", main_dot_tf=main, other_dot_tfvars="public = false\n")

    assert judged(assigned, OPEN) == {"store.a is-private": Outcome.MET}
    assert judged(example, OPEN) == {"store.a is-private": Outcome.NOT_MET}


def test_resource_that_is_switched_off_is_not_judged(tmp_path: Path) -> None:
    assert read(tmp_path, main_dot_tf='resource "store" "a" {\n  count = 0\n}\n') == ()


def test_block_made_at_run_time_is_unknown(tmp_path: Path) -> None:
    check = ResourceCheck(id="rules", requirement="CTL-10", resources=("store",), paths=("rules.ip",), says="It has rules.", source="https://x")

    found = read(tmp_path, main_dot_tf='resource "store" "a" {\n  dynamic "rules" {\n    for_each = var.x\n    content {\n      ip = "1"\n    }\n  }\n}\n')

    assert judged(found, check) == {"store.a rules": Outcome.UNKNOWN}


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("arn:aws:kms:eu:1:key/a", Outcome.MET),
        ("!GetAtt Key.Arn", Outcome.MET),
        ("!Ref Key", Outcome.MET),
        ("!Ref Given", Outcome.MET),
        ("!Ref Open", Outcome.UNKNOWN),
        ("!If [IsOn, a, !Ref 'AWS::NoValue']", Outcome.UNKNOWN),
        ("!Ref AWS::NoValue", Outcome.NOT_MET),
    ],
)
def test_what_cloudformation_gives_a_setting(tmp_path: Path, value: str, outcome: Outcome) -> None:
    parameters = "Parameters:\n  Given:\n    Type: String\n    Default: arn\n  Open:\n    Type: String\n"
    text = f"AWSTemplateFormatVersion: '2010-09-09'\n{parameters}Resources:\n  A:\n    Type: AWS::Store\n    Properties:\n      KmsKey: {value}\n"

    assert judged(read(tmp_path, template_dot_yaml=text), KEY) == {"AWS::Store.A has-a-key": outcome}


def test_condition_leaves_other_resources_out(tmp_path: Path) -> None:
    check = ResourceCheck(
        id="only", requirement="CTL-10", resources=("store",), paths=("kms_key",), only_if={"kind": ("openai",)}, says="It has.", source="https://x"
    )

    found = read(tmp_path, main_dot_tf='resource "store" "a" {\n  kind = "OpenAI"\n}\nresource "store" "b" {\n  kind = "Face"\n}\n')

    assert judged(found, check) == {"store.a only": Outcome.NOT_MET}


def test_broken_file_is_a_gap_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "large.tf").write_text("# x\n" * 1_100_000, encoding="utf-8")
    (tmp_path / "main.tf").write_text('resource "store" "a" {}\n', encoding="utf-8")

    found, gaps = read_infrastructure(DirectoryTree(tmp_path))

    assert [one.address for one in found] == ["store.a"]
    assert [gap.reason for gap in gaps] == ["large.tf is larger than 4 MB and was not read."]


def test_unknown_default_is_unknown() -> None:
    check = ResourceCheck(
        id="c", requirement="CTL-10", resources=("store",), paths=("public",), want=("false",), is_default_known=False, says="x", source="https://x"
    )
    bare = Configured(type="store", address="store.a", path="a.tf", line=1, settings=())

    assert [one.outcome for one in grounds([bare], [check])] == [Outcome.UNKNOWN]


RESOURCES = st.builds(
    Configured, type=st.sampled_from(["store", "AWS::Store", "other"]), address=st.sampled_from("abcd"), path=st.just("a.tf"), line=st.integers(1, 9),
    settings=st.lists(
        st.builds(Setting, path=st.sampled_from(["kms_key", "public", "KmsKey"]), value=st.sampled_from(["true", "false", "", None]), line=st.just(1),
                  is_given=st.booleans()), max_size=3).map(tuple),
)  # fmt: skip


@given(st.lists(RESOURCES, max_size=5).flatmap(lambda each: st.tuples(st.just(each), st.permutations(each))))
def test_order_of_resources_and_checks_never_matters(pair: tuple[list[Configured], list[Configured]]) -> None:
    first, second = pair

    assert sorted(map(repr, grounds(first, [KEY, OPEN]))) == sorted(map(repr, grounds(second, [OPEN, KEY])))


@given(st.lists(RESOURCES, max_size=5))
def test_resource_of_another_kind_changes_nothing(resources: list[Configured]) -> None:
    other = Configured(type="aws_s3_object", address="x", path="b.tf", line=1, settings=())

    assert grounds([*resources, other], [KEY, OPEN]) == grounds(resources, [KEY, OPEN])


def test_table_of_checks_is_whole_and_each_names_a_requirement() -> None:
    codes = {each.code for each in load().matrix.requirements}

    assert load().infrastructure == load_resource_checks(DATA / "infrastructure.toml", codes)


def test_check_of_an_unknown_requirement_is_refused_with_its_line(tmp_path: Path) -> None:
    table = tmp_path / "t.toml"
    table.write_text('[[check]]\nid = "a"\nrequirement = "CTL-99"\nresources = ["x"]\npaths = ["y"]\nsays = "z"\nsource = "w"\n', encoding="utf-8")

    with pytest.raises(CatalogueError) as caught:
        load_resource_checks(table, {"CTL-09"})

    assert "t.toml:2: no requirement CTL-99" in caught.value.message
    assert "CTL-09" in caught.value.hint


def test_text_that_is_no_terraform_is_a_gap_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "store" "a" {}\n\nresource "store" "b" {\n  x = = 1\n}\n', encoding="utf-8")

    found, gaps = read_infrastructure(DirectoryTree(tmp_path))

    assert "store.a" in [one.address for one in found]
    assert [gap.reason for gap in gaps] == ["main.tf:4 is not valid HCL; what stands around it was read."]


def test_locals_that_go_in_circles_are_unknown(tmp_path: Path) -> None:
    found = read(tmp_path, main_dot_tf='locals {\n  a = local.b\n  b = local.a\n}\nresource "store" "a" {\n  kms_key = local.a\n}\n')

    assert judged(found, KEY) == {"store.a has-a-key": Outcome.UNKNOWN}
