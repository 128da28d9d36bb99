"""Pentascope places every use of generative AI in the five scopes of the AWS matrix, from evidence.

`pentascope.scan(path)` gives a typed `ScanResult` (`pentascope.model.scoping`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from pentascope.app.scan import scan

__all__ = ["__version__", "scan"]


def __getattr__(name: str) -> object:
    """Load `scan` when it is first asked for, so that a bare import stays cheap."""
    if name == "scan":
        from pentascope.app.scan import scan  # noqa: PLC0415 - that is the point

        return scan
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
