from __future__ import annotations

from pathlib import Path

import pytest

from pentascope.catalogue.build import DATA
from pentascope.catalogue.importable import BEGIN, with_tables
from pentascope.catalogue.load import load
from pentascope.catalogue.results import known_ids, load_tools, refuse_wrong_peers
from pentascope.errors import CatalogueError
from pentascope.model.declaration import StrengthName

FOLDER = DATA / "results"
CODES = {each.code for each in load().matrix.requirements}
TABLE = """id = "t"
title = "T"
names = ["t"]
edition = "1"
read = 2026-11-27
url = "https://t.example"
strength = "live"
valid_days = 30

[[checks]]
id = "good"
requirement = "CTL-13"
says = "All is well."
"""


def folder(tmp_path: Path, table: str = TABLE, ids: str = "# T 1\ngood\n\nalso-good\n") -> Path:
    (tmp_path / "t.toml").write_text(table)
    (tmp_path / "t.ids").write_text(ids)
    return tmp_path


def refused(path: Path) -> str:
    with pytest.raises(CatalogueError) as caught:
        load_tools(path, CODES)
    return f"{caught.value.message}\n{caught.value.hint}".replace(str(path), "")


@pytest.mark.parametrize("tool", load().tools, ids=lambda tool: tool.id)
def test_every_mapped_check_exists_in_its_tool_and_every_list_tells_its_edition(tool) -> None:
    path = FOLDER / f"{tool.id}.ids"

    mapped = {name for row in tool.checks for name in (row.id, *row.aliases)}

    assert mapped - known_ids(path) == set()
    assert "read 2026-" in path.read_text(encoding="utf-8").partition("\n\n")[0]


def test_every_tool_weighs_as_what_it_looks_at() -> None:
    assert {tool.id: tool.strength for tool in load().tools} == {
        "checkov": StrengthName.IAC, "codeql": StrengthName.CODE, "garak": StrengthName.TESTED, "prowler": StrengthName.LIVE, "security-hub": StrengthName.LIVE,
        "promptfoo": StrengthName.TESTED, "pyrit": StrengthName.TESTED, "giskard": StrengthName.TESTED, "deepeval": StrengthName.TESTED, "semgrep": StrengthName.CODE, "trivy": StrengthName.IAC,
    }  # fmt: skip


def test_good_table_is_loaded(tmp_path: Path) -> None:
    tools = load_tools(folder(tmp_path), CODES)

    assert [(tool.id, [row.id for row in tool.checks]) for tool in tools] == [("t", ["good"])]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "good"', 'id = "god"', "/t.toml:11: the tool has no check `god`\nDid you mean `good`?"),
        ("CTL-13", "CTL-99", "/t.toml:11: no requirement CTL-99"),
        ('says = "All', 'passed = "gap"\nsays = "All', "/t.toml:11: `good`: a pass is whole, sign or nothing"),
        ('says = "All', 'failed = "whole"\nsays = "All', "/t.toml:11: `good`: a pass is whole, sign or nothing"),
        ('says = "All', 'aliases = ["other"]\nsays = "All', "/t.toml:11: the tool has no check `other`"),
        ('id = "t"', 'id = "u"', "/t.toml:1: id `u` is not the file name"),
        ("[[checks]]", '[[checks]]\nid = "good"\nrequirement = "CTL-13"\nsays = "x"\n\n[[checks]]', "`good` speaks twice of CTL-13"),
        ("says =", "say =", "unknown key `say`"),
    ],
)  # fmt: skip
def test_malformed_table_is_refused_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in refused(folder(tmp_path, TABLE.replace(old, new, 1) if old != 'id = "good"' else TABLE.replace(old, new)))


def test_table_without_a_list_of_ids_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "t.ids").unlink()

    assert "t.ids: cannot be read" in refused(path)


def test_peer_that_no_table_knows_is_refused() -> None:
    catalogue = load()
    thinner = [tool for tool in catalogue.tools if tool.id != "checkov"]

    with pytest.raises(CatalogueError) as caught:
        refuse_wrong_peers(thinner, catalogue.infrastructure, catalogue.matrix.requirements, DATA)

    assert "no table of results says that `CKV" in caught.value.message
    refuse_wrong_peers(catalogue.tools, catalogue.infrastructure, catalogue.matrix.requirements, DATA)


def test_documentation_lists_every_row_once(tmp_path: Path) -> None:
    tools = load_tools(folder(tmp_path), CODES)

    page = with_tables(f"Words.\n\n{BEGIN}\nold", tools)

    assert page.startswith(f"Words.\n\n{BEGIN}\n\n## Checks of T\n")
    assert page.endswith("| `good` | CTL-13 | All is well. | a sign | not met |\n")
    assert with_tables(page, tools) == page
