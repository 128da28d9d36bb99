from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest
from rich.cells import cell_len
from tests.report.samples import EMPTY, HOSTILE, MATRIX, RICH, TRAINER

from pentascope.model.evidence import Coverage
from pentascope.model.scoping import ScanResult
from pentascope.report.formats import terminal


@pytest.mark.parametrize("result", [RICH, EMPTY], ids=["rich", "empty"])
@pytest.mark.parametrize("is_explained", [False, True], ids=["short", "explained"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int, is_explained: bool, result: ScanResult) -> None:
    told = terminal.render(result, matrix=MATRIX, width=width, is_explained=is_explained)

    assert [line for line in told.splitlines() if cell_len(line) > width] == []


@pytest.mark.parametrize(("asked", "given"), [(20, 60), (400, 120)])
def test_width_is_kept_between_sixty_and_one_hundred_and_twenty(asked: int, given: int) -> None:
    assert terminal.render(RICH, matrix=MATRIX, width=asked) == terminal.render(RICH, matrix=MATRIX, width=given)


def test_short_answer_names_scope_proof_question_and_next_step() -> None:
    told = terminal.render(RICH, matrix=MATRIX, width=120)

    for words in (
        "This tree is in scopes 2, 3 and 4.",
        "Scope 4  Fine-tuned models",
        "training/lora.py:41  model = get_peft_model(base",
        "Would change this: Are the base weights your own, trained from nothing?",
        f"pentascope explain {TRAINER.id}",
        "pentascope matrix --scope 4",
    ):
        assert words in told


def test_explanation_holds_every_line_of_evidence() -> None:
    told = terminal.render(RICH, matrix=MATRIX, width=120, is_explained=True)

    assert [line.id for line in RICH.evidence if line.id not in told] == []


def test_key_in_the_tree_is_told_in_red() -> None:
    told = terminal.render(RICH, matrix=MATRIX, is_coloured=True)

    assert "\x1b[1;31mOpenAI at services/triage/.env:2" in told


def test_tree_without_use_is_told_with_what_was_looked_at() -> None:
    told = terminal.render(EMPTY, matrix=MATRIX)

    assert "No use of generative AI was found in this tree." in told
    assert "412 files seen, 198 read, 21 parsed (go 14, config 7)." in told


def test_tree_in_which_nothing_was_read_is_not_called_free_of_use() -> None:
    unread = msgspec.structs.replace(EMPTY, coverage=Coverage(files_seen=3))

    told = terminal.render(unread, matrix=MATRIX)

    assert "Nothing can be said: no file was read." in told
    assert "None found" not in told


def test_evidence_that_makes_no_scope_is_admitted() -> None:
    told = terminal.render(msgspec.structs.replace(EMPTY, evidence=(HOSTILE,)), matrix=MATRIX)

    assert "1 line spoke of generative AI, but none shows that this tree uses it." in told


def test_rich_is_loaded_only_to_render() -> None:
    code = "import sys, pentascope.report.formats.terminal, pentascope.report.formats; print('rich' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)})

    assert done.stdout == "False\n"
