"""`pentascope frameworks`: what requirements refer to, and which rows they reach."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_EXAMPLES = """examples:
  pentascope frameworks               all of them, with edition and coverage
  pentascope frameworks owasp-llm     one of them: its rows, and the requirements that refer to each
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    import argparse

    parser = subparsers.add_parser(
        "frameworks",
        help="look at the frameworks that requirements refer to",
        description="Look at the frameworks that requirements refer to: OWASP, MITRE ATLAS, NIST, ISO, the EU AI Act, AWS.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("framework", nargs="?", metavar="ID", help="one framework, by id: owasp-llm, atlas, eu-ai-act")
    parser.add_argument("--format", choices=("terminal", "json"), default="terminal", help="default: terminal")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the list, or the framework that was named."""
    from pentascope.app.frameworks import show, show_json

    if args.format == "json":
        sys.stdout.write(show_json(args.framework))
        return 0
    sys.stdout.write(
        show(
            args.framework,
            width=shutil.get_terminal_size((80, 24)).columns,
            is_coloured=sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
            is_ascii="utf" not in (sys.stdout.encoding or "").lower(),
        )
    )
    return 0
