"""`pentascope matrix`: look at the matrix itself."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_EXAMPLES = """examples:
  pentascope matrix                the five scopes by the five disciplines
  pentascope matrix 3              one scope
  pentascope matrix controls       one discipline (gov, legal, risk, controls, resilience)
  pentascope matrix 3xcontrols     one cell
  pentascope matrix --tree         the questions that tell the scopes apart
  pentascope matrix --boundary     cases on the border, and how they are ruled
  pentascope matrix --ownership    who answers for what
  pentascope matrix --agentic      how much a system may do by itself
"""


_FORMATS = ("terminal", "json", "oscal-catalog", "oscal-mapping", "ciso-assistant", "prowler-compliance")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    import argparse

    parser = subparsers.add_parser(
        "matrix",
        help="look at the matrix: scopes, disciplines, cells, decision tree",
        description="Look at the Generative AI Security Scoping Matrix and its agentic companion.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cell", nargs="*", metavar="CELL", help="scope, discipline or cell: 3, controls, 3xcontrols")
    parser.add_argument("--scope", metavar="N", help="one scope, by number or name")
    parser.add_argument("--discipline", metavar="NAME", help="one discipline: gov, legal, risk, controls, resilience")
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument("--agentic", dest="part", action="store_const", const="agentic", help="the agentic matrix")
    parts.add_argument("--ownership", dest="part", action="store_const", const="ownership", help="who answers for what")
    parts.add_argument("--boundary", dest="part", action="store_const", const="boundary", help="cases on the border")
    parts.add_argument("--tree", dest="part", action="store_const", const="tree", help="the decision tree")
    parser.add_argument("--format", choices=_FORMATS, default="terminal", help="default: terminal; the last four are the whole matrix")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the part of the matrix that was named."""
    from pentascope.app.matrix import EXPORTS, Request, export, show, show_json
    from pentascope.cli.delivery import deliver
    from pentascope.cli.scan import is_coloured
    from pentascope.model.matrix import Part

    request = Request(
        words=tuple(args.cell),
        scope=args.scope,
        discipline=args.discipline,
        part=Part(args.part) if args.part else None,
    )
    if args.format in EXPORTS:
        deliver(export(request, args.format), args.output)
        return 0
    if args.format == "json":
        deliver(show_json(request).encode(), args.output)
        return 0
    is_shown = args.output is None
    text = show(
        request,
        width=shutil.get_terminal_size((80, 24)).columns,
        is_coloured=is_shown and is_coloured(),
        is_ascii=is_shown and "utf" not in (sys.stdout.encoding or "").lower(),
    )
    deliver(text.encode(), args.output)
    return 0
