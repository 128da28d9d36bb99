"""Every file of the hostile tree is listed, read or refused with a reason, quickly and without leaving the tree."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
from tests.hostile.tree import CANARY_WORDS, HONEST, HostileTree

from pentascope.collectors.source.directory import DirectoryTree
from pentascope.collectors.source.localmodules import LocalModules
from pentascope.collectors.source.revision import RevisionTree, changes_since
from pentascope.collectors.source.roles import role
from pentascope.collectors.source.walk import walk
from pentascope.errors import SourceError
from pentascope.model.evidence import Skipped, SkipReason

LIMIT_BYTES = 2_000_000


def reasons(tree: DirectoryTree) -> dict[str, SkipReason]:
    results = {entry.path: tree.read(entry, LIMIT_BYTES) for entry in tree.files}
    refused = {path: data.reason for path, data in results.items() if isinstance(data, Skipped)}
    return refused | {one.path: one.reason for one in tree.skipped}


def test_hostile_tree_is_read_in_seconds_and_little_memory(hostile: HostileTree) -> None:
    tracemalloc.start()
    started_s = time.perf_counter()

    tree = DirectoryTree(hostile.root)
    for entry in tree.files:
        tree.read(entry, LIMIT_BYTES)
        tree.head(entry)
        role(entry.path)

    elapsed_s = time.perf_counter() - started_s
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    tree.close()
    assert len(tree.files) > 20_000
    assert elapsed_s < 30  # a bound against hanging and blow-up, not a benchmark
    assert peak_bytes < 200_000_000


def test_hostile_tree_is_never_left(hostile: HostileTree) -> None:
    tree = DirectoryTree(hostile.root)

    texts = [tree.read(entry, LIMIT_BYTES) for entry in tree.files]

    tree.close()
    assert not any(isinstance(text, bytes) and (CANARY_WORDS in text or b"root:x:0:0" in text) for text in texts)


def test_hostile_tree_names_a_reason_for_everything_not_read(hostile: HostileTree) -> None:
    tree = DirectoryTree(hostile.root)

    found = reasons(tree)

    tree.close()
    expected = {
        "specials/pipe.py": SkipReason.NOT_REGULAR,
        "specials/package.json": SkipReason.NOT_REGULAR,
        "links/loop": SkipReason.LINK,
        "links/up": SkipReason.LINK,
        "links/self.py": SkipReason.LINK,
        "links/passwd.py": SkipReason.LINK_OUTSIDE,
        "links/outside.py": SkipReason.LINK_OUTSIDE,
        "links/absolute.py": SkipReason.LINK_OUTSIDE,
        "links/package.json": SkipReason.LINK_OUTSIDE,
        "encodings/nul.py": SkipReason.BINARY,
        "sizes/sparse.py": SkipReason.TOO_LARGE,
        "sizes/bundle.js": SkipReason.TOO_LARGE,
    }
    assert {path: found.get(path) for path in expected} == expected


@pytest.mark.parametrize("name", ["utf16.py", "utf16be.py", "utf32.py", "bom.py"])
def test_hostile_tree_marked_encodings_are_read(hostile: HostileTree, name: str) -> None:
    tree = DirectoryTree(hostile.root, include=[f"encodings/{name}"])

    assert tree.read(tree.files[0], LIMIT_BYTES) == HONEST.encode()
    tree.close()


def test_hostile_tree_does_not_configure_us(hostile: HostileTree) -> None:
    paths = {entry.path for entry in walk(hostile.root).files}

    assert {"honest.py", "pentascope.toml", ".env", "ignored.py", "sitecustomize.py"} <= paths
    assert not any(path.startswith(".git/") for path in paths)


def test_hostile_tree_listing_is_the_same_twice(hostile: HostileTree) -> None:
    first, second = walk(hostile.root), walk(hostile.root)

    assert first == second
    assert [entry.path for entry in first.files] == sorted(entry.path for entry in first.files)


def test_hostile_tree_local_modules_are_answered(hostile: HostileTree) -> None:
    modules = LocalModules(entry.path for entry in walk(hostile.root).files)

    assert modules.is_local("msgspec", "honest.py")
    assert modules.is_local("hyperscan", "honest.py")
    assert not modules.is_local("openai", "names/" + "d/" * 150 + "deep.py")


def test_hostile_git_directory_executes_nothing(hostile: HostileTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(hostile.root)
    tree = DirectoryTree(Path())

    with pytest.raises(SourceError):
        RevisionTree(Path(), "HEAD")
    with pytest.raises(SourceError):
        changes_since(Path(), "HEAD", tree)

    tree.close()
    assert not hostile.canary.exists()
