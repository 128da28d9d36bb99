"""The matrix, or a part of it, as JSON for other programs."""

from __future__ import annotations

import msgspec

from pentascope.model.matrix import Cell, Matrix, Part, Selection

_SCHEMA = "urn:pentascope:schema:matrix:1"


def render(matrix: Matrix, selection: Selection, *, catalogue_version: str) -> str:
    """The selected part, indented, with a newline at the end."""
    document = {"schema": _SCHEMA, "catalogue_version": catalogue_version, "part": selection.part.value}
    content = msgspec.json.encode(document | _part(matrix, selection))
    return msgspec.json.format(content, indent=2).decode() + "\n"


def _part(matrix: Matrix, selection: Selection) -> dict[str, object]:
    match selection.part:
        case Part.WHOLE:
            return {name: getattr(matrix, name) for name in matrix.__struct_fields__}
        case Part.AGENTIC:
            return {"agentic": matrix.agentic}
        case Part.OWNERSHIP:
            return {"ownership": matrix.ownership}
        case Part.BOUNDARY:
            return {"boundary_cases": matrix.boundary_cases}
        case Part.TREE:
            return {"questions": matrix.questions}
    return _cells(matrix, selection)


def _cells(matrix: Matrix, selection: Selection) -> dict[str, object]:
    """The cells of one scope, one discipline or both, with all requirements that they name."""
    cells: tuple[Cell, ...] = tuple(
        cell
        for cell in matrix.cells
        if selection.scope in {None, cell.scope} and selection.discipline in {None, cell.discipline}
    )
    codes = {code for cell in cells for code in cell.requirements}
    return {
        "scopes": [entry for entry in matrix.scopes if selection.scope in {None, entry.scope}],
        "disciplines": [entry for entry in matrix.disciplines if selection.discipline in {None, entry.id}],
        "cells": cells,
        "requirements": [requirement for requirement in matrix.requirements if requirement.code in codes],
    }
