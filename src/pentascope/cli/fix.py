"""`pentascope fix`: write what closes the gaps of a tree."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_EXAMPLES = """examples:
  pentascope fix --list                               which fixes exist
  pentascope fix CTL-18 . --out fixes                 what closes one requirement
  pentascope fix . --out fixes                        what closes every gap that has a fix
  pentascope fix . --out fixes --kind document        documents only
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    import argparse

    from pentascope.model.fix import FixKind

    parser = subparsers.add_parser(
        "fix",
        help="write what closes a gap: infrastructure code, policies, pipelines, documents",
        description="Assess a tree, then write files that close what is not met or unknown, filled with the facts of its systems.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", metavar="[REQUIREMENT] [TREE]", help="code or id (default: all); the tree (default: .)")
    parser.add_argument("--out", metavar="DIR", help="folder to write into; it is made if need be")
    parser.add_argument("--list", action="store_true", help="show which fixes exist, and write nothing")
    kinds = [kind.value for kind in FixKind]
    parser.add_argument("--kind", action="append", default=[], choices=kinds, help="only this kind of file (repeatable)")
    parser.add_argument("--force", action="store_true", help="overwrite files that exist")
    parser.add_argument("--declarations", metavar="FILE", help="people's word: what they attest needs no fix")
    parser.add_argument("--format", choices=("terminal", "json"), default="terminal", help="of --list (default: terminal)")
    parser.add_argument("--no-cache", action="store_true", help="neither use nor keep results of earlier scans")
    parser.add_argument("-j", "--jobs", type=int, metavar="N", help="worker processes (default: all cores)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List, or write and say what was written."""
    from pentascope.app.fix import list_json, list_text, prepare, write
    from pentascope.errors import UsageError
    from pentascope.model.fix import FixKind

    requirement, target = _words(args.words)
    if args.list:
        width = shutil.get_terminal_size((100, 24)).columns
        sys.stdout.write(list_json(requirement) if args.format == "json" else list_text(requirement, width=width))
        return 0
    if args.out is None:
        raise UsageError("Nowhere to write: --out is missing.", hint="Write --out DIR, or --list to see which fixes exist.")
    kinds = tuple(FixKind(kind) for kind in args.kind)
    fixing = prepare(
        target, requirement, kinds=kinds, declarations=args.declarations, use_cache=not args.no_cache, jobs=args.jobs
    )
    for path in write(fixing, args.out, force=args.force):
        sys.stdout.write(f"{path}\n")
    if fixing.without and not kinds:
        sys.stderr.write(f"No file closes: {', '.join(fixing.without)}. Their questions stand in pentascope.toml.\n")
    sys.stderr.write("Nothing was applied. What each file closes, and what to fill in, stands in pentascope-fixes.md there.\n")
    return 0


def _words(words: list[str]) -> tuple[str | None, str]:
    """REQUIREMENT and TREE. One word alone is a tree where something of that name is there, else a requirement.

    Raises: UsageError for more than two words.
    """
    import os

    from pentascope.app.requirements import requirement_called
    from pentascope.errors import UsageError

    if len(words) > 2:
        raise UsageError(f"Too many words: {' '.join(words)}.", hint="Write: pentascope fix [REQUIREMENT] [TREE] --out DIR")
    if len(words) == 2:
        return words[0], words[1]
    if not words:
        return None, "."
    return (words[0], ".") if requirement_called(words[0]) is not None or not os.path.lexists(words[0]) else (None, words[0])
