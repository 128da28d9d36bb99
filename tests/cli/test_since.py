"""What a change touches, told and failed on: the mode of the pre-commit hook and of pull requests."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pentascope.cli.main import main

CALL = 'from openai import OpenAI\n\nclient = OpenAI()\n\n\ndef ask(words):\n    return client.chat.completions.create(model="gpt-4o", messages=words)\n'
RUN = '\n\ndef run(words):\n    answer = client.chat.completions.create(model="gpt-4o", messages=words)\n    return eval(answer.choices[0].message.content)\n'
QUIET = ("assess", "--jobs", "1", "--no-cache")


def git(*words: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *names, *words], check=True, capture_output=True)


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scrubbed_environment: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    git("init", "--quiet")
    Path("app.py").write_text(CALL, encoding="utf-8")
    return folder


def commit() -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message", "a step")


def since(revision: str, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main([*QUIET, "--since", revision, "--format", "json"])
    told: dict[str, Any] = json.loads(capfd.readouterr().out)["since"]
    return told


def test_a_change_that_breaks_a_requirement_fails_and_is_told_with_its_place(capfd: pytest.CaptureFixture[str]) -> None:
    commit()
    Path("app.py").write_text(CALL + RUN, encoding="utf-8")

    code = main([*QUIET, "--since", "HEAD", "--fail-on", "not-met"])

    out = capfd.readouterr().out
    assert code == 1
    assert "1 file changed, 0 removed" in out
    assert "CTL-14" in out
    assert "app.py:12" in out
    assert "was unknown" in out


def test_what_was_broken_before_does_not_fail_and_is_not_told(capfd: pytest.CaptureFixture[str]) -> None:
    Path("app.py").write_text(CALL + RUN, encoding="utf-8")
    commit()
    Path("notes.txt").write_text("words\n", encoding="utf-8")

    codes = [main([*QUIET, "--fail-on", "not-met"]), main([*QUIET, "--since", "HEAD", "--fail-on", "not-met"])]

    assert codes == [1, 0]
    assert "The change touches no verdict." in capfd.readouterr().out


def test_a_second_place_of_what_was_broken_before_fails(capfd: pytest.CaptureFixture[str]) -> None:
    Path("app.py").write_text(CALL + RUN, encoding="utf-8")
    commit()
    Path("other.py").write_text(CALL + RUN, encoding="utf-8")

    code = main([*QUIET, "--since", "HEAD", "--fail-on", "not-met"])

    out = capfd.readouterr().out
    assert code == 1
    assert "not met before, now in a new place" in out
    assert "other.py:12" in out
    assert "app.py:12" not in out


def test_a_mended_requirement_is_told_and_does_not_fail(capfd: pytest.CaptureFixture[str]) -> None:
    Path("app.py").write_text(CALL + RUN, encoding="utf-8")
    commit()
    Path("app.py").write_text(CALL, encoding="utf-8")

    code = main([*QUIET, "--since", "HEAD", "--fail-on", "not-met"])

    assert code == 0
    assert "not met -> unknown  Model output is treated as untrusted" in capfd.readouterr().out


def test_before_the_first_commit_everything_is_new(capfd: pytest.CaptureFixture[str]) -> None:
    told = since("HEAD", capfd)

    assert (told["commit"], told["changed"], told["before"]) == (None, 1, {})
    assert {one["before"] for one in told["touched"]} == {None}


def test_a_folder_is_compared_with_itself_and_not_with_the_whole_repository(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("part").mkdir()
    Path("part/app.py").write_text(CALL + RUN, encoding="utf-8")
    commit()
    monkeypatch.chdir("part")
    Path("more.py").write_text("x = 1\n", encoding="utf-8")

    told = since("HEAD", capfd)

    assert (told["changed"], told["touched"]) == (1, [])


def test_a_use_that_is_taken_out_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    commit()
    Path("app.py").unlink()

    main([*QUIET, "--since", "HEAD"])

    out = capfd.readouterr().out
    assert "0 files changed, 1 removed" in out
    assert "no longer asked for" in out


def test_sarif_says_of_every_result_whether_the_change_brought_it(capfd: pytest.CaptureFixture[str]) -> None:
    Path("app.py").write_text(CALL + RUN, encoding="utf-8")
    commit()
    Path("other.py").write_text(CALL + RUN, encoding="utf-8")

    main([*QUIET, "--since", "HEAD", "--format", "sarif"])

    results = json.loads(capfd.readouterr().out)["runs"][0]["results"]
    uris = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: one["baselineState"]
        for one in results
        if one["ruleId"] == "CTL-14"
    }
    assert uris == {"app.py": "unchanged", "other.py": "new"}


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_pages_name_what_the_change_is_told_against(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    commit()
    Path("app.py").write_text(CALL + RUN, encoding="utf-8")

    main([*QUIET, "--since", "HEAD", "--format", form])

    out = capfd.readouterr().out
    assert "Since HEAD" in out
    assert "app.py:12" in out


def test_a_revision_that_is_not_there_is_an_error_before_the_judgement(capfd: pytest.CaptureFixture[str]) -> None:
    commit()

    assert main([*QUIET, "--since", "v9"]) == 2
    assert "There is no commit 'v9' in the repository." in capfd.readouterr().err


def test_only_a_folder_can_be_compared(capfd: pytest.CaptureFixture[str]) -> None:
    commit()

    assert main([*QUIET, "HEAD", "--since", "HEAD"]) == 2
    assert "--since needs one folder" in capfd.readouterr().err


def test_two_things_to_compare_with_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([*QUIET, "--since", "HEAD", "--baseline", "base.json"]) == 2
    assert "Leave one of them out." in capfd.readouterr().err
