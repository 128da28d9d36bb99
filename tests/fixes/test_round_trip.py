"""A gap, the fix, and the gap closed: what a fix says that it closes is seen when the tree is assessed again."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import msgspec
import pytest
import yaml

from pentascope.app.assess import assess
from pentascope.app.declarations import attest
from pentascope.app.fix import Fixing, prepare, write
from pentascope.catalogue.load import load
from pentascope.collectors.iac import hcl
from pentascope.model.fix import Fix, FixKind, proving
from pentascope.model.posture import AssessmentResult
from pentascope.model.verdict import Ground, Outcome

TODAY = date(2026, 11, 1)
FIXES = load().fixes
CODES = {closure.requirement for fix in FIXES for closure in fix.closes}
TECHNICAL = [fix for fix in FIXES if fix.kind not in {FixKind.DOCUMENT, FixKind.TOML}]
DOCUMENTS = [fix for fix in FIXES if fix.kind is FixKind.DOCUMENT]
IS_WHOLE = proving(load().matrix.requirements, load().infrastructure)

BOT = """import boto3

client = boto3.client("bedrock-runtime")


def ask(question):
    return client.converse(
        modelId="eu.anthropic.claude-3-5-sonnet-20240620-v1:0",
        messages=[{"role": "user", "content": [{"text": question}]}],
    )
"""
AGENT = """import boto3

client = boto3.client("bedrock-agent-runtime")


def ask(question):
    return client.invoke_agent(agentId="A", agentAliasId="B", sessionId="C", inputText=question)


def look_up(question):
    return client.retrieve(knowledgeBaseId="K", retrievalQuery={"text": question})
"""
TUNING = """from sagemaker.huggingface import HuggingFace
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.1-8B")
trainer = Trainer(model=model, args=TrainingArguments(output_dir="out"), train_dataset=None)
trainer.train()
job = HuggingFace(entry_point="train.py", instance_type="ml.g5.2xlarge", role="r")
job.fit()
predictor = job.deploy(initial_instance_count=1, instance_type="ml.g5.2xlarge")
"""
SERVING = "vllm serve meta-llama/Llama-3.1-8B\n"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A system in scopes 3 and 4 with every condition that a fix asks for, and nothing of what is required."""
    folder = tmp_path_factory.mktemp("tree")
    (folder / "pyproject.toml").write_text('[project]\nname = "helpdesk"\ndependencies = ["boto3", "sagemaker", "transformers"]\n')
    for name, text in {"bot.py": BOT, "agent.py": AGENT, "tune.py": TUNING, "serve.sh": SERVING}.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def before(tree: Path) -> AssessmentResult:
    return assess(tree, jobs=1, use_cache=False, today=TODAY)


@pytest.fixture(scope="module")
def everything(tree: Path) -> Fixing:
    return prepare(str(tree), jobs=1, use_cache=False, today=TODAY)


def filled(fixing: Fixing) -> Fixing:
    """What a person does first: something in the place of every blank."""
    done = []
    for file in fixing.files:
        text = file.text
        for blank in file.blanks:
            text = text.replace(blank, "filled-in")
        done.append(msgspec.structs.replace(file, text=text))
    return msgspec.structs.replace(fixing, files=tuple(done))


