"""`pentascope attest`: a person answers the question of one requirement."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from datetime import date


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "attest",
        help="write down a person's answer on one requirement",
        description="Write an attestation into pentascope.toml. Comments and order of the file are kept.",
        epilog="example: pentascope attest GOV-03 --owner jo@example.org --document policies/ai.pdf",
    )
    parser.add_argument("code", metavar="CODE", help="requirement, such as CTL-07")
    parser.add_argument("--system", metavar="NAME", help="one system (default: all)")
    parser.add_argument("--owner", required=True, metavar="WHO", help="who answers for it")
    parser.add_argument("--answer", choices=("yes", "no", "not-applicable"), default="yes", help="default: yes")
    parser.add_argument("--document", metavar="PATH|URL", help="what shows it; the hash of a file is kept")
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument("--expires", type=day, metavar="DATE", help="last day on which it holds, as 2027-03-31")
    ends.add_argument("--days", type=days, metavar="N", help="the same as days from today (default: the requirement's)")
    parser.add_argument("--note", metavar="TEXT", help="a note; the reason of a not-applicable")
    parser.add_argument("--file", default="pentascope.toml", metavar="PATH", help="default: pentascope.toml")
    parser.set_defaults(run=run)


def day(text: str) -> date:
    """A day of the command line. Raises: ValueError."""
    from datetime import date

    return date.fromisoformat(text)


def days(text: str) -> int:
    """A number of days of the command line. Raises: ValueError."""
    number = int(text)
    if not 0 <= number <= 36_500:
        message = "must be 0 to 36500"
        raise ValueError(message)
    return number


def run(args: argparse.Namespace) -> int:
    """Write it and say so."""
    from pentascope.app.declarations import attest
    from pentascope.model.declaration import Answer
    from pentascope.report.escape import escape

    told = attest(
        args.code,
        owner=args.owner,
        file=args.file,
        system=args.system,
        answer=Answer(args.answer.replace("-", "_")),
        document=args.document,
        expires=args.expires,
        days=args.days,
        note=args.note,
    )
    sys.stdout.write(escape(told) + "\n")
    return 0
