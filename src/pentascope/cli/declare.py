"""`pentascope declare`: a system that somebody runs or plans."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "declare",
        help="write down a system, current or planned",
        description="Write a system into pentascope.toml, or add to what is said of it. Comments and order of the file are kept.",
        epilog="example: pentascope declare support-bot --root services/bot --scope 3 --condition personal_data",
    )
    parser.add_argument("name", metavar="NAME", help="name of the system")
    parser.add_argument("--planned", action="store_true", help="it does not run yet")
    parser.add_argument("--scope", action="append", default=[], type=scope, metavar="N", help="scope 1 to 5 (repeatable)")
    parser.add_argument("--condition", action="append", default=[], metavar="NAME", help="a condition that holds (repeatable)")
    parser.add_argument("--not-condition", action="append", default=[], metavar="NAME", help="one that does not hold (repeatable)")
    parser.add_argument("--root", metavar="DIR", help="its folder in the tree")
    parser.add_argument("--owner", metavar="WHO", help="who answers for it")
    parser.add_argument("--file", default="pentascope.toml", metavar="PATH", help="default: pentascope.toml")
    parser.set_defaults(run=run)


def scope(text: str) -> int:
    """A scope of the command line. Raises: ValueError."""
    number = int(text)
    if number not in range(1, 6):
        message = "scopes go from 1 to 5"
        raise ValueError(message)
    return number


def run(args: argparse.Namespace) -> int:
    """Write it and say so."""
    from pentascope.app.declarations import conditions, declare
    from pentascope.model.declaration import DeclaredSystem, SystemStatus
    from pentascope.model.scoping import Scope
    from pentascope.report.escape import escape

    said = DeclaredSystem(
        name=args.name,
        root=args.root,
        status=SystemStatus.PLANNED if args.planned else SystemStatus.CURRENT,
        scopes=tuple(Scope(number) for number in dict.fromkeys(args.scope)),
        conditions=conditions(args.condition),
        not_conditions=conditions(args.not_condition),
        owner=args.owner,
    )
    sys.stdout.write(escape(declare(said, file=args.file)) + "\n")
    return 0
