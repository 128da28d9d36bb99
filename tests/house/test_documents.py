"""The documentation says what there is, and leads where it says."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from pentascope import errors
from pentascope.catalogue.load import load
from pentascope.catalogue.signatures import load_signature
from pentascope.engine.scope import QUESTIONS
from pentascope.model.signature import Anchor, Rule, Signature

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(`{3,}).*?^\1\s*$", re.DOTALL | re.MULTILINE)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def links(page: Path) -> list[str]:
    return LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+\s+(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_dead(link: str, page: Path) -> bool:
    place, _, anchor = link.partition("#")
    target = (page.parent / place) if place else page
    return not target.exists() or bool(anchor and target.suffix == ".md" and anchor not in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    dead = [link for link in links(page) if not link.startswith(("http://", "https://", "mailto:")) and is_dead(link, page)]

    assert dead == []


def test_index_names_every_page() -> None:
    named = {link.partition("#")[0] for link in links(DOCS / "index.md")}

    pages = {page.name for page in DOCS.glob("*.md")} - {"index.md"}

    assert pages - named == set()


def test_decisions_are_listed_with_context_choice_and_price() -> None:
    listed = set(links(DOCS / "decisions" / "README.md"))

    sections = {page.name: re.findall(r"^## (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE) for page in DECISIONS}

    assert listed == set(sections)
    assert {name: found for name, found in sections.items() if found != ["Context", "Choice", "Price"]} == {}


def all_errors() -> list[type[errors.PentascopeError]]:
    found, waiting = [], [errors.PentascopeError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return [kind for kind in found if kind is not errors.PentascopeError]


def test_every_error_and_its_exit_code_are_documented() -> None:
    text = (DOCS / "exit-codes.md").read_text(encoding="utf-8")
    named, codes = set(re.findall(r"^\| `([a-z-]+)`", text, re.MULTILINE)), set(re.findall(r"^\| (\d+) ", text, re.MULTILINE))

    assert {kind.code for kind in all_errors()} == named
    assert {str(kind.exit_code) for kind in all_errors()} <= codes


def test_readme_begins_with_two_commands_that_ci_runs_too() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    commands = re.findall(r"^\./run .*$", readme, re.MULTILINE)

    assert commands == ["./run scan examples/support-bot", "./run test"]
    assert "./run test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["run", ".ci/run", "tools/debian-packages.sh"])
def test_scripts_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & stat.S_IXUSR


def test_fragments_are_named_by_kind() -> None:
    names = [path.name for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md"]

    assert [name for name in names if not re.fullmatch(r"[+\w-]+\.(?:added|changed|fixed|removed|security)\.md", name)] == []


def test_worked_example_of_a_signature_is_a_good_page(tmp_path: Path) -> None:
    guide = (DOCS / "add-a-signature.md").read_text(encoding="utf-8")
    page = tmp_path / "fictional-ai.md"
    page.write_text(guide.partition("````markdown\n")[2].partition("````\n")[0], encoding="utf-8")

    signature = load_signature(page)

    assert (signature.record.id, len(signature.record.rules), len(signature.examples)) == ("fictional-ai", 4, 2)


def test_every_key_and_place_of_a_signature_is_explained() -> None:
    guide = (DOCS / "add-a-signature.md").read_text(encoding="utf-8")

    words = {*Signature.__struct_fields__, *Rule.__struct_fields__, *(anchor.value for anchor in Anchor)}

    assert {word for word in words if f"`{word}`" not in guide} == set()


def test_every_rule_and_every_case_on_the_border_is_explained() -> None:
    page = (DOCS / "how-scopes-are-decided.md").read_text(encoding="utf-8")

    assert [rule for rule in QUESTIONS if f"`{rule}`" not in page] == []
    assert [case.id for case in load().matrix.boundary_cases if f"| {case.case} | {case.ruling} |" not in page] == []


def test_python_examples_run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    examples = re.findall(r"^```python\n(.*?)^```", (DOCS / "python-api.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    names: dict[str, object] = {}

    for example in examples:
        exec(example, names)

    assert capsys.readouterr().out.startswith("(2, 3, 4)\n")
    assert names["page"]


def test_no_link_is_a_placeholder() -> None:
    assert [relative(page) for page in PAGES if "github.com/OWNER" in page.read_text(encoding="utf-8")] == []
