"""`pentascope confirm`: a person's word on one scope of one system."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pentascope.cli.declare import scope

if TYPE_CHECKING:
    import argparse


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "confirm",
        help="agree or disagree with the scope of a system",
        description="Write a person's word on a scope into pentascope.toml. Comments and order of the file are kept.",
        epilog="example: pentascope confirm support-bot 3 --by jo@example.org",
    )
    parser.add_argument("system", metavar="SYSTEM", help="name, id or folder of the system")
    parser.add_argument("scope", metavar="SCOPE", type=scope, help="scope 1 to 5")
    parser.add_argument("--by", required=True, metavar="NAME", help="who says so")
    parser.add_argument("--disagree", action="store_true", help="the system is not in this scope")
    parser.add_argument("--note", metavar="TEXT", help="why")
    parser.add_argument("--file", default="pentascope.toml", metavar="PATH", help="default: pentascope.toml")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write it and say so."""
    from pentascope.app.declarations import confirm
    from pentascope.model.declaration import Decision
    from pentascope.report.escape import escape

    decision = Decision.DISAGREE if args.disagree else Decision.AGREE
    told = confirm(args.system, args.scope, by=args.by, decision=decision, note=args.note, file=args.file)
    sys.stdout.write(escape(told) + "\n")
    return 0
