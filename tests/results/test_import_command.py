from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from tests.results.samples import checkov, checkov_record, encoded, ocsf, sarif, sarif_result

from pentascope.app.assess import assess
from pentascope.cli import main as cli
from pentascope.model.verdict import Outcome, Strength

if TYPE_CHECKING:
    from pathlib import Path

BOT = """import boto3

client = boto3.client("bedrock-runtime")


def answer(question):
    return client.converse(modelId="anthropic.claude-3-5-sonnet-20240620-v1:0", messages=[{"role": "user", "content": [{"text": question}]}])
"""
DAY = dt.date(2026, 11, 27)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "app").mkdir(parents=True)
    (tmp_path / "tree" / "app" / "bot.py").write_text(BOT)
    return tmp_path / "tree"


def kept(folder: Path, name: str, document: object) -> str:
    path = folder / name
    path.write_bytes(encoded(document))
    return str(path)


def test_import_shows_what_is_mapped_and_what_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = kept(tmp_path, "r.json", checkov(checkov_record("CKV_AWS_22"), checkov_record("CKV_AWS_999", "PASSED")))

    code = cli.main(["import", path])

    shown = capsys.readouterr().out
    assert code == 0
    assert "Checkov 3.3.30, checkov; the file tells no date; counts as infrastructure code" in " ".join(shown.split())
    assert "CTL-34" in shown
    assert "CKV_AWS_999 (1)" in shown


def test_import_is_told_to_programmes(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = kept(tmp_path, "r.json", [ocsf("bedrock_guardrails_configured", "PASS"), ocsf("accessanalyzer_enabled")])

    code = cli.main(["import", path, "--format", "json"])

    told = json.loads(capfdbinary.readouterr().out)
    file = told["files"][0]
    assert (code, told["schema"]) == (0, "urn:pentascope:schema:import:1")
    assert (file["tool"], file["format"], file["strength"], file["last_date"]) == ("Prowler", "ocsf", "live", "2026-11-26")
    assert file["mapped"] == [
        {"requirement": "CTL-11", "title": "A guardrail is enforced on every inference path", "checks": ["bedrock_guardrails_configured"], "counts": [["passed", 1]]}
    ]
    assert file["unmapped"] == [["accessanalyzer_enabled", 1]]


def test_import_of_a_hostile_name_writes_no_command_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = kept(tmp_path, "r.json", sarif("evil\x1b]0;x\x07", sarif_result("a\x1b[2Jb")))

    cli.main(["import", path])

    assert "\x1b" not in capsys.readouterr().out


def test_broken_file_ends_the_command_with_its_place(tmp_path: Path, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(b'[{"class_uid": 2004,]')

    codes = [cli.main(["import", str(path)]), cli.main(["assess", str(tree), "--results", str(path), "--no-cache", "-j", "1"])]

    assert codes == [2, 2]
    assert capsys.readouterr().err.count(f"{path}:1:21: JSON") == 2


def test_results_reach_the_verdicts_of_the_system(tmp_path: Path, tree: Path) -> None:
    live = kept(tmp_path, "p.json", [ocsf("bedrock_model_invocation_logging_enabled"), ocsf("sagemaker_domain_sso_configured")])
    code = kept(tmp_path, "s.sarif", sarif("Semgrep OSS", sarif_result("ai.ai-best-practices.llm-output-to-exec.llm-output-to-exec-python")))

    found = assess(str(tree), results=(live, code), use_cache=False, jobs=1, today=DAY)

    verdicts = {verdict.requirement: verdict for verdict in found.verdicts}
    assert (verdicts["CTL-18"].outcome, verdicts["CTL-18"].strength) == (Outcome.NOT_MET, Strength.LIVE)
    assert (verdicts["CTL-14"].outcome, verdicts["CTL-14"].strength) == (Outcome.NOT_MET, Strength.CODE)
    sources = {(each.path, each.line, each.source) for each in verdicts["CTL-14"].grounds if each.source}
    assert sources == {("app/bot.py", 7, code)}
    assert not any(each.check == "prowler:sagemaker_domain_sso_configured" for verdict in found.verdicts for each in verdict.grounds)


def test_results_without_a_word_for_the_tree_change_no_outcome(tmp_path: Path, tree: Path) -> None:
    path = kept(tmp_path, "r.json", checkov(checkov_record("CKV_AWS_22", repo_file_path="/other/x.tf", file_path="/x.tf", file_abs_path="/s/x.tf")))

    without = assess(str(tree), use_cache=False, jobs=1, today=DAY)
    found = assess(str(tree), results=(path,), use_cache=False, jobs=1, today=DAY)

    assert found.verdicts == without.verdicts
    assert [gap.subject for gap in found.gaps] == ["results-of-other-files"]


def test_requirement_names_the_checks_whose_results_count(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["requirement", "CTL-11"])

    shown = capsys.readouterr().out
    assert code == 0
    assert "Results that count" in shown
    assert "CKV_AWS_383" in shown
    assert "bedrock_agent_guardrail_enabled" in shown
