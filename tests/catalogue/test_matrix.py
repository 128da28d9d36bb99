from __future__ import annotations

from collections import Counter
from pathlib import Path
from shutil import copytree

import pytest

from pentascope.catalogue.build import DATA
from pentascope.catalogue.matrix import load_matrix
from pentascope.catalogue.requirements import load_requirement_pages, requirements_of
from pentascope.errors import CatalogueError
from pentascope.model.discipline import Discipline
from pentascope.model.matrix import Basis, Matrix
from pentascope.model.scoping import Scope


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return load_matrix(DATA / "matrix", requirements_of(load_requirement_pages(DATA / "requirements"), DATA / "requirements"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return copytree(DATA, tmp_path / "data", ignore=lambda _, names: [n for n in names if n == "signatures"])


def load(data: Path) -> Matrix:
    return load_matrix(data / "matrix", requirements_of(load_requirement_pages(data / "requirements"), data / "requirements"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_matrix_is_whole(matrix: Matrix) -> None:
    counts = (
        len(matrix.scopes),
        len(matrix.disciplines),
        len(matrix.cells),
        len(matrix.requirements),
        len(matrix.questions),
        len(matrix.boundary_cases),
        len(matrix.agentic.scopes),
        len(matrix.agentic.dimensions),
        len(matrix.agentic.cells),
        len(matrix.ownership.columns),
    )

    assert counts == (5, 5, 25, 126, 8, 28, 4, 6, 24, 6)


@pytest.mark.parametrize(
    ("discipline", "counts"),
    [
        ("governance", [8, 10, 13, 15, 14]),
        ("legal", [6, 12, 15, 16, 11]),
        ("risk", [6, 7, 14, 15, 14]),
        ("controls", [5, 8, 26, 31, 31]),
        ("resilience", [5, 7, 18, 21, 20]),
    ],
)
def test_matrix_counts_requirements_a_cell(matrix: Matrix, discipline: str, counts: list[int]) -> None:
    found = [len(matrix.cell(scope, Discipline(discipline)).requirements) for scope in Scope]

    assert found == counts


def test_matrix_primary_requirements_are_few_enough_to_start_with(matrix: Matrix) -> None:
    sizes = {cell.id: len(cell.primary) for cell in matrix.cells}

    assert {name: size for name, size in sizes.items() if not 4 <= size <= 8} == {}


def test_matrix_codes_carry_their_discipline(matrix: Matrix) -> None:
    codes = {entry.id: entry.code for entry in matrix.disciplines}

    assert [entry.code for entry in matrix.requirements if not entry.code.startswith(codes[entry.discipline])] == []


def test_matrix_titles_are_short_and_single(matrix: Matrix) -> None:
    titles = Counter(entry.title for entry in matrix.requirements)

    assert [title for title, count in titles.items() if count > 1 or len(title) > 70] == []


def test_matrix_says_when_it_only_recalls(matrix: Matrix) -> None:
    recalled = [cell.id for cell in matrix.cells if any(source.basis == Basis.RECALLED for source in cell.sources)]

    assert recalled == ["1xlegal", "1xcontrols", "2xcontrols"]


def test_matrix_ids_are_single(matrix: Matrix) -> None:
    families = (
        matrix.questions,
        matrix.boundary_cases,
        matrix.signals,
        matrix.ownership.assets,
        matrix.agentic.questions,
    )
    for family in families:
        ids = [entry.id for entry in family]

        assert sorted(set(ids)) == sorted(ids)


def test_matrix_decision_tree_reaches_every_scope_and_ends(matrix: Matrix) -> None:
    questions = {question.id: question for question in matrix.questions}
    order = list(questions)
    branches = [(question.id, branch) for question in matrix.questions for branch in (question.yes, question.no)]

    assert {branch.scope for _, branch in branches if branch.scope} == set(Scope)
    assert [
        (here, branch.next)
        for here, branch in branches
        if branch.next and order.index(branch.next) <= order.index(here)
    ] == []


def test_matrix_refuses_a_requirement_in_the_wrong_cell(data: Path) -> None:
    path = data / "matrix" / "cells" / "1xcontrols.md"
    edit(path, '"CTL-42"', '"CTL-40"')

    with pytest.raises(CatalogueError) as caught:
        load(data)

    assert caught.value.message == f"{path}:8: CTL-40 does not belong to cell 1xcontrols"


def test_matrix_refuses_a_cell_that_forgets_a_requirement(data: Path) -> None:
    path = data / "matrix" / "cells" / "1xcontrols.md"
    edit(path, ', "CTL-42"', "")

    with pytest.raises(CatalogueError) as caught:
        load(data)

    assert caught.value.message == f"{path}:1: CTL-42 apply here but are not listed"


def test_matrix_refuses_an_unknown_requirement(data: Path) -> None:
    edit(data / "matrix" / "cells" / "1xcontrols.md", '"CTL-42"', '"CTL-420"')

    with pytest.raises(CatalogueError) as caught:
        load(data)

    assert caught.value.hint == "Did you mean `CTL-42` or `CTL-40` or `CTL-20`?"


def test_matrix_refuses_a_missing_cell(data: Path) -> None:
    (data / "matrix" / "cells" / "3xlegal.md").unlink()

    with pytest.raises(CatalogueError, match="24 entries where 25 belong"):
        load(data)


def test_matrix_refuses_an_asset_without_all_owners(data: Path) -> None:
    edit(data / "matrix" / "ownership.toml", 'owners = ["C", "C", "C", "C", "C", "C"]', 'owners = ["C"]')

    with pytest.raises(CatalogueError, match="usage has not 6 owners"):
        load(data)


def test_matrix_refuses_an_answer_that_leads_nowhere(data: Path) -> None:
    edit(data / "matrix" / "decision-tree.toml", 'next = "own-code"', 'next = "own-codes"')

    with pytest.raises(CatalogueError, match="no question `own-codes`"):
        load(data)


def test_document_counts_as_the_matrix_does(matrix: Matrix) -> None:
    rows = [
        " | ".join([f"| {entry.name}", *(str(len(matrix.cell(scope, entry.id).requirements)) for scope in Scope)]) + " |"
        for entry in matrix.disciplines
    ]

    document = (Path(__file__).parents[2] / "docs" / "matrix.md").read_text(encoding="utf-8")

    assert "\n".join(rows) in document
    assert [basis for basis in Basis if f"| `{basis}` |" not in document] == []
