"""A commit of a git repository as a `Tree`, and what changed since one. Nothing is checked out."""

from __future__ import annotations

import hashlib
import os
import select
import subprocess
import time
import weakref
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from pentascope.collectors.source import reading
from pentascope.collectors.source.links import MAX_LINKS, linked
from pentascope.collectors.source.listing import sift
from pentascope.collectors.source.sealedgit import SealedRepository, clone, folder_of, is_url, without_password
from pentascope.collectors.source.selection import Selection
from pentascope.collectors.source.tree import FileEntry, Tree, readable
from pentascope.errors import SourceError
from pentascope.model.evidence import Skipped, SkipReason

ANSWER_TIMEOUT_S = 30
PIPE_BYTES = 1024 * 1024
HEAD_LIMIT_BYTES = 30_000_000
LINK_MODE = b"120000"
MAX_TARGET_BYTES = 4096
FILE_MODES = frozenset({b"100644", b"100755", b"100664"})


class Blob(msgspec.Struct, frozen=True, gc=False):
    """One entry of a commit: its object, and its size where the object is there."""

    path: str
    mode: bytes
    object_id: str
    size_bytes: int | None


class RevisionTree:
    """The files of one commit below the folder that was named.

    Raises: SourceError when there is no such commit.
    """

    def __init__(
        self, place: Path, revision: str = "HEAD", *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> None:
        self.name = readable(f"{place}@{revision}")
        self._repository = SealedRepository(place)
        self.revision: str | None = self._repository.resolve(revision)
        self._object_ids: dict[str, str] = {}
        self._batch: _Batch | None = None
        found = blobs(self._repository, self.revision or "")
        entries, absent = self._list(found)
        self.files, left_out = sift(entries, Selection(include, exclude))
        admitted, _ = sift([FileEntry(blob.path, 0) for blob in found if blob.mode == LINK_MODE], Selection(include, exclude))
        self.linked = linked(self._targets({entry.path for entry in admitted}, found), self.files)
        self.skipped = sorted([*left_out, *absent], key=lambda one: (one.path, one.reason))

    def read(self, entry: FileEntry, limit_bytes: int) -> bytes | Skipped:
        """The text of a file as UTF-8 bytes, or why not."""
        data = self._raw(entry, limit_bytes)
        return data if isinstance(data, Skipped) else reading.normalise(entry.path, data)

    def head(self, entry: FileEntry, size_bytes: int = 4096) -> bytes | Skipped:
        """The first bytes as they lie."""
        data = self._raw(entry, HEAD_LIMIT_BYTES)
        return data if isinstance(data, Skipped) else data[:size_bytes]

    def close(self) -> None:
        """End the git process of this process."""
        if self._batch is not None:
            self._batch.end()
            self._batch = None

    def _list(self, found: list[Blob]) -> tuple[list[FileEntry], list[Skipped]]:
        entries, absent = [], []
        for blob in found:
            reason = _absence(blob)
            if reason is None:
                entries.append(FileEntry(blob.path, blob.size_bytes or 0))
                self._object_ids[blob.path] = blob.object_id
            else:
                absent.append(Skipped(path=blob.path, reason=reason))
        return entries, absent

    def _targets(self, paths: set[str], found: list[Blob]) -> dict[str, str]:
        """Where links lead: a link's target is the content of its blob."""
        links = [blob for blob in found if blob.path in paths and 0 < (blob.size_bytes or 0) <= MAX_TARGET_BYTES]
        targets: dict[str, str] = {}
        for blob in links[:MAX_LINKS]:
            self._object_ids[blob.path] = blob.object_id
            words = self._raw(FileEntry(blob.path, blob.size_bytes or 0), MAX_TARGET_BYTES)
            if isinstance(words, bytes) and (target := words.decode("utf-8", "replace")).isprintable():
                targets[blob.path] = target
        return targets

    def _raw(self, entry: FileEntry, limit_bytes: int) -> bytes | Skipped:
        if entry.size_bytes > limit_bytes:
            detail = f"{entry.size_bytes} bytes, limit {limit_bytes}"
            return Skipped(path=entry.path, reason=SkipReason.TOO_LARGE, detail=detail)
        if self._batch is None or self._batch.owner != os.getpid():
            self._batch = _Batch(self._repository)
        try:
            data = self._batch.ask(self._object_ids[entry.path])
        except (TimeoutError, EOFError, OSError) as error:
            self.close()
            return Skipped(path=entry.path, reason=SkipReason.UNREADABLE, detail=str(error))
        return Skipped(path=entry.path, reason=SkipReason.MISSING_BLOB) if data is None else data


class _Batch:
    """One `git cat-file --batch`, of the process that started it."""

    def __init__(self, repository: SealedRepository) -> None:
        self.owner = os.getpid()
        self._git = repository.start("cat-file", "--batch")
        self._stop = weakref.finalize(self, _end, self._git, self.owner)
        self._buffer = bytearray()

    def ask(self, object_id: str) -> bytes | None:
        """The bytes of a blob, None when it is missing.

        Raises: TimeoutError when git is stuck (an object file can be a pipe), EOFError when it ended.
        """
        assert self._git.stdin is not None
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        self._git.stdin.write(object_id.encode("ascii") + b"\n")
        self._git.stdin.flush()
        while (end := self._buffer.find(b"\n")) < 0:
            self._fill(deadline)
        words = bytes(self._buffer[:end]).split()
        del self._buffer[: end + 1]
        if len(words) != 3 or words[1] != b"blob":
            return None
        size_bytes = int(words[2])
        while len(self._buffer) <= size_bytes:
            self._fill(deadline)
        data = bytes(memoryview(self._buffer)[:size_bytes])
        del self._buffer[: size_bytes + 1]
        return data

    def end(self) -> None:
        """Stop git, when it is ours to stop."""
        self._stop()

    def _fill(self, deadline: float) -> None:
        assert self._git.stdout is not None
        descriptor = self._git.stdout.fileno()
        if not select.select([descriptor], [], [], max(deadline - time.monotonic(), 0))[0]:
            raise TimeoutError(f"git did not answer within {ANSWER_TIMEOUT_S} s")
        data = os.read(descriptor, PIPE_BYTES)
        if not data:
            raise EOFError("git ended")
        self._buffer += data


def _end(git: subprocess.Popen[bytes], owner: int) -> None:
    for pipe in (git.stdin, git.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    if os.getpid() == owner:
        git.kill()
        git.wait()


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What differs from an earlier commit; paths are relative to the scanned folder."""

    since: str | None  # full hash of the commit; None: there is none yet
    changed: frozenset[str]  # other content, or new
    removed: frozenset[str]


def changes_since(place: Path, revision: str, tree: Tree) -> Changes:
    """How a tree of `place` differs from a commit of the repository around it.

    Contents are compared by their hash, without git's index: an edited index cannot hide a file, and files that are
    not yet committed count as changed. A file that git converts on check-out (LFS, line ends) counts as changed too.
    Before the first commit, everything differs from HEAD.
    """
    repository = SealedRepository(place)
    if revision == "HEAD" and repository.is_empty():
        return Changes(since=None, changed=frozenset(entry.path for entry in tree.files), removed=frozenset())
    commit = repository.resolve(revision)
    before = {blob.path: blob for blob in blobs(repository, commit)}
    changed = {entry.path for entry in tree.files if _is_changed(entry, before.get(entry.path), tree)}
    changed |= {path for path, entry in tree.linked if entry.path in changed or not _was_link(path, before)}
    return Changes(since=commit, changed=frozenset(changed), removed=_removed(before.values(), tree))


def _was_link(path: str, before: Mapping[str, Blob]) -> bool:
    """Whether the path, or a folder above it, was a link then as well."""
    while path:
        if path in before:
            return before[path].mode == LINK_MODE
        path = path.rpartition("/")[0]
    return False


def _removed(before: Iterable[Blob], tree: Tree) -> frozenset[str]:
    """The files that are gone, not merely left out of the tree."""
    entries = [FileEntry(blob.path, blob.size_bytes or 0) for blob in before if _absence(blob) is None]
    wanted, _ = sift(entries, Selection())
    present = {entry.path for entry in tree.files} | {one.path for one in tree.skipped}
    hidden = tuple(f"{one.path}/" for one in tree.skipped)
    return frozenset(
        entry.path for entry in wanted if entry.path not in present and not entry.path.startswith(hidden)
    )


def _is_changed(entry: FileEntry, blob: Blob | None, tree: Tree) -> bool:
    if blob is None or blob.size_bytes != entry.size_bytes:
        return True
    data = tree.head(entry, entry.size_bytes) if entry.size_bytes <= HEAD_LIMIT_BYTES else None
    if not isinstance(data, bytes) or len(data) != entry.size_bytes:
        return True
    hasher = hashlib.sha1 if len(blob.object_id) == 40 else hashlib.sha256
    return hasher(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() != blob.object_id


def blobs(repository: SealedRepository, commit: str) -> list[Blob]:
    """Everything that a commit holds below the repository's prefix."""
    tree = f"{commit}:{repository.prefix.rstrip('/')}" if repository.prefix else commit
    listing = repository.run("ls-tree", "-r", "-z", "--long", "--full-tree", tree)
    return [_blob(line) for line in listing.split(b"\0") if line]


def _blob(line: bytes) -> Blob:
    head, _, path = line.partition(b"\t")
    mode, _, object_id, size = head.split()
    return Blob(path.decode("utf-8", "backslashreplace"), mode, object_id.decode("ascii"), int(size) if size.isdigit() else None)


def _absence(blob: Blob) -> SkipReason | None:
    """Why an entry of a commit is no file that can be read."""
    if blob.mode == LINK_MODE:
        return SkipReason.LINK
    if blob.mode not in FILE_MODES:
        return SkipReason.NOT_REGULAR  # a submodule
    return SkipReason.MISSING_BLOB if blob.size_bytes is None else None


class ClonedTree(RevisionTree):
    """The newest commit of a repository elsewhere, or of a branch or tag of it; fetched only because it was named.

    Raises: SourceError when it cannot be fetched.
    """

    def __init__(
        self,
        url: str,
        revision: str | None = None,
        *,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        protocols: str = "https:ssh:git",
    ) -> None:
        if protocols == "https:ssh:git" and not is_url(url):
            raise SourceError("That is no URL of a git repository.", hint="Name an https:// or ssh:// URL.")
        bare = clone(url, Path(folder_of(self)), revision=revision, protocols=protocols)
        super().__init__(bare, include=include, exclude=exclude)
        self.name = without_password(url) + (f"@{revision}" if revision else "")
