"""The walk's rules for sources that come as a flat list of paths: archives and git revisions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

from pentascope.collectors.source.folders import MARKERS, SILENT, around_synthesised, is_left_out
from pentascope.collectors.source.selection import Selection
from pentascope.collectors.source.tree import FileEntry
from pentascope.model.evidence import Skipped, SkipReason


def sift(entries: list[FileEntry], selection: Selection) -> tuple[list[FileEntry], list[Skipped]]:
    """The entries to read, and what is left out, as a walk of the unpacked tree would tell; both sorted by path."""
    sieve = _Sieve(entries, selection)
    files = [entry for entry in entries if sieve.admits(entry.path)]
    return sorted(files, key=attrgetter("path")), sorted(sieve.skipped, key=attrgetter("path"))


class _Sieve:
    """What is known of the folders so far."""

    def __init__(self, entries: Iterable[FileEntry], selection: Selection) -> None:
        self.selection = selection
        self.skipped: list[Skipped] = []
        self._verdicts: dict[str, bool] = {"": True}
        self._children = _children_of_ambiguous_folders(entries)

    def admits(self, path: str) -> bool:
        if not self._admits_folder(path.rpartition("/")[0]):
            around = around_synthesised(path)
            if around is None or not self._admits_folder(around):
                return False
        if self.selection.admits_file(path):
            return True
        self.skipped.append(Skipped(path=path, reason=SkipReason.EXCLUDED))
        return False

    def _admits_folder(self, folder: str) -> bool:
        """Whether a folder and all above it are to be looked at; each is judged once, from the top."""
        for ancestor in _from_the_top(folder):
            if ancestor not in self._verdicts:
                self._verdicts[ancestor] = self._judge(ancestor)
            if not self._verdicts[ancestor]:
                return False
        return True

    def _judge(self, folder: str) -> bool:
        name = folder.rpartition("/")[2]
        if name in SILENT:
            return False
        if is_left_out(name, lambda: self._children.get(folder, set())):
            self.skipped.append(Skipped(path=folder, reason=SkipReason.VENDORED))
            return False
        if not self.selection.admits_folder(folder):
            self.skipped.append(Skipped(path=folder, reason=SkipReason.EXCLUDED))
            return False
        return True


def _from_the_top(folder: str) -> Iterator[str]:
    end = folder.find("/")
    while end >= 0:
        yield folder[:end]
        end = folder.find("/", end + 1)
    if folder:
        yield folder


def _children_of_ambiguous_folders(entries: Iterable[FileEntry]) -> dict[str, set[str]]:
    children: dict[str, set[str]] = {}
    for entry in entries:
        parts = entry.path.split("/")
        for index, part in enumerate(parts[:-1]):
            if part in MARKERS:
                children.setdefault("/".join(parts[: index + 1]), set()).add(parts[index + 1])
    return children
