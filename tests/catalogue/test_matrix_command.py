from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pentascope.app.matrix import Request, select, show, show_json
from pentascope.catalogue.build import DATA
from pentascope.catalogue.matrix import load_matrix
from pentascope.catalogue.requirements import load_requirement_pages, requirements_of
from pentascope.cli import matrix as command
from pentascope.errors import UnknownNameError, UsageError
from pentascope.model.discipline import Discipline
from pentascope.model.matrix import Part, Selection
from pentascope.model.scoping import Scope
from pentascope.report.formats.matrix_terminal import render

if TYPE_CHECKING:
    from pentascope.model.matrix import Matrix

SELECTIONS = [
    Selection(),
    *(Selection(part=Part.SCOPE, scope=scope) for scope in Scope),
    *(Selection(part=Part.DISCIPLINE, discipline=discipline) for discipline in Discipline),
    Selection(part=Part.CELL, scope=Scope.PRETRAINED_MODEL, discipline=Discipline.CONTROLS),
    Selection(part=Part.AGENTIC),
    Selection(part=Part.OWNERSHIP),
    Selection(part=Part.BOUNDARY),
    Selection(part=Part.TREE),
]


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return load_matrix(DATA / "matrix", requirements_of(load_requirement_pages(DATA / "requirements"), DATA / "requirements"))


CELL_3_CONTROLS = Selection(part=Part.CELL, scope=Scope.PRETRAINED_MODEL, discipline=Discipline.CONTROLS)


@pytest.mark.parametrize(
    ("request_", "selection"),
    [
        (Request(), Selection()),
        (Request(words=("3",)), Selection(part=Part.SCOPE, scope=Scope.PRETRAINED_MODEL)),
        (Request(words=("scope", "3")), Selection(part=Part.SCOPE, scope=Scope.PRETRAINED_MODEL)),
        (Request(words=("Enterprise", "app")), Selection(part=Part.SCOPE, scope=Scope.ENTERPRISE_APP)),
        (Request(scope="fine-tuned-model"), Selection(part=Part.SCOPE, scope=Scope.FINE_TUNED_MODEL)),
        (Request(words=("gov",)), Selection(part=Part.DISCIPLINE, discipline=Discipline.GOVERNANCE)),
        (Request(discipline="RES"), Selection(part=Part.DISCIPLINE, discipline=Discipline.RESILIENCE)),
        (Request(words=("3", "controls")), CELL_3_CONTROLS),
        (Request(words=("controls", "3")), CELL_3_CONTROLS),
        (Request(words=("3xcontrols",)), CELL_3_CONTROLS),
        (Request(words=("3xCTL",)), CELL_3_CONTROLS),
        (Request(words=("3×controls",)), CELL_3_CONTROLS),
        (Request(words=("3", "x", "controls")), CELL_3_CONTROLS),
        (Request(words=("3",), discipline="controls"), CELL_3_CONTROLS),
        (Request(scope="3", discipline="controls"), CELL_3_CONTROLS),
        (Request(part=Part.TREE), Selection(part=Part.TREE)),
    ],
)
def test_select_understands_what_people_type(matrix: Matrix, request_: Request, selection: Selection) -> None:
    assert select(matrix, request_) == selection


@pytest.mark.parametrize(
    ("request_", "message", "hint"),
    [
        (Request(words=("contorls",)), "no scope, discipline or cell is called `contorls`", "Did you mean `controls` or `control`?"),
        (Request(scope="7"), "no scope is called `7`", "Scopes are 1 to 5"),
        (Request(words=("6xcontrols",)), "no scope is called `6`", "Scopes are 1 to 5"),
        (Request(words=("3xfoo",)), "no discipline is called `foo`", "Scopes are 1 to 5"),
    ],
)
def test_select_refuses_unknown_names_with_a_hint(matrix: Matrix, request_: Request, message: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        select(matrix, request_)

    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    "request_",
    [Request(words=("3",), scope="4"), Request(words=("3",), part=Part.TREE), Request(words=("gov",), discipline="risk")],
)
def test_select_refuses_words_that_do_not_fit_together(matrix: Matrix, request_: Request) -> None:
    with pytest.raises(UsageError):
        select(matrix, request_)