@pytest.fixture(scope="module")
def fixed(tree: Path, everything: Fixing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree with every file in the place that its manifest tells, and every requirement attested with its file."""
    own = tmp_path_factory.mktemp("fixed") / "tree"
    shutil.copytree(tree, own)
    write(filled(everything), own)
    for file in everything.files:
        for closure in file.closes:
            attest(closure.requirement, owner="jo@example.org", file=str(own / "people.toml"), document=str(own / file.path), today=TODAY)
    return own


@pytest.fixture(scope="module")
def after(fixed: Path) -> AssessmentResult:
    return assess(fixed, jobs=1, use_cache=False, today=TODAY)


@pytest.fixture(scope="module")
def attested(fixed: Path) -> AssessmentResult:
    return assess(fixed, jobs=1, use_cache=False, today=TODAY, declarations=fixed / "people.toml")


def outcome(found: AssessmentResult, code: str) -> Outcome:
    return next(verdict.outcome for verdict in found.verdicts if verdict.requirement == code)


def grounds(found: AssessmentResult, code: str) -> list[Ground]:
    return [ground for verdict in found.verdicts if verdict.requirement == code for ground in verdict.grounds]


def seen_in(found: AssessmentResult, code: str, check: str, paths: set[str]) -> set[Outcome]:
    """The outcomes of a check that rest on one of these files."""
    places = {entry.id: entry.path for entry in found.scan.evidence}
    return {
        ground.outcome
        for ground in grounds(found, code)
        if ground.check == check and ({ground.path} | {places[one] for one in ground.evidence}) & paths
    }


def test_tree_has_a_gap_for_every_fix(before: AssessmentResult, everything: Fixing) -> None:
    assert {fix.id for fix in FIXES} == {file.fix for file in everything.files}
    assert {code for code in CODES if outcome(before, code) not in {Outcome.NOT_MET, Outcome.UNKNOWN}} == set()


@pytest.mark.parametrize("fix", TECHNICAL, ids=lambda fix: fix.id)
def test_what_a_technical_fix_closes_is_seen_in_its_file(fix: Fix, before: AssessmentResult, after: AssessmentResult, everything: Fixing) -> None:
    own = {file.path for file in everything.files if file.fix == fix.id}

    for closure in fix.closes:
        earlier = {ground.outcome for ground in grounds(before, closure.requirement) if ground.check in closure.checks}
        later = {check: seen_in(after, closure.requirement, check, own) for check in closure.checks}

        assert earlier <= {Outcome.UNKNOWN, Outcome.NOT_MET}
        assert later == {check: {Outcome.MET} for check in closure.checks}
        assert outcome(after, closure.requirement) is not Outcome.NOT_MET
        if any(IS_WHOLE[check] for check in closure.checks):
            assert outcome(after, closure.requirement) is Outcome.MET


@pytest.mark.parametrize("fix", DOCUMENTS, ids=lambda fix: fix.id)
def test_what_a_document_closes_is_met_once_it_is_attested(fix: Fix, after: AssessmentResult, attested: AssessmentResult) -> None:
    assert {outcome(after, code) for code in fix.codes} == {Outcome.UNKNOWN}
    assert {code: outcome(attested, code) for code in fix.codes} == dict.fromkeys(fix.codes, Outcome.MET)


BAD = """
resource "aws_bedrock_guardrail" "bad" {
  name = "bad"
  content_policy_config {
    filters_config {
      type           = "HATE"
      input_strength = "LOW"
    }
  }
}
resource "aws_bedrockagent_agent" "bad" {
  agent_name = "bad"
}
resource "aws_bedrockagent_data_source" "bad" {
  name = "bad"
}
resource "aws_opensearch_domain" "bad" {
  domain_name = "bad"
}
resource "aws_sagemaker_notebook_instance" "bad" {
  name = "bad"
}
resource "aws_sagemaker_model" "bad" {
  name = "bad"
}
resource "aws_sagemaker_endpoint_configuration" "bad" {
  name = "bad"
}
resource "aws_vpc_endpoint" "bad" {
  service_name = "com.amazonaws.eu-central-1.bedrock-runtime"
}
resource "aws_cloudwatch_metric_alarm" "bad" {
  namespace = "AWS/Bedrock"
}
resource "aws_budgets_budget" "bad" {
  cost_filter {
    name   = "Service"
    values = ["Amazon Bedrock"]
  }
}
"""
BROKEN = {"CTL-10", "CTL-11", "CTL-12", "CTL-17", "CTL-33", "CTL-34", "RES-03", "RES-16", "RES-18", "RES-23"}


def test_bad_resource_is_named_and_stays_a_gap_until_it_is_replaced(tree: Path, tmp_path: Path) -> None:
    own = tmp_path / "tree"
    shutil.copytree(tree, own)
    (own / "infra.tf").write_text(BAD)

    broken = assess(own, jobs=1, use_cache=False, today=TODAY)
    fixing = prepare(str(own), jobs=1, use_cache=False, today=TODAY, kinds=[FixKind.TERRAFORM])
    write(filled(fixing), own)
    beside = assess(own, jobs=1, use_cache=False, today=TODAY)
    (own / "infra.tf").unlink()
    replaced = assess(own, jobs=1, use_cache=False, today=TODAY)

    assert {code for code in BROKEN if outcome(broken, code) is Outcome.NOT_MET} == BROKEN
    assert {code for code in BROKEN if outcome(beside, code) is Outcome.NOT_MET} == BROKEN
    assert {code for code in BROKEN if outcome(replaced, code) is Outcome.NOT_MET} == set()
    line = BAD.splitlines().index('resource "aws_sagemaker_notebook_instance" "bad" {') + 1
    assert f"- `infra.tf:{line}`, `aws_sagemaker_notebook_instance.bad`" in fixing.manifest


def test_blank_that_nobody_filled_in_proves_nothing(tree: Path, everything: Fixing, tmp_path: Path) -> None:
    own = tmp_path / "tree"
    shutil.copytree(tree, own)
    write(everything, own)

    found = assess(own, jobs=1, use_cache=False, today=TODAY)

    blank = {ground.check: ground.says for code in CODES for ground in grounds(found, code) if "was not filled in" in ground.says}
    assert {"sagemaker-notebook-is-in-a-vpc", "bedrock-costs-have-an-alert", "bedrock-agent-has-a-guardrail"} <= set(blank)
    assert outcome(found, "CTL-34") is Outcome.UNKNOWN
    assert outcome(found, "CTL-10") is Outcome.UNKNOWN


def test_whatever_is_closed_and_attested_is_met(attested: AssessmentResult) -> None:
    assert {code: outcome(attested, code) for code in sorted(CODES)} == dict.fromkeys(sorted(CODES), Outcome.MET)


def test_stubs_prove_nothing_until_an_owner_and_dates_are_put_in(tree: Path, everything: Fixing, tmp_path: Path) -> None:
    write(everything, tmp_path / "out")
    stubs = tmp_path / "out" / "pentascope.toml"
    text = stubs.read_text()

    untouched = assess(tree, jobs=1, use_cache=False, today=TODAY, declarations=stubs)
    stubs.write_text(text.replace('# owner = "<who answers for it>"', 'owner = "jo"', 1))
    owned = assess(tree, jobs=1, use_cache=False, today=TODAY, declarations=stubs)
    stubs.write_text(stubs.read_text().replace("1970-01-01", "2026-10-01", 1).replace("1970-01-01", "2026-12-01", 1))
    answered = assess(tree, jobs=1, use_cache=False, today=TODAY, declarations=stubs)

    assert [outcome(found, "GOV-01") for found in (untouched, owned, answered)] == [Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.MET]
    assert {verdict.outcome for verdict in untouched.verdicts if any(g.check == "attestation" for g in verdict.grounds)} == {Outcome.UNKNOWN}
    assert text.count("[[attestations]]") == sum(v.outcome in {Outcome.UNKNOWN, Outcome.NOT_MET} for v in untouched.verdicts)


class _Template(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation."""


_Template.add_multi_constructor("!", lambda _loader, suffix, _node: f"!{suffix}")


def test_every_file_can_be_parsed(everything: Fixing) -> None:
    kinds = {fix.id: fix.kind for fix in FIXES}
    for file in everything.files:
        if file.path.endswith(".tf"):
            assert hcl.read(file.text.encode(), file.path).fault is None
        elif file.path.endswith(".json"):
            assert json.loads(file.text)["Version"] == "2012-10-17"
        elif kinds[file.fix] is FixKind.CLOUDFORMATION:
            assert all({"Type", "Properties"} <= set(resource) for resource in yaml.load(file.text, Loader=_Template)["Resources"].values())
        elif file.path.endswith((".yml", ".yaml")):
            assert isinstance(yaml.safe_load(file.text), dict)
        elif file.path.endswith(".py"):
            compile(file.text, file.path, "exec")


def test_templates_name_only_what_there_is(everything: Fixing) -> None:
    assert all("{{" not in file.text.replace("{{prompt}}", "").replace("${{", "") for file in everything.files)
