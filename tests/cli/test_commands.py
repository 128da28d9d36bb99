"""The command as a user has it: words in, exit code, stdout and stderr out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pentascope.cli.main import main

SOURCES = Path(__file__).parents[2] / "src"
OPENAI = 'from openai import OpenAI\n\nOpenAI().chat.completions.create(model="gpt-4o", messages=[])\n'
PLAIN = "print('hello')\n"


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm: Path, scrubbed_environment: Path) -> Path:
    """An empty folder to work in, with one cache for the module."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(warm))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(path: str, text: str = OPENAI) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()


def commit(message: str) -> None:
    if not Path(".git").exists():
        git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", message)


def summary(capfd: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["scan", *words, "--format", "json", "--jobs", "1"]) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)["summary"]
    return found


def paths(capfd: pytest.CaptureFixture[str], *words: str) -> set[str]:
    assert main(["scan", *words, "--format", "json", "--jobs", "1"]) == 0
    return {entry["path"] for entry in json.loads(capfd.readouterr().out)["evidence"]}


def test_scan_prints_the_report_and_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py")

    code = main(["scan", "."])

    out, err = capfd.readouterr()
    assert (code, err) == (0, "")
    assert "app.py:3" in out
    assert "\x1b" not in out


def test_scan_of_nothing_says_what_was_looked_at(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py", PLAIN)

    assert main(["scan"]) == 0
    assert "1" in capfd.readouterr().out


@pytest.mark.parametrize(("scopes", "code"), [("3", 1), ("1,3", 1), ("1", 0), ("4,5", 0), ("", 0)])
def test_fail_on_scope(scopes: str, code: int, capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py")

    assert main(["scan", ".", "--fail-on-scope", scopes]) == code
    assert "app.py:3" in capfd.readouterr().out


@pytest.mark.parametrize("scopes", ["6", "three", "1;2"])
def test_fail_on_a_scope_that_is_none(scopes: str, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["scan", ".", "--fail-on-scope", scopes])

    out, err = capfd.readouterr()
    assert (code, out) == (2, "")
    message, hint = err.splitlines()
    assert message.startswith(f"pentascope: --fail-on-scope {scopes}: ")
    assert hint.startswith("  ")


def test_fail_on_incomplete(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py", PLAIN)
    assert main(["scan", ".", "--fail-on-incomplete", "-q"]) == 0

    write("huge.py", "#" * 3_000_000)
    assert main(["scan", ".", "--fail-on-incomplete", "-q"]) == 3

    write("use.py")
    assert main(["scan", ".", "--fail-on-incomplete", "--fail-on-scope", "3", "-q"]) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["scan", "nowhere"],
        ["scan", "https://"],
        ["scan", ".", "--since", "nowhere"],
        ["explain", "nothing-like-it"],
        ["matrix", "9"],
        ["matrix", "3xnothing"],
        ["scan", ".", "-o", "nowhere/report.json"],
    ],
)
def test_errors_say_what_and_what_to_do(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py", PLAIN)

    code = main(words)

    out, err = capfd.readouterr()
    assert (code, out) == (2, "")
    message, hint = err.splitlines()[0], err.splitlines()[-1]
    assert message.startswith("pentascope: ")
    assert hint.startswith("  ")
    assert len(hint) > 10


@pytest.mark.parametrize("words", [[], ["nothing"], ["scan", "--nothing"], ["scan", "--jobs", "0"], ["scan", "--format", "pdf"], ["completion", "cmd"]])
def test_wrong_words_exit_with_two(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == 2
    assert "usage: pentascope" in capfd.readouterr().err


def test_defect_exits_with_seventy(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(*_words: object, **_named: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr("pentascope.app.scan.scan", fail)

    assert main(["scan", "."]) == 70
    assert "internal error: ZeroDivisionError: boom" in capfd.readouterr().err


def test_interrupt_exits_with_one_hundred_and_thirty(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_words: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pentascope.app.scan.scan", interrupt)

    assert main(["scan", "."]) == 130
    assert capfd.readouterr().err == "pentascope: stopped.\n"


def test_reader_that_goes_away_is_no_error() -> None:
    write("app.py")
    words = f"{sys.executable} -m pentascope scan . --format json --jobs 1 | head -c 1"

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", words], capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(SOURCES)}
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"{", b"")


@pytest.mark.parametrize(("form", "beginning"), [("json", b"{"), ("html", b"<!"), ("markdown", b"### "), ("cyclonedx", b"{"), ("terminal", b"")])
def test_every_format_can_be_written_to_a_file(form: str, beginning: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    write("src/app.py")

    code = main(["scan", "src", "--format", form, "-o", "report"])

    assert (code, capfd.readouterr()) == (0, ("", "Written: report\n"))
    assert Path("report").read_bytes().lower().startswith(beginning)


def test_several_targets_are_one_scan(capfd: pytest.CaptureFixture[str]) -> None:
    write("one/app.py")
    write("two/CLAUDE.md", "# Rules\n")

    assert summary(capfd, "one", "two")["scopes"] == [2, 3]


def test_file_alone_is_a_target(capfd: pytest.CaptureFixture[str]) -> None:
    write("a/app.py")
    write("a/CLAUDE.md", "# Rules\n")

    assert summary(capfd, "a/app.py")["scopes"] == [3]


def test_archive_is_a_target(capfd: pytest.CaptureFixture[str]) -> None:
    with tarfile.open("release.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("release-1/app.py")
        info.size = len(OPENAI)
        archive.addfile(info, io.BytesIO(OPENAI.encode()))

    assert summary(capfd, "release.tar.gz")["scopes"] == [3]


def test_revision_is_a_target(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py")
    commit("with")
    write("app.py", PLAIN)
    commit("without")

    assert [summary(capfd, one)["scopes"] for one in ("HEAD~1", "HEAD", ".")] == [[3], [], []]


def test_since_keeps_what_changed(capfd: pytest.CaptureFixture[str]) -> None:
    write("old.py")
    write("kept.py", PLAIN)
    commit("first")
    write("new.py")
    write("kept.py")

    assert paths(capfd, ".") == {"old.py", "new.py", "kept.py"}
    assert paths(capfd, ".", "--since", "HEAD") == {"new.py", "kept.py"}


def test_include_and_exclude_are_globs(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("a/one.py", "a/two.py", "b/three.py"):
        write(name)

    assert paths(capfd, ".", "--include", "a/**") == {"a/one.py", "a/two.py"}
    assert paths(capfd, ".", "--exclude", "**/two.py") == {"a/one.py", "b/three.py"}


def test_explain_tells_a_line_a_scope_and_a_signature(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py")

    told = {}
    for what in ("app.py:3", "3", "scope-5", "openai"):
        assert main(["explain", what]) == 0
        told[what] = capfd.readouterr().out

    assert "speaks for  scope 3" in told["app.py:3"]
    assert "own-code-calls-third-party-model" in told["3"]
    assert told["scope-5"].startswith("No evidence of scope 5")
    assert told["openai"].startswith("OpenAI API (openai)")


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_names_every_command(shell: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0

    out = capfd.readouterr().out
    assert [word for word in ("scan", "explain", "matrix", "completion", "fail-on-scope") if word not in out] == []


def test_completion_for_bash_is_a_script(capfd: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])

    subprocess.run(["bash", "-n"], input=capfd.readouterr().out.encode(), check=True)


@pytest.mark.parametrize("word", ["--version", "-V"])
def test_version(word: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 0
    assert capfd.readouterr().out.startswith("pentascope ")


def test_start_is_short() -> None:
    words = "import sys; from pentascope.cli.main import main; main(['--version']); print(sorted({'argparse', 'hyperscan', 'msgspec', 'tree_sitter', 'rich', 'jinja2'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", words], capture_output=True, check=True, text=True, env={"PYTHONPATH": str(SOURCES)})

    assert done.stdout.splitlines()[-1] == "[]"


def assessment(capfd: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["assess", *words, "--format", "json", "--jobs", "1"]) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


def test_assess_judges_what_the_scopes_bring(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py")

    found = assessment(capfd)

    codes = {verdict["requirement"] for verdict in found["verdicts"]}
    assert {"CTL-07", "RES-05"} <= codes
    assert "GOV-11" not in codes  # asked in scope 4 and 5 only
    assert found["posture"]["whole"]["coverage_pct"] is not None


def test_assess_of_a_tree_without_ai_asks_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py", PLAIN)

    found = assessment(capfd)

    assert (found["verdicts"], found["posture"]["whole"]["score_pct"]) == ([], None)


@pytest.mark.parametrize("form", ["terminal", "sarif", "csv"])
def test_assess_writes_every_format(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py")

    assert main(["assess", "--format", form, "--jobs", "1", "-o", f"out.{form}"]) == 0
    assert "CTL-07" in Path(f"out.{form}").read_text(encoding="utf-8") or form == "terminal"
    assert "Written: " in capfd.readouterr().err


def test_fail_on_unknown_fails_and_a_baseline_forgives_only_what_was_not_met(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py")
    main(["assess", "--format", "json", "--jobs", "1", "-o", "base.json"])

    codes = [
        main(["assess", "--jobs", "1", "--fail-on", "unknown", "-o", "out.txt"]),
        main(["assess", "--jobs", "1", "--fail-on", "unknown", "--baseline", "base.json", "-o", "out.txt"]),
    ]

    assert codes == [1, 1]


def test_fail_on_a_word_that_is_nothing_is_told_before_the_work(capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["assess", "no-such-place", "--fail-on", "CTL-99"])

    assert code == 2
    assert "--fail-on CTL-99: neither an outcome nor a requirement" in capfd.readouterr().err


def test_baseline_that_is_none_is_told_with_its_name(capfd: pytest.CaptureFixture[str]) -> None:
    write("base.json", '{"verdicts": 3}')

    assert main(["assess", "--baseline", "base.json"]) == 2
    assert "base.json: no baseline" in capfd.readouterr().err


def test_requirement_is_shown_by_code_id_and_in_a_list(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["requirement", "ctl-07"]) == 0
    by_code = capfd.readouterr().out
    assert main(["requirement", "provider-keys-live-in-a-vault-and-rotate"]) == 0
    by_id = capfd.readouterr().out
    assert main(["requirement"]) == 0
    listed = capfd.readouterr().out
    assert main(["requirement", "CTL-07", "--format", "json"]) == 0
    told = json.loads(capfd.readouterr().out)

    assert by_code == by_id
    assert "CTL-07  Provider keys live in a vault and rotate" in by_code
    assert len(listed.splitlines()) == 126
    assert told["code"] == "CTL-07"


def test_requirement_that_is_none_names_the_nearest(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["requirement", "CTL-777"]) == 2
    assert "Did you mean `CTL-37`" in capfd.readouterr().err


def test_explain_tells_the_story_of_a_verdict(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py", OPENAI.replace("OpenAI().chat", "answer = OpenAI().chat") + "exec(answer.choices[0].message.content)\n")

    assert main(["explain", "CTL-14"]) == 0

    told = capfd.readouterr().out
    assert "Not met in work (.)" in told
    assert "decided by  code" in told
    assert "app.py:4  exec(answer.choices[0].message.content)" in told


def outcomes(found: dict[str, Any]) -> dict[str, str]:
    return {verdict["requirement"]: verdict["outcome"] for verdict in found["verdicts"]}


def test_attestation_meets_when_pointed_at_and_a_policy_makes_it_less(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py")
    assert main(["attest", "GOV-01", "--owner", "jo", "--days", "30"]) == 0
    write("policy.toml", '[minimum_strength]\n"GOV-01" = "iac"\n')
    capfd.readouterr()

    lying_there, pointed_at = assessment(capfd), assessment(capfd, "--declarations", "pentascope.toml")
    bound = assessment(capfd, "--declarations", "pentascope.toml", "--policy", "policy.toml")

    assert [outcomes(each)["GOV-01"] for each in (lying_there, pointed_at, bound)] == ["unknown", "met", "unknown"]


def test_exception_does_not_fail_the_build_and_stays_not_met(capfd: pytest.CaptureFixture[str]) -> None:
    write("app.py", OPENAI.replace("OpenAI().chat", "answer = OpenAI().chat") + "exec(answer.choices[0].message.content)\n")
    bare = main(["assess", "--jobs", "1", "--fail-on", "CTL-14", "-o", "out.txt"])
    assert main(["except", "CTL-14", "--reason", "pilot", "--owner", "jo", "--expires", "2099-01-01"]) == 0

    code = main(["assess", "--jobs", "1", "--declarations", "pentascope.toml", "--fail-on", "CTL-14", "-o", "out.txt"])

    assert (bare, code) == (1, 0)
    assert "Accepted until 2099-01-01 by jo: pilot" in Path("out.txt").read_text(encoding="utf-8")
