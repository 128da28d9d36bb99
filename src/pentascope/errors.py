"""The tree of deliberate errors: each has a stable code, a message (what, where) and a hint (what to do)."""

from __future__ import annotations


class PentascopeError(Exception):
    """An error that Pentascope raises on purpose.

    `code` never changes once published, `message` says what happened and where, `hint` what to do about it.
    """

    code = "error"
    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CatalogueError(PentascopeError):
    """A catalogue page is malformed: the programme stops rather than guess."""

    code = "catalogue-malformed"


class SourceError(PentascopeError):
    """The place to scan cannot be opened (missing path, unknown revision, broken archive)."""

    code = "source-unreadable"


class UsageError(PentascopeError):
    """A command was given words that do not fit together."""

    code = "usage"


class UnknownNameError(PentascopeError):
    """A name (scope, discipline, cell, signature, evidence id) is not in the catalogue or the result."""

    code = "unknown-name"


class ConfigurationError(PentascopeError):
    """A configuration file that the user pointed at is malformed."""

    code = "configuration-malformed"


class ResultsError(PentascopeError):
    """A file of another tool's results cannot be read, or is in no format that is known."""

    code = "results-unreadable"
