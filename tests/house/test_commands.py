"""Every word of the command line is documented, and the example says what the README shows."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pentascope.cli import main as cli

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CLI = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
EXIT_CODES = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    return next(action.choices for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))


def words(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if not isinstance(action, argparse._HelpAction):
            yield from action.option_strings


def section(command: str) -> str:
    return CLI.partition(f"## `pentascope {command}")[2].partition("\n## ")[0]


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_option_is_documented(command: str) -> None:
    text = section(command)

    missing = [word for word in words(commands()[command]) if f"`{word}" not in text]

    assert text != ""
    assert missing == []


def test_every_format_and_shell_is_documented() -> None:
    choices = [choice for parser in commands().values() for action in parser._actions for choice in action.choices or ()]

    assert [choice for choice in choices if choice not in CLI] == []


def test_every_exit_code_is_documented() -> None:
    codes = [value for name, value in vars(cli).items() if name.startswith("EXIT_")]

    assert [code for code in codes if f"| {code} |" not in EXIT_CODES] == []


def test_example_is_in_scopes_two_three_and_four(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code = cli.main(["scan", str(ROOT / "examples" / "support-bot"), "--format", "json", "--no-cache", "--jobs", "1"])

    summary = json.loads(capfdbinary.readouterr().out)["summary"]
    assert code == 0
    assert summary["scopes"] == [2, 3, 4]
    assert summary["assistants"] == ["claude_code"]
    assert summary["rag_stores"] == ["chroma"]
    assert "bedrock" in summary["providers"]
    assert summary["has_guardrails"]
    assert summary["has_finetune"]
