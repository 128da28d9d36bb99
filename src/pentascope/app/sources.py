"""What the user named, opened: a folder, a file, an archive, a git revision, a URL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pentascope.collectors.source.directory import DirectoryTree
from pentascope.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pentascope.collectors.source.tree import Tree


def open_tree(target: str, *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Tree:
    """The tree behind one word of the command line.

    Raises: SourceError when it is none of the kinds, or cannot be read.
    """
    path = Path(target)
    if os.path.isdir(target):
        return DirectoryTree(path, include=include, exclude=exclude)
    if os.path.lexists(target):
        return _open_file(path, include=include, exclude=exclude)
    from pentascope.collectors.source import revision, sealedgit  # noqa: PLC0415 - git is for those who name it

    if sealedgit.is_url(target.rpartition("@")[0] if "@" in target.rpartition("/")[2] else target):
        url, _, branch = target.rpartition("@") if "@" in target.rpartition("/")[2] else (target, "", "")
        return revision.ClonedTree(url, branch or None, include=include, exclude=exclude)
    place, _, commit = target.rpartition("@") if os.path.isdir(target.rpartition("@")[0] or "\0") else (".", "", target)
    try:
        return revision.RevisionTree(Path(place), commit, include=include, exclude=exclude)
    except SourceError as error:
        raise SourceError(
            f"{target} is neither a path here, nor a git revision, nor a URL of a repository.",
            hint=f"Name a folder, a file, an archive, a revision such as HEAD~5, or an https:// URL. ({error.message})",
        ) from error


def _open_file(path: Path, *, include: Sequence[str], exclude: Sequence[str]) -> Tree:
    from pentascope.collectors.source.archive import ArchiveTree, is_archive  # noqa: PLC0415 - rare

    if path.is_file() and is_archive(path):
        return ArchiveTree(path, include=include, exclude=exclude)
    if path.is_file():
        return DirectoryTree(path.parent, include=[f"/{path.name}"], exclude=exclude)
    raise SourceError(f"{path} is not a regular file or folder.", hint="Devices, sockets and pipes are not scanned.")
