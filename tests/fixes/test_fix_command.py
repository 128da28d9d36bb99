"""The command writes inside its folder, overwrites nothing unasked, and says in plain words why it does not write."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2
import msgspec
import pytest
import yaml

from pentascope.app.fix import prepare, write
from pentascope.catalogue.build import DATA
from pentascope.catalogue.fixes import load_fixes
from pentascope.catalogue.load import load
from pentascope.cli.main import main
from pentascope.errors import CatalogueError, UnknownNameError, UsageError
from pentascope.model.evidence import Confidence
from pentascope.model.fix import FixKind
from pentascope.model.scoping import Component, Scope, ScopeDetermination, System
from pentascope.report.fixes import facts_of, render

PAGE = (DATA / "fixes" / "exit-plan.md").read_text(encoding="utf-8")


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "bot"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "bot"\n')
    (folder / "bot.py").write_text('import boto3\n\nboto3.client("bedrock-runtime").converse(modelId="eu.amazon.nova-pro-v1:0", messages=[])\n')
    return folder


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_one_requirement_is_written_with_its_page(bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"

    code = main(["fix", "ctl-12", str(bot), "--out", str(out), "--no-cache", "-j", "1", "--kind", "terraform"])

    text = (out / "terraform" / "bot-guardrail.tf").read_text()
    assert code == 0
    assert files(out) == {"terraform/bot-guardrail.tf", "pentascope-fixes.md"}
    assert 'resource "aws_bedrock_guardrail" "bot"' in text
    assert capsys.readouterr().out.splitlines() == [str(out / "pentascope-fixes.md"), str(out / "terraform" / "bot-guardrail.tf")]


def test_id_works_like_the_code_and_stubs_hold_only_what_was_asked(bot: Path) -> None:
    fixing = prepare(str(bot), "every-ai-use-case-is-in-a-register", use_cache=False, jobs=1)

    stubs = next(file.text for file in fixing.files if file.path == "pentascope.toml")
    assert {file.path for file in fixing.files} == {"documents/bot-ai-register.md", "pentascope.toml"}
    assert stubs.count("[[attestations]]") == 1
    assert 'requirement = "GOV-01"' in stubs


def test_nothing_is_overwritten_unless_it_is_forced(bot: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "pentascope.toml").write_text("# mine\n")
    fixing = prepare(str(bot), "GOV-01", use_cache=False, jobs=1)

    with pytest.raises(UsageError, match=r"there is already: pentascope\.toml") as error:
        write(fixing, out)
    untouched = files(out)
    write(fixing, out, force=True)

    assert "--force" in error.value.hint
    assert untouched == {"pentascope.toml"}
    assert "[[attestations]]" in (out / "pentascope.toml").read_text()


@pytest.mark.parametrize("name", ["documents", "documents/bot-ai-register.md"])
def test_links_do_not_lead_out_of_the_folder(bot: Path, tmp_path: Path, name: str) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / name).parent.mkdir(parents=True)
    (out / name).symlink_to(elsewhere if name == "documents" else elsewhere / "file")

    with pytest.raises(UsageError, match="would not be a file inside"):
        write(prepare(str(bot), "GOV-01", use_cache=False, jobs=1), out, force=True)

    assert files(elsewhere) == set()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["GOV-01"], "Nowhere to write"),
        (["a", "b", "c", "--out", "o"], "Too many words"),
        (["GOV-77", "--out", "o"], "No requirement is called GOV-77"),
    ],
)
def test_wrong_words_are_told(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix", *words]) == 2
    assert message in capsys.readouterr().err


def test_tree_without_generative_ai_has_no_gap(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print(1)\n")

    with pytest.raises(UsageError, match="No use of generative AI was found"):
        prepare(str(tmp_path), use_cache=False, jobs=1)


def test_requirement_without_a_fix_gets_a_stub(bot: Path) -> None:
    fixing = prepare(str(bot), "GOV-04", use_cache=False, jobs=1)

    assert [file.path for file in fixing.files] == ["pentascope.toml"]


def test_tools_of_the_tree_decide_between_fixes_of_one_kind(bot: Path) -> None:
    (bot / "main.tf").write_text('resource "aws_s3_bucket" "a" {\n}\n')
    (bot / ".gitlab-ci.yml").write_text("test:\n  script: [make]\n")

    fixing = prepare(str(bot), use_cache=False, jobs=1)

    written = {file.path for file in fixing.files}
    assert {path for path in written if path.startswith("cloudformation/")} == set()
    assert ".gitlab-ci.yml" in written
    assert ".github/workflows/ai-red-team.yml" not in written


def test_list_names_every_fix_and_every_page_of_a_requirement_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fix", "--list"])
    listed = capsys.readouterr().out
    main(["fix", "CTL-18", "--list", "--format", "json"])
    of_one = json.loads(capsys.readouterr().out)
    main(["requirement", "CTL-18"])
    page = capsys.readouterr().out

    assert [fix.id for fix in load().fixes if f"{fix.id}  ({fix.kind})" not in listed] == []
    assert [fix["id"] for fix in of_one] == ["bedrock-invocation-logging-cloudformation", "bedrock-invocation-logging-terraform"]
    assert "pentascope fix CTL-18 TREE --out DIR" in page


MARKS = '"\\`{}<>|$%#'
HOSTILE = 'x"\n}\n${jsonencode(1)} {{ 7 * 7 }} <b> `rm` */ \\ | %{if} # a: b ../../etc'


def hostile_system() -> System:
    scope = ScopeDetermination(scope=Scope(3), rule="r", statement=HOSTILE, evidence=("e",), confidence=Confidence.HIGH, counter_question="q")
    component = Component(id="c", kind="model-client", name=HOSTILE, scope=Scope(3), provider="bedrock", vendors=(HOSTILE,), models=(HOSTILE, "eu.amazon.nova-pro-v1:0"))
    return System(id="s", name=HOSTILE, root=HOSTILE, scopes=(scope,), components=(component,))


def test_words_of_a_tree_cannot_act_in_any_language() -> None:
    system = hostile_system()
    facts = facts_of([system], (), load().matrix, version="v", as_of="2026-11-01")
    words = dict.fromkeys(("statements", "vendors", "components"), ("x",))
    harmless = msgspec.structs.replace(facts, name="x", root="x", models=tuple("x" for _ in facts.models), **words)

    for fix in load().fixes:
        file = render(fix, facts, [system], ())
        plain = render(fix, harmless, [system], ())

        assert {mark: file.text.count(mark) for mark in MARKS} == {mark: plain.text.count(mark) for mark in MARKS}
        assert len(file.text.splitlines()) == len(plain.text.splitlines())
        if file.path.endswith((".yml", ".yaml")):
            assert yaml.compose(file.text) is not None
        assert ".." not in Path(file.path).parts
        assert not Path(file.path).is_absolute()


def test_page_of_a_fix_is_read_whole() -> None:
    fix = next(fix for fix in load().fixes if fix.id == "exit-plan")

    assert (fix.kind, fix.codes, fix.file) == (FixKind.DOCUMENT, ("RES-21",), "documents/{{ slug }}-exit-plan.md")
    assert fix.summary.startswith("How the system leaves its provider")
    assert fix.template.startswith("# Exit plan: {{ name }}\n")
    assert fix.template.endswith("<result of the trial>.\n")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "exit-plan"', 'id = "exit"', "id `exit` is not the file name"),
        ("# An exit plan", "# A plan", "the title is not the heading"),
        ('requirement = "RES-21"', 'requirement = "RES-99"', "no requirement RES-99"),
        ('requirement = "RES-21"', 'requirement = "RES-21"\nchecks = ["none"]', "RES-21 has no check `none`"),
        ("documents/{{ slug }}", "../{{ slug }}", "leaves the folder"),
        ("documents/{{ slug }}", "/{{ slug }}", "leaves the folder"),
        ('source = "https://', 'source = "http://', "is no address"),
        ('kind = "document"', 'kind = "document"\nneeds = ["x"]', "no other fix `x`"),
        ('kind = "document"', 'kind = "paper"', "Invalid enum value"),
        ('kind = "document"', 'kind = "document"\ncolour = 1', "unknown key `colour`"),
        ("## Apply", "## Applied", "needs one section `Apply`"),
        ("## Template\n", "## Template\n\nWords.\n", "is not one fence"),
    ],
)
def test_malformed_page_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in PAGE
    (tmp_path / "exit-plan.md").write_text(PAGE.replace(old, new, 1), encoding="utf-8")
    catalogue = load()

    with pytest.raises(CatalogueError) as error:
        load_fixes(tmp_path, catalogue.matrix.requirements, catalogue.infrastructure)

    assert message in error.value.message
    assert error.value.hint


def test_template_that_names_what_is_not_there_stops() -> None:
    system = hostile_system()
    facts = facts_of([system], (), load().matrix, version="v", as_of="2026-11-01")
    fix = msgspec.structs.replace(load().fixes[0], template="{{ colour }}")

    with pytest.raises(jinja2.UndefinedError):
        render(fix, facts, [system], ())


def test_unknown_requirement_is_refused(bot: Path) -> None:
    with pytest.raises(UnknownNameError):
        prepare(str(bot), "CTL-77", use_cache=False, jobs=1)
