"""`pentascope import`: what files of other tools' results bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_FORMATS = ("terminal", "json")
_EXAMPLES = """examples:
  pentascope import checkov.json                      what it holds, and which requirements it speaks of
  pentascope import prowler.ocsf.json --format json   the same for programmes
  pentascope assess . --results checkov.json          take it as evidence
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    import argparse

    parser = subparsers.add_parser(
        "import",
        help="show what results of another tool bring",
        description="Read results of Checkov, Prowler, Security Hub or any tool that writes SARIF, and say what they mean here.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="+", metavar="FILE", help="a file of results; its format is told by what it holds")
    parser.add_argument("-f", "--format", choices=_FORMATS, default="terminal", help="default: terminal")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, print or write."""
    import shutil

    from pentascope.app.results import import_results
    from pentascope.cli.delivery import deliver
    from pentascope.cli.scan import is_coloured
    from pentascope.report.formats import import_json, import_terminal

    report = import_results(args.file)
    if args.format == "json":
        deliver(import_json.render(report), args.output)
        return 0
    width = shutil.get_terminal_size((100, 24)).columns
    deliver(import_terminal.render(report, width=width, is_coloured=args.output is None and is_coloured()).encode(), args.output)
    return 0
