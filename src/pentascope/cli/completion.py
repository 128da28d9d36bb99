"""`pentascope completion`: the script that completes commands in a shell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "completion",
        help="print a completion script for your shell",
        description="Print a completion script. For bash: "
        "pentascope completion bash > ~/.local/share/bash-completion/completions/pentascope",
    )
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the script; it never starts Python when it completes."""
    import shtab

    from pentascope.cli.main import parser

    sys.stdout.write(shtab.complete(parser(), args.shell) + "\n")
    return 0
