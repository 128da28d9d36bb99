"""The cache never answers for bytes that a file no longer holds."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pentascope.collectors.source.tree import FileEntry
from pentascope.collectors.source.walk import walk
from pentascope.store.scancache import ScanCache, place

SECOND_NS = 1_000_000_000
MUCH_LATER_NS = 100 * SECOND_NS
ENTRY = FileEntry("a.py", 3, 5, 7, 11)


def fill(path: Path, *entries: FileEntry, key: str = "k") -> None:
    cache = ScanCache.load(path, key, started_ns=MUCH_LATER_NS)
    for entry in entries:
        cache.put(entry, entry.path.encode("utf-8", "surrogateescape"))
    assert cache.save()


def load(path: Path, *, key: str = "k") -> ScanCache:
    return ScanCache.load(path, key, started_ns=MUCH_LATER_NS)


def test_cache_answers_for_an_unchanged_file(tmp_path: Path) -> None:
    odd = FileEntry("caf\udce9\n.py", 0, -5, 7, (1 << 64) - 1)
    fill(tmp_path / "c", ENTRY, odd)

    cache = load(tmp_path / "c")

    assert cache.get(ENTRY) == b"a.py"
    assert cache.get(odd) == b"caf\xe9\n.py"
    assert (cache.hits, cache.misses, cache.racy, cache.is_damaged) == (2, 0, 0, False)


@pytest.mark.parametrize("field_name", ["size_bytes", "mtime_ns", "ctime_ns", "inode", "path"])
def test_cache_is_silent_when_anything_differs(tmp_path: Path, field_name: str) -> None:
    fill(tmp_path / "c", ENTRY)
    changed = msgspec.structs.replace(ENTRY, **{field_name: "b.py" if field_name == "path" else 99})

    assert load(tmp_path / "c").get(changed) is None


def test_cache_is_silent_under_another_key(tmp_path: Path) -> None:
    fill(tmp_path / "c", ENTRY)

    cache = load(tmp_path / "c", key="other")

    assert (cache.get(ENTRY), cache.is_damaged) == (None, False)


@pytest.mark.parametrize("ctime_ns", [MUCH_LATER_NS - 2 * SECOND_NS, MUCH_LATER_NS, 2 * MUCH_LATER_NS])
def test_cache_does_not_remember_what_was_touched_just_now(tmp_path: Path, ctime_ns: int) -> None:
    racy = msgspec.structs.replace(ENTRY, ctime_ns=ctime_ns)
    cache = load(tmp_path / "c")

    cache.put(racy, b"x")
    cache.save()

    assert cache.racy == 1
    assert load(tmp_path / "c").get(racy) is None


def test_cache_forgets_files_that_went_unless_the_scan_was_partial(tmp_path: Path) -> None:
    other = msgspec.structs.replace(ENTRY, path="b.py")
    fill(tmp_path / "c", ENTRY, other)

    partial = load(tmp_path / "c")
    partial.get(ENTRY)
    partial.save(keep_unseen=True)
    whole = load(tmp_path / "c")
    assert whole.get(other) == b"b.py"
    whole.save()

    last = load(tmp_path / "c")
    assert (last.get(ENTRY), last.get(other)) == (None, b"b.py")


@given(st.binary(max_size=80), st.integers(0, 200))
@settings(max_examples=200, deadline=None)
def test_cache_that_is_damaged_is_counted_and_empty(noise: bytes, at: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c"
        fill(path, ENTRY)
        good = path.read_bytes()
        bad = good[:at] + noise + good[at + len(noise) :]
        path.write_bytes(bad)

        cache = load(path)

        assert cache.is_damaged is (bad != good)
        assert cache.get(ENTRY) == (b"a.py" if bad == good else None)


def test_cache_file_is_private_and_others_files_are_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "c"
    fill(path, ENTRY)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (path.parent, path)]

    path.chmod(0o666)
    cache = load(path)

    assert modes == [0o700, 0o600]
    assert (cache.get(ENTRY), cache.is_damaged) == (None, True)
    assert [one.name for one in path.parent.iterdir()] == ["c"]


def test_cache_follows_no_link_and_waits_for_no_pipe(tmp_path: Path) -> None:
    fill(tmp_path / "real", ENTRY)
    (tmp_path / "link").symlink_to("real")
    os.mkfifo(tmp_path / "pipe", 0o600)

    assert load(tmp_path / "link").is_damaged
    assert load(tmp_path / "pipe").is_damaged


def test_cache_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = load(tmp_path / "file" / "c")
    cache.put(ENTRY, b"x")

    assert cache.save() is False


def test_place_is_never_inside_the_scanned_tree(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "alias").symlink_to("root")

    assert place(root, root) is None
    assert place(root / ".cache", root) is None
    assert place(tmp_path / "alias" / "cache", root) is None
    assert place(tmp_path / "cache", root) == place(tmp_path / "cache", tmp_path / "alias")
    assert place(tmp_path / "cache", root) != place(tmp_path / "cache", tmp_path / "other")


def test_cache_notices_a_real_edit_of_the_same_size_with_its_time_set_back(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    file = root / "a.py"
    file.write_bytes(b"one")
    before = walk(root).files[0]
    cache = ScanCache.load(tmp_path / "c", "k", started_ns=time.time_ns() + 10 * SECOND_NS)
    cache.put(before, b"one")
    cache.save()
    time.sleep(0.05)

    file.write_bytes(b"two")
    os.utime(file, ns=(before.mtime_ns, before.mtime_ns))

    after = walk(root).files[0]
    assert (after.size_bytes, after.mtime_ns, after.inode) == (before.size_bytes, before.mtime_ns, before.inode)
    assert load(tmp_path / "c").get(after) is None


@dataclass
class Node:
    """One file of the simulated disk."""

    content: bytes
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass
class Disk:
    """A file system whose clock ticks coarsely, as real ones do."""

    tick_ns: int
    now_ns: int = 1_000 * SECOND_NS
    files: dict[str, Node] = field(default_factory=dict)
    inodes: int = 0

    @property
    def stamp_ns(self) -> int:
        return self.now_ns // self.tick_ns * self.tick_ns

    def write(self, path: str, content: bytes) -> None:
        if path in self.files:
            node = self.files[path]
            node.content, node.mtime_ns, node.ctime_ns = content, self.stamp_ns, self.stamp_ns
        else:
            self.replace(path, content)

    def replace(self, path: str, content: bytes) -> None:
        """A new file moved over the old one; inode numbers are used again, as ext4 does."""
        self.inodes = (self.inodes + 1) % 3
        self.files[path] = Node(content, self.stamp_ns, self.stamp_ns, self.inodes)

    def set_time(self, path: str, mtime_ns: int) -> None:
        if path in self.files:
            self.files[path].mtime_ns, self.files[path].ctime_ns = mtime_ns, self.stamp_ns

    def rename(self, path: str, target: str) -> None:
        if path in self.files:
            self.files[target] = self.files.pop(path)
            self.files[target].ctime_ns = self.stamp_ns

    def entries(self) -> list[FileEntry]:
        return [
            FileEntry(path, len(node.content), node.mtime_ns, node.ctime_ns, node.inode)
            for path, node in sorted(self.files.items())
        ]


PATHS = st.sampled_from(["a", "b", "c"])
CONTENTS = st.sampled_from([b"one", b"two", b"six", b"longer"])
EDITS = st.one_of(
    st.tuples(st.just("write"), PATHS, CONTENTS),
    st.tuples(st.just("replace"), PATHS, CONTENTS),
    st.tuples(st.just("set_time"), PATHS, st.integers(990, 1_010).map(lambda second: second * SECOND_NS)),
    st.tuples(st.just("rename"), PATHS, PATHS),
)
WAITS = st.tuples(st.just("wait"), st.sampled_from([1, SECOND_NS // 2, SECOND_NS, 3 * SECOND_NS]))
SCANS = st.tuples(st.just("scan"), st.none() | EDITS)  # with an edit between the listing and the reading
QUIET = [("wait", 30 * SECOND_NS), ("scan", None), ("scan", None)]
SAME_TICK = [("write", "a", b"one"), ("wait", 3 * SECOND_NS // 2), ("scan", None), ("write", "a", b"two"), ("scan", None)]


def take(disk: Disk, step: tuple[Any, ...]) -> None:
    if step[0] == "wait":
        disk.now_ns += step[1]
    else:
        getattr(disk, step[0])(*step[1:])


@given(
    tick_ns=st.sampled_from([1, 4_000_000, SECOND_NS, 2 * SECOND_NS]),
    steps=st.lists(EDITS | WAITS | SCANS, max_size=40),
)
@example(tick_ns=2 * SECOND_NS, steps=SAME_TICK)
@settings(max_examples=400, deadline=None)
def test_cache_never_answers_with_another_content(tick_ns: int, steps: list[tuple[Any, ...]]) -> None:
    disk = Disk(tick_ns=tick_ns)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c"
        for step in [*steps, *QUIET]:
            if step[0] == "scan":
                cache = scan(disk, path, step[1])
            else:
                take(disk, step)
    assert cache.misses == 0  # quiet files are remembered in the end, or the law would be empty


def scan(disk: Disk, path: Path, edit: tuple[Any, ...] | None) -> ScanCache:
    cache = ScanCache.load(path, "k", started_ns=disk.now_ns)
    entries = disk.entries()
    answers = {entry.path: cache.get(entry) for entry in entries}
    truth = {name: node.content for name, node in disk.files.items()}
    assert {name: answer for name, answer in answers.items() if answer is not None}.items() <= truth.items()
    if edit is not None:
        take(disk, edit)
    for entry in entries:
        if answers[entry.path] is None and entry.path in disk.files:
            cache.put(entry, disk.files[entry.path].content)
    cache.save()
    return cache
