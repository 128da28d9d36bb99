"""`pentascope except`: somebody accepts a gap for a time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pentascope.cli.attest import day

if TYPE_CHECKING:
    import argparse


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "except",
        help="accept one gap for a time",
        description="Write an exception into pentascope.toml. Comments and order of the file are kept.",
        epilog="example: pentascope except CTL-07 --reason 'pilot of ten users' --owner jo@example.org --expires 2027-03-31",
    )
    parser.add_argument("code", metavar="CODE", help="requirement, such as CTL-07")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why the gap is accepted")
    parser.add_argument("--owner", required=True, metavar="WHO", help="who accepts it")
    parser.add_argument("--expires", required=True, type=day, metavar="DATE", help="last day on which it holds")
    parser.add_argument("--compensating", metavar="TEXT", help="what is done instead")
    parser.add_argument("--system", metavar="NAME", help="one system (default: all)")
    parser.add_argument("--file", default="pentascope.toml", metavar="PATH", help="default: pentascope.toml")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write it and say so."""
    from pentascope.app.declarations import accept
    from pentascope.report.escape import escape

    told = accept(
        args.code,
        reason=args.reason,
        owner=args.owner,
        expires=args.expires,
        file=args.file,
        system=args.system,
        compensating=args.compensating,
    )
    sys.stdout.write(escape(told) + "\n")
    return 0
