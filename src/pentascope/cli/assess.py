"""`pentascope assess`: judge every requirement that the scopes of a tree bring."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from pentascope.model.posture import AssessmentResult
    from pentascope.model.verdict import Outcome

_FORMATS = ("terminal", "json", "html", "markdown", "sarif", "csv", "junit", "xlsx", "cyclonedx", "oscal-ar", "oscal-poam")
_EXAMPLES = """examples:
  pentascope assess .                                 what is met, not met and unknown
  pentascope assess . --explain                       every verdict with its grounds
  pentascope assess . --declarations pentascope.toml  what people attest, too
  pentascope assess . --results checkov.json          what other tools found, too
  pentascope assess . --format html -o report.html    one page to read, filter, print and hand over
  pentascope assess . --format sarif -o out.sarif     for code scanning
  pentascope assess . --fail-on not-met               exit 1 when a requirement is not met
  pentascope assess . --fail-on CTL-07,CTL-14         exit 1 when one of these is not met
  pentascope assess . --since origin/main --fail-on not-met   exit 1 when the change breaks or adds one
  pentascope assess . --format json -o base.json      keep; later: --baseline base.json --fail-on not-met
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    import argparse

    parser = subparsers.add_parser(
        "assess",
        help="judge the requirements that the scopes of a tree bring",
        description="Scan a tree, then say for each requirement of its scopes: met, not met, unknown or not applicable, and why.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    places = "folder, file, archive, git revision or repository URL (default: .)"
    parser.add_argument("target", nargs="*", default=["."], metavar="TARGET", help=places)
    parser.add_argument("-f", "--format", choices=_FORMATS, default="terminal", help="default: terminal")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    parser.add_argument("--explain", "-v", "--verbose", action="store_true", help="show every verdict with its grounds")
    parser.add_argument("--include", action="append", default=[], metavar="GLOB", help="only paths that match (repeatable)")
    parser.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="not paths that match (repeatable)")
    parser.add_argument("--declarations", metavar="FILE", help="people's word: attestations, exceptions, declared systems")
    parser.add_argument("--results", action="append", default=[], metavar="FILE", help="results of another tool, as evidence (repeatable)")
    parser.add_argument("--policy", metavar="FILE", help="what your organisation demands of people's word")
    parser.add_argument("--fail-on", action="append", default=[], metavar="WHAT", help="not-met, unknown, or codes; exit 1 (repeatable)")
    parser.add_argument("--since", metavar="REV", help="tell, and fail on, only what changes since this git revision touch")
    parser.add_argument("--baseline", metavar="FILE", help="an earlier --format json: what failed there does not fail here")
    parser.add_argument("--no-cache", action="store_true", help="neither use nor keep results of earlier scans")
    parser.add_argument("-j", "--jobs", type=int, metavar="N", help="worker processes (default: all cores)")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on standard error")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Assess, print or write, and answer with the exit code."""
    from pentascope.app.assess import assess, failing, read_baseline
    from pentascope.cli.delivery import deliver
    from pentascope.cli.scan import progress_line
    from pentascope.errors import UsageError
    from pentascope.model.verdict import Outcome

    wanted = tuple(word.strip() for words in args.fail_on for word in words.split(",") if word.strip())
    if args.since is not None and args.baseline:
        raise UsageError("--since and --baseline both say what to compare with.", hint="Leave one of them out.")
    baseline = read_baseline(args.baseline) if args.baseline else None
    known = frozenset(key for key, outcome in (baseline or {}).items() if outcome is Outcome.NOT_MET)
    if args.format == "xlsx" and args.output in {None, "-"}:
        raise UsageError("A workbook needs a file to be written to.", hint="Name it: --format xlsx -o assessment.xlsx")
    failing((), wanted)  # words that fit nothing are told before the work, not after
    found = assess(
        *args.target,
        jobs=args.jobs,
        use_cache=not args.no_cache,
        include=args.include,
        exclude=args.exclude,
        declarations=args.declarations,
        policy=args.policy,
        results=args.results,
        since=args.since,
        progress=None if args.quiet or not sys.stderr.isatty() else progress_line(),
    )
    deliver(_render(found, args, baseline), args.output)
    return 1 if failing(found.verdicts, wanted, known, found.since) else 0


def _render(found: AssessmentResult, args: argparse.Namespace, baseline: Mapping[str, Outcome] | None) -> bytes:
    from pentascope.catalogue.load import load
    from pentascope.cli.scan import is_coloured
    from pentascope.report.formats import assessment_csv, assessment_json, assessment_terminal, junit, sarif

    matrix = load().matrix
    if args.format == "json":
        return assessment_json.render(found)
    if args.format == "html":
        from pentascope.report.formats import assessment_html

        return assessment_html.render(found, matrix=matrix, baseline=baseline).encode()
    if args.format == "markdown":
        from pentascope.report.formats import assessment_markdown

        return assessment_markdown.render(found, matrix=matrix, baseline=baseline).encode()
    if args.format == "sarif":
        return sarif.render(found, matrix=matrix)
    if args.format == "junit":
        return junit.render(found, matrix=matrix)
    if args.format == "cyclonedx":
        from pentascope.report.formats import cyclonedx_declarations

        return cyclonedx_declarations.render(found, matrix=matrix)
    if args.format in {"oscal-ar", "oscal-poam"}:
        from pentascope.report.formats import oscal_results

        render = oscal_results.render_results if args.format == "oscal-ar" else oscal_results.render_poam
        return render(found, matrix=matrix)
    if args.format == "xlsx":
        from pentascope.report.formats import xlsx

        return xlsx.render(found, matrix=matrix, frameworks=load().frameworks)
    if args.format == "csv":
        return assessment_csv.render(found, matrix=matrix).encode()
    return assessment_terminal.render(
        found,
        matrix=matrix,
        width=shutil.get_terminal_size((100, 24)).columns,
        is_coloured=args.output is None and is_coloured(),
        is_ascii=args.output is None and "utf" not in (sys.stdout.encoding or "").lower(),
        is_explained=args.explain,
        baseline=baseline,
    ).encode()
