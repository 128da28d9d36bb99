"""`pentascope scan`: place a tree in the five scopes."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pentascope.model.scoping import ScanResult

_FORMATS = ("terminal", "json", "html", "markdown", "cyclonedx")
_EXAMPLES = """examples:
  pentascope scan .                             the short answer
  pentascope scan . --explain                   every rule that spoke, every line of evidence
  pentascope scan . --format html -o report.html
  pentascope scan HEAD~5                        a revision of the repository here
  pentascope scan release.tar.gz other/folder   an archive and a folder, together
  pentascope scan . --since origin/main         what the files changed since then bring
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    import argparse

    parser = subparsers.add_parser(
        "scan",
        help="place a source tree in the five scopes, from evidence",
        description="Read a source tree and say which of the five scopes it is in, and why. Nothing in it is executed.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    places = "folder, file, archive, git revision or repository URL (default: .)"
    parser.add_argument("target", nargs="*", default=["."], metavar="TARGET", help=places)
    parser.add_argument("-f", "--format", choices=_FORMATS, default="terminal", help="default: terminal")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    parser.add_argument("--explain", action="store_true", help="show every rule, every line of evidence, and what was not read")
    parser.add_argument("--include", action="append", default=[], metavar="GLOB", help="only paths that match (repeatable)")
    parser.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="not paths that match (repeatable)")
    parser.add_argument("--since", metavar="REV", help="only what stands in files that differ from this git revision")
    parser.add_argument("--no-cache", action="store_true", help="neither use nor keep results of earlier scans")
    parser.add_argument("-j", "--jobs", type=_positive, metavar="N", help="worker processes (default: all cores)")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on standard error")
    parser.add_argument("--fail-on-scope", metavar="N[,N]", help="exit 1 when the tree is in one of these scopes")
    parser.add_argument("--fail-on-incomplete", action="store_true", help="exit 3 when a file that could matter was not read")
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        message = "must be at least 1"
        raise ValueError(message)
    return number


def run(args: argparse.Namespace) -> int:
    """Scan, print or write, and answer with the exit code."""
    from pentascope.app.scan import scan
    from pentascope.cli.delivery import deliver

    wanted = _scopes(args.fail_on_scope)
    found = scan(
        *args.target,
        jobs=args.jobs,
        use_cache=not args.no_cache,
        include=args.include,
        exclude=args.exclude,
        since=args.since,
        progress=None if args.quiet or not sys.stderr.isatty() else progress_line(),
    )
    deliver(_render(found, args), args.output)
    if wanted & set(found.summary.scopes):
        return 1
    return 3 if args.fail_on_incomplete and _is_incomplete(found) else 0


def _scopes(text: str | None) -> set[int]:
    from pentascope.errors import UsageError

    try:
        scopes = {int(word) for word in (text or "").split(",") if word.strip()}
    except ValueError as error:
        raise UsageError(f"--fail-on-scope {text}: scopes are numbers.", hint="For example --fail-on-scope 1,4") from error
    if not scopes <= {1, 2, 3, 4, 5}:
        raise UsageError(f"--fail-on-scope {text}: scopes go from 1 to 5.", hint="See pentascope matrix.")
    return scopes


def _is_incomplete(found: ScanResult) -> bool:
    from pentascope.model.evidence import SkipReason

    harmless = {SkipReason.EXCLUDED, SkipReason.VENDORED, SkipReason.BINARY, SkipReason.LINK, SkipReason.MINIFIED}
    return any(reason not in harmless for reason, _ in found.coverage.skipped_counts)


def _render(found: ScanResult, args: argparse.Namespace) -> bytes:
    from pentascope.catalogue.load import load
    from pentascope.report.formats import FORMATS

    matrix = load().matrix
    if args.format == "terminal":
        from pentascope.report.formats import terminal

        return terminal.render(
            found,
            matrix=matrix,
            width=shutil.get_terminal_size((100, 24)).columns,
            is_coloured=args.output is None and is_coloured(),
            is_ascii=args.output is None and "utf" not in (sys.stdout.encoding or "").lower(),
            is_explained=args.explain,
        ).encode()
    chosen = next(one for one in FORMATS if one.name == args.format)
    return chosen.render(found, matrix=matrix)


def is_coloured() -> bool:
    """Whether standard output is a terminal that wants colour."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def progress_line() -> Callable[[int, int], None]:
    """A line on standard error that appears when a scan takes longer than most."""
    started = time.monotonic()
    shown = 0.0

    def show(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if done >= total:
            if shown:
                sys.stderr.write("\r\x1b[K")
        elif now - started > 0.7 and now - shown > 0.1:
            shown = now
            sys.stderr.write(f"\r\x1b[K  read {done:,} of {total:,} files")
        sys.stderr.flush()

    return show
