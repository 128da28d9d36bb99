"""`pentascope plan`: what to do first, why, and when."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from pentascope.model.plan import Plan

_FORMATS = ("terminal", "json", "markdown", "csv", "ics")
_EXAMPLES = """examples:
  pentascope plan .                                       what to do first; the profile is unknown
  pentascope plan . --declarations pentascope.toml        with the profile that the file holds
  pentascope plan . --declarations pentascope.toml -v     all items, with their reasons
  pentascope plan . --format csv -o plan.csv              for Jira and other trackers
  pentascope plan . --format ics -o plan.ics              the dates as a calendar
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    import argparse

    parser = subparsers.add_parser(
        "plan",
        help="rank what is missing by the risk it would remove, and schedule it",
        description="Assess a tree, then rank and schedule what is missing by the risk that it would remove under your profile.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    places = "folder, file, archive, git revision or repository URL (default: .)"
    parser.add_argument("target", nargs="*", default=["."], metavar="TARGET", help=places)
    parser.add_argument("-f", "--format", choices=_FORMATS, default="terminal", help="default: terminal")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    parser.add_argument("--explain", "-v", "--verbose", action="store_true", help="show every item with its reasons")
    parser.add_argument("--include", action="append", default=[], metavar="GLOB", help="only paths that match (repeatable)")
    parser.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="not paths that match (repeatable)")
    parser.add_argument("--declarations", metavar="FILE", help="people's word, with [profile] and [systems.profile]")
    parser.add_argument("--results", action="append", default=[], metavar="FILE", help="results of another tool, as evidence (repeatable)")
    parser.add_argument("--policy", metavar="FILE", help="what your organisation demands of people's word")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the draws (default: 1): the same seed gives the same plan")
    parser.add_argument("--no-cache", action="store_true", help="neither use nor keep results of earlier scans")
    parser.add_argument("-j", "--jobs", type=int, metavar="N", help="worker processes (default: all cores)")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on standard error")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Plan, print or write, and answer with the exit code."""
    from pentascope.app.plan import plan
    from pentascope.cli.delivery import deliver
    from pentascope.cli.scan import progress_line
    from pentascope.errors import UsageError

    if args.seed < 0:
        raise UsageError(f"--seed {args.seed}: a seed is 0 or more.", hint="Leave it out for the usual one.")
    found = plan(
        *args.target,
        declarations=args.declarations,
        policy=args.policy,
        results=args.results,
        include=args.include,
        exclude=args.exclude,
        seed=args.seed,
        jobs=args.jobs,
        use_cache=not args.no_cache,
        progress=None if args.quiet or not sys.stderr.isatty() else progress_line(),
    )
    deliver(_render(found, args), args.output)
    return 0


def _render(found: Plan, args: argparse.Namespace) -> bytes:
    from pentascope.report.formats import plan_tables, plan_terminal

    if args.format == "json":
        return plan_tables.to_json(found)
    if args.format == "csv":
        return plan_tables.to_csv(found).encode()
    if args.format == "ics":
        return plan_tables.to_ics(found).encode()
    if args.format == "markdown":
        return plan_tables.to_markdown(found).encode()
    from pentascope.cli.scan import is_coloured

    return plan_terminal.render(
        found,
        width=shutil.get_terminal_size((100, 24)).columns,
        is_coloured=args.output is None and is_coloured(),
        is_ascii=args.output is None and "utf" not in (sys.stdout.encoding or "").lower(),
        is_explained=args.explain,
    ).encode()