@pytest.mark.parametrize("width", [60, 80, 120, 300])
@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda s: "-".join(str(v) for v in (s.part, s.scope, s.discipline) if v))
def test_render_keeps_to_its_width_and_cuts_nothing(matrix: Matrix, selection: Selection, width: int) -> None:
    text = render(matrix, selection, width=width)

    assert [line for line in text.splitlines() if len(line) > min(width, 140) and "https://" not in line] == []
    assert "…" not in text or width < 80
    assert "\x1b" not in text
    assert "\ue000" not in text


@pytest.mark.parametrize("selection", SELECTIONS)
def test_render_keeps_to_ascii_when_asked(matrix: Matrix, selection: Selection) -> None:
    text = render(matrix, selection, is_ascii=True)

    assert text.isascii()
    assert "????" not in text


def test_render_shows_all_cells_with_their_counts(matrix: Matrix) -> None:
    lines = render(matrix, Selection(), width=80).splitlines()

    assert lines[5:8] == [
        "               1 buy        2 buy        3 build      4 build      5 build",
        "               Consumer     Enterprise   Pre-trained  Fine-tuned   Self-trained",
        "               app          app          models       models       models",
    ]
    assert " Controls       5 █          8 ██        26 ██████    31 ███████   31 ███████" in lines
    assert " CTL           01 02 07 41  02 03 04 05  08 11 13 14  11 18 27 28  27 28 30 32" in lines


def test_render_shows_every_requirement_of_a_cell(matrix: Matrix) -> None:
    text = render(matrix, CELL_3_CONTROLS, width=120)

    cell = matrix.cell(Scope.PRETRAINED_MODEL, Discipline.CONTROLS)
    assert [code for code in cell.requirements if code not in text] == []
    assert "Begin with these 8" in text
    assert "Then these 18" in text


def test_render_colours_only_when_asked(matrix: Matrix) -> None:
    assert "\x1b[" in render(matrix, Selection(), is_coloured=True)


def test_json_of_a_cell_holds_its_requirements() -> None:
    document = json.loads(show_json(Request(words=("1xcontrols",))))

    assert document["schema"] == "urn:pentascope:schema:matrix:1"
    assert document["part"] == "cell"
    assert [entry["code"] for entry in document["requirements"]] == ["CTL-01", "CTL-02", "CTL-07", "CTL-41", "CTL-42"]
    assert [entry["name"] for entry in document["scopes"]] == ["Consumer app"]


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        (Part.WHOLE, {"scopes", "disciplines", "cells", "requirements", "questions", "boundary_cases", "ownership", "agentic", "signals"}),
        (Part.AGENTIC, {"agentic"}),
        (Part.OWNERSHIP, {"ownership"}),
        (Part.BOUNDARY, {"boundary_cases"}),
        (Part.TREE, {"questions"}),
    ],
)
def test_json_of_a_part_holds_only_that_part(part: Part, keys: set[str]) -> None:
    document = json.loads(show_json(Request(part=part)))

    assert set(document) - {"schema", "catalogue_version", "part"} == keys


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    return parser.parse_args(["matrix", *words])


def test_command_prints_what_the_use_case_shows(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    exit_code = command.run(parsed("3", "controls"))

    assert exit_code == 0
    assert capsys.readouterr().out == show(Request(words=("3", "controls")), width=100)


def test_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = command.run(parsed("--tree", "--format", "json"))

    assert exit_code == 0
    assert json.loads(capsys.readouterr().out)["part"] == "tree"


def test_command_module_loads_neither_rich_nor_the_catalogue() -> None:
    code = "import sys, pentascope.cli.matrix; print(sorted({'rich', 'msgspec', 'argparse'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
