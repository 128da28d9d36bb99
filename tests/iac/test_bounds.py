"""What a tree writes costs itself only; what was kept is what would be read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pentascope.app.assess import assess
from pentascope.app.scan import scan
from pentascope.collectors.iac import hcl, roots
from pentascope.collectors.iac.modules import World
from pentascope.collectors.iac.roots import evaluated
from pentascope.collectors.source.budget import Budget
from pentascope.model.posture import AssessmentResult
from pentascope.store import scancache

APP = 'import boto3\nboto3.client("bedrock-runtime").converse(modelId="amazon.nova-lite-v1:0")\n'
GUARDED = 'resource "aws_bedrockagent_agent" "n" {\n  guardrail_configuration {\n    guardrail_identifier = "g"\n  }\n}\n'
OPEN = 'resource "aws_bedrockagent_agent" "n" {\n}\n'


def said(found: AssessmentResult) -> set[tuple[str, str, int | None]]:
    grounds = (ground for verdict in found.verdicts for ground in verdict.grounds if ground.address is not None)
    return {(ground.check, ground.outcome.value, ground.line) for ground in grounds}


def test_cached_assessment_says_what_a_fresh_one_says_after_scans_and_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scancache, "RACY_NS", 0)  # so that young files are remembered at once
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "tree"
    root.mkdir()
    (root / "app.py").write_text(APP)
    told = []
    for text in (GUARDED, OPEN, "\n" + GUARDED):
        (root / "main.tf").write_text(text)
        time.sleep(0.02)  # longer than the clock of the file system ticks
        scan(root, jobs=1)

        first, again, fresh = (assess(root, jobs=1), assess(root, jobs=1), assess(root, jobs=1, use_cache=False))

        assert said(first) == said(again) == said(fresh) != set()
        assert first.verdicts == again.verdicts == fresh.verdicts
        told.append(said(first))
    assert told[0] != told[1] != told[2]


def test_scan_is_the_same_before_and_after_an_assessment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scancache, "RACY_NS", 0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "tree"
    root.mkdir()
    (root / "app.py").write_text(APP)
    (root / "main.tf").write_text(GUARDED)
    time.sleep(0.02)
    before = scan(root, jobs=1, use_cache=False)

    assessed = assess(root, jobs=1)

    assert assessed.scan == before == scan(root, jobs=1)


def test_value_that_grows_without_end_is_cut_where_settings_end() -> None:
    doubling = "".join(f"  l{n} = [local.l{n - 1}, local.l{n - 1}]\n" for n in range(1, 60))
    text = f'locals {{\n  l0 = "a"\n{doubling}}}\nresource "store" "a" {{\n  x = local.l59\n}}\n'

    ((one,), _) = evaluated(World([hcl.read(text.encode(), "main.tf")]), 1)

    assert len(one.settings) == 5_000


def test_module_that_takes_too_long_is_a_gap_and_the_others_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots, "BUDGET", Budget(cpu_s=0.5))
    doubling = "".join(f"  {side}{n} = [local.{side}{n - 1}, local.{side}{n - 1}]\n" for n in range(1, 60) for side in "ab")
    slow = f'locals {{\n  a0 = "a"\n  b0 = "a"\n{doubling}}}\nresource "store" "a" {{\n  x = local.a59 == local.b59\n}}\n'
    files = [hcl.read(slow.encode(), "slow/main.tf"), hcl.read(b'resource "store" "b" {\n}\n', "good/main.tf")]

    found, gaps = evaluated(World(files), 1)

    assert [one.address for one in found] == ["store.b"]
    assert [(gap.subject, "slow" in gap.reason, "processor time" in gap.reason) for gap in gaps] == [("unread-infrastructure-module", True, True)]
