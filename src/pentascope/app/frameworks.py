"""Show the frameworks that requirements refer to, or one of them row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.catalogue.load import load
from pentascope.catalogue.records import closest
from pentascope.errors import UnknownNameError
from pentascope.model.framework import coverage

if TYPE_CHECKING:
    from pentascope.model.framework import Coverage, Framework


def show(name: str | None, *, width: int = 80, is_coloured: bool = False, is_ascii: bool = False) -> str:
    """The frameworks, or the named one, as text for a terminal. Raises: UnknownNameError."""
    from pentascope.report.formats.frameworks_terminal import render

    return render(_selected(name), is_single=name is not None, width=width, is_coloured=is_coloured, is_ascii=is_ascii)


def show_json(name: str | None) -> str:
    """The same as JSON. Raises: UnknownNameError."""
    from pentascope.report.formats.frameworks_json import render

    return render(_selected(name), is_single=name is not None, catalogue_version=load().version)


def find(frameworks: tuple[Framework, ...], name: str) -> Framework:
    """The framework of an id, with or without its edition (the newest then). Raises: UnknownNameError."""
    word = name.strip().lower()
    for framework in reversed(frameworks):
        if word in {framework.id, f"{framework.id}:{framework.edition}"}:
            return framework
    known = [framework.id for framework in frameworks]
    raise UnknownNameError(f"no framework is called `{name}`", hint=closest(word, known))


def _selected(name: str | None) -> tuple[Coverage, ...]:
    catalogue = load()
    chosen = catalogue.frameworks if name is None else (find(catalogue.frameworks, name),)
    return tuple(coverage(framework, catalogue.matrix.requirements) for framework in chosen)
