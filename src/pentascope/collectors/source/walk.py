"""Every regular file below a directory, found without following a link or opening a file.

`.gitignore` is not consulted: a scan speaks of what lies in the checkout, and an ignored file can hold a credential or
a service that runs. What tools install or build is left out by name and marker (`folders.py`), and said so.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections import Counter
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path

import msgspec

from pentascope.collectors.source.folders import INSTALLED, MARKERS, SILENT, SYNTHESISED, around_synthesised, is_left_out
from pentascope.collectors.source.selection import Selection
from pentascope.collectors.source.tree import FileEntry, readable
from pentascope.errors import SourceError
from pentascope.model.evidence import Skipped, SkipReason

SPECIAL_FOLDERS = SILENT | INSTALLED | MARKERS.keys()


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """What lies below a root. Both lists are sorted by path.

    `links` are the symbolic links that stay inside, with the words of their targets, relative to where they lie.
    `odd_names` leads from the paths of files whose names are not UTF-8 to the names by which they are opened.
    """

    files: list[FileEntry]
    skipped: list[Skipped]
    folder_count: int
    size_bytes: int
    odd_names: dict[str, str]
    links: dict[str, str]

    @property
    def skipped_counts(self) -> dict[SkipReason, int]:
        """How many were left out for each reason."""
        return dict(Counter(one.reason for one in self.skipped))


def walk(root: Path, *, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> Walk:
    """The files below `root`.

    Raises: SourceError when the root itself cannot be listed.
    """
    walker = _Walker(os.path.abspath(root), Selection(include, exclude))  # resolve() would follow links
    walker.run()
    odd_names = walker.name_odd_files()
    walker.files.sort(key=attrgetter("path"))
    walker.skipped.sort(key=attrgetter("path"))
    return Walk(
        files=walker.files,
        skipped=walker.skipped,
        folder_count=walker.folder_count,
        size_bytes=sum(entry.size_bytes for entry in walker.files),
        odd_names=odd_names,
        links=walker.links,
    )


class _Walker:
    """The state of one walk."""

    def __init__(self, root: str, selection: Selection) -> None:
        self.root = root
        self.selection = selection
        self.files: list[FileEntry] = []
        self.skipped: list[Skipped] = []
        self.links: dict[str, str] = {}
        self.folder_count = 0
        self.pending: list[str] = [""]

    def run(self) -> None:
        while self.pending:
            prefix = self.pending.pop()
            try:
                self._list(prefix)
            except OSError as error:
                if not prefix:
                    raise SourceError(
                        f"Cannot list {self.root}: {error.strerror}", hint="Name a directory that can be read."
                    ) from error
                self._skip(prefix[:-1], SkipReason.UNREADABLE, error.strerror or "")

    def name_odd_files(self) -> dict[str, str]:
        """Give files whose names are not UTF-8 a path that can be encoded, and tell by which names to open them.

        One whose path then equals another's is skipped: nothing may stand in for another file.
        """
        odd = [entry for entry in self.files if not entry.path.isascii() and readable(entry.path) != entry.path]
        if not odd:
            return {}
        names = {entry.path for entry in odd}
        self.files = [entry for entry in self.files if entry.path not in names]
        taken = {entry.path for entry in self.files}
        odd_names: dict[str, str] = {}
        for entry in odd:
            path = readable(entry.path)
            if path in taken:
                self._skip(path, SkipReason.UNREADABLE, "name cannot be told from another")
                continue
            taken.add(path)
            odd_names[path] = entry.path
            self.files.append(msgspec.structs.replace(entry, path=path))
        return odd_names

    def _list(self, prefix: str) -> None:
        """One folder: its files into the list, its folders onto the stack."""
        descriptor = os.open(self.root + "/" + prefix, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            with os.scandir(descriptor) as children:
                self.folder_count += 1
                self._sort_out(prefix, children)
        finally:
            os.close(descriptor)

    def _sort_out(self, prefix: str, children: Iterable[os.DirEntry[str]]) -> None:
        add = self.files.append
        admits = None if self.selection.is_everything else self.selection.admits_file
        is_synthesised = f"/{SYNTHESISED}/" in f"/{prefix}"
        for child in children:
            name = child.name
            path = prefix + name
            if is_synthesised and around_synthesised(f"{path}/.template.json" if child.is_dir(follow_symlinks=False) else path) is None:
                continue
            if child.is_dir(follow_symlinks=False):
                self._enter(path, name)
            elif admits is not None and not admits(path):
                self._skip(path, SkipReason.EXCLUDED)
            elif child.is_file(follow_symlinks=False):
                try:
                    status = child.stat(follow_symlinks=False)
                except OSError as error:
                    self._skip(path, SkipReason.UNREADABLE, error.strerror or "")
                    continue
                mtime_ns, ctime_ns = status.st_mtime_ns, status.st_ctime_ns
                if ctime_ns == mtime_ns:
                    ctime_ns = mtime_ns  # one number for both: a million of them count
                add(FileEntry(path, status.st_size, mtime_ns, ctime_ns, status.st_ino))
            else:
                self._name_special(path, child)

    def _enter(self, path: str, name: str) -> None:
        if name in SPECIAL_FOLDERS:
            if name in SILENT:
                return
            if is_left_out(name, lambda: self._names(path)):
                self._skip(path, SkipReason.VENDORED)
                if name == SYNTHESISED and self.selection.admits_folder(path):
                    self.pending.append(path + "/")
                return
        if not self.selection.admits_folder(path):
            self._skip(path, SkipReason.EXCLUDED)
            return
        self.pending.append(path + "/")

    def _names(self, path: str) -> list[str]:
        try:
            return os.listdir(self.root + "/" + path)  # names alone, in one call
        except OSError:
            return []  # listing it again reports the error

    def _name_special(self, path: str, child: os.DirEntry[str]) -> None:
        """A link, or something that is neither file, folder nor link."""
        if not child.is_symlink():
            self._skip(path, SkipReason.NOT_REGULAR, _kind(child))
            return
        try:
            target = os.readlink(self.root + "/" + path)  # the words, not a Path made of them
        except OSError as error:
            self._skip(path, SkipReason.UNREADABLE, error.strerror or "")
            return
        is_inside = stays_inside(path, target, self.root)
        if is_inside and path == readable(path):
            self.links[path] = self._relative(path, target)
        self._skip(path, SkipReason.LINK if is_inside else SkipReason.LINK_OUTSIDE, target)

    def _relative(self, path: str, target: str) -> str:
        if not target.startswith("/"):
            return target
        return posixpath.relpath(target, posixpath.dirname(f"{self.root}/{path}"))

    def _skip(self, path: str, reason: SkipReason, detail: str = "") -> None:
        self.skipped.append(Skipped(path=readable(path), reason=reason, detail=readable(detail)))


def stays_inside(path: str, target: str, root: str = "") -> bool:
    """Whether the words of a link at `path` lead to a place below the root; nothing is looked up."""
    if target.startswith("/"):
        inside = posixpath.normpath(target)
        return bool(root) and (inside == root or inside.startswith(root.rstrip("/") + "/"))
    landing = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return landing != ".." and not landing.startswith("../")


def _kind(child: os.DirEntry[str]) -> str:
    try:
        mode = child.stat(follow_symlinks=False).st_mode
    except OSError:
        return "unknown"
    names = {stat.S_IFIFO: "named pipe", stat.S_IFSOCK: "socket", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}
    return names.get(stat.S_IFMT(mode), "unknown")
