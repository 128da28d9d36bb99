"""`pentascope explain`: everything about one line, one scope, one signature."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "explain",
        help="explain one line of evidence, a file:line, a scope, a requirement, a verdict or a signature",
        description="Explain one thing: the id of a line of evidence, PATH:LINE, a scope (1 to 5), a requirement (CTL-07), "
        "a verdict (CTL-07@SYSTEM, SYSTEM being its id, name or folder), or the id of a signature.",
    )
    parser.add_argument("what", metavar="ID", help="evidence id, path:line, scope number, requirement code, verdict or signature id")
    parser.add_argument("target", nargs="?", default=".", metavar="TARGET", help="what was scanned (default: .)")
    parser.add_argument("--declarations", metavar="FILE", help="people's word: attestations, exceptions, declared systems")
    parser.add_argument("--policy", metavar="FILE", help="what your organisation demands of people's word")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the explanation."""
    from pentascope.app.explain import explain

    width = shutil.get_terminal_size((100, 24)).columns
    sys.stdout.write(explain(args.what, args.target, width=width, declarations=args.declarations, policy=args.policy))
    return 0
