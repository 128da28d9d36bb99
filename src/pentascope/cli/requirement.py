"""`pentascope requirement`: one requirement whole, or all of them in a list."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "requirement",
        help="show one requirement: what, why, how it is proved, how to close it",
        description="Show one requirement by its code (CTL-07) or id, or list them all.",
    )
    parser.add_argument("name", nargs="?", metavar="CODE", help="code or id; all of them when left out")
    parser.add_argument("--format", choices=("terminal", "json"), default="terminal", help="default: terminal")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print it."""
    from pentascope.app.requirements import requirement_json, requirement_text

    if args.format == "json":
        sys.stdout.write(requirement_json(args.name))
    else:
        sys.stdout.write(requirement_text(args.name, width=shutil.get_terminal_size((100, 24)).columns))
    return 0
