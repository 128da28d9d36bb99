"""The command: words in, one use case, an exit code out. Commands are imported when they are named."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

COMMANDS = (
    "scan", "assess", "plan", "fix", "import", "requirement", "attest", "except", "declare", "confirm", "explain", "matrix", "frameworks",
    "completion",
)  # fmt: skip
_MODULES = {"except": "except_", "import": "import_"}  # words that Python keeps for itself
EXIT_OK, EXIT_FINDING, EXIT_ERROR, EXIT_INCOMPLETE, EXIT_CRASH = 0, 1, 2, 3, 70


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: `docs/exit-codes.md`."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        from pentascope import __version__

        sys.stdout.write(f"pentascope {__version__}\n")
        return EXIT_OK
    args = parser(words[0] if words else None).parse_args(words)
    return _guarded(args)


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser with all commands; `only` a known command keeps the start fast."""
    import argparse
    from importlib import import_module

    top = argparse.ArgumentParser(
        prog="pentascope",
        description="Place every use of generative AI in the five scopes of the AWS Generative AI Security Scoping Matrix, from evidence.",
        epilog="Start with: pentascope scan .",
    )
    top.add_argument("-V", "--version", action="store_true", help="print the version and end")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in (only,) if only in COMMANDS else COMMANDS:
        import_module(f"pentascope.cli.{_MODULES.get(name, name)}").register(commands)
    return top


def _guarded(args: argparse.Namespace) -> int:
    from pentascope.errors import PentascopeError

    try:
        code: int = args.run(args)
    except PentascopeError as error:
        sys.stderr.write(_printable(f"pentascope: {error.message}\n"))
        if error.hint:
            sys.stderr.write(_printable(f"  {error.hint}\n"))
        return error.exit_code
    except BrokenPipeError:
        _drop_stdout()
        return EXIT_OK
    except KeyboardInterrupt:
        sys.stderr.write("pentascope: stopped.\n")
        return 130
    except Exception as error:  # second of the two named places (style rule 12)
        sys.stderr.write(_printable(f"pentascope: internal error: {type(error).__name__}: {error}\n"))
        sys.stderr.write("  Nothing was changed. Please report it with the output of PENTASCOPE_DEBUG=1.\n")
        import os

        if os.environ.get("PENTASCOPE_DEBUG"):
            raise
        return EXIT_CRASH
    return code


def _printable(text: str) -> str:
    from pentascope.report.escape import escape

    return escape(text.rstrip("\n")) + "\n"


def _drop_stdout() -> None:
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
