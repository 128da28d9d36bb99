"""The walk sees every regular file, follows nothing, and says what it left out."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from pentascope.collectors.source.directory import DirectoryTree
from pentascope.collectors.source.walk import stays_inside, walk
from pentascope.errors import SourceError
from pentascope.model.evidence import Skipped, SkipReason


def lay(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")
    return root


def names(root: Path, **globs: list[str]) -> list[str]:
    return [entry.path for entry in walk(root, **globs).files]


def test_walk_lists_regular_files_sorted_with_their_stat(tmp_path: Path) -> None:
    lay(tmp_path, "b/c.py", "a.py", ".github/workflows/ci.yml")

    result = walk(tmp_path)

    status = (tmp_path / "a.py").stat()
    assert [entry.path for entry in result.files] == [".github/workflows/ci.yml", "a.py", "b/c.py"]
    assert (result.files[1].size_bytes, result.files[1].mtime_ns) == (1, status.st_mtime_ns)
    assert (result.files[1].ctime_ns, result.files[1].inode) == (status.st_ctime_ns, status.st_ino)
    assert (result.size_bytes, result.folder_count, result.skipped) == (3, 4, [])


def test_walk_names_links_and_never_follows_them(tmp_path: Path) -> None:
    root = lay(tmp_path / "root", "real.py")
    lay(tmp_path, "secret.py")
    (root / "inside").symlink_to("real.py")
    (root / "loop").symlink_to(".")
    (root / "out").symlink_to("../secret.py")
    (root / "absolute").symlink_to("/etc/passwd")

    result = walk(root)

    assert [entry.path for entry in result.files] == ["real.py"]
    assert result.skipped == [
        Skipped(path="absolute", reason=SkipReason.LINK_OUTSIDE, detail="/etc/passwd"),
        Skipped(path="inside", reason=SkipReason.LINK, detail="real.py"),
        Skipped(path="loop", reason=SkipReason.LINK, detail="."),
        Skipped(path="out", reason=SkipReason.LINK_OUTSIDE, detail="../secret.py"),
    ]


def test_walk_names_pipes_and_sockets(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "socket.py"))

    result = walk(tmp_path)

    server.close()
    assert result.files == []
    assert result.skipped == [
        Skipped(path="pipe.py", reason=SkipReason.NOT_REGULAR, detail="named pipe"),
        Skipped(path="socket.py", reason=SkipReason.NOT_REGULAR, detail="socket"),
    ]


def test_walk_leaves_installed_and_built_folders_out(tmp_path: Path) -> None:
    lay(
        tmp_path,
        "node_modules/openai/index.js", ".git/config", "__pycache__/a.pyc", "venv/pyvenv.cfg", "venv/lib/x.py",
        "go/vendor/modules.txt", "go/vendor/x/y.go", "target/CACHEDIR.TAG", "target/a.rs",
    )  # fmt: skip

    result = walk(tmp_path)

    assert result.files == []
    assert [(one.path, one.reason) for one in result.skipped] == [
        ("go/vendor", SkipReason.VENDORED),
        ("node_modules", SkipReason.VENDORED),
        ("target", SkipReason.VENDORED),
        ("venv", SkipReason.VENDORED),
    ]
    assert result.skipped_counts == {SkipReason.VENDORED: 4}


def test_walk_keeps_folders_that_only_sound_installed(tmp_path: Path) -> None:
    lay(tmp_path, "env/prod.tf", "vendor/models.py", "build/app.py", "target/main.py", "dist/cli.py", "venv/venv.py")

    assert names(tmp_path) == [
        "build/app.py", "dist/cli.py", "env/prod.tf", "target/main.py", "vendor/models.py", "venv/venv.py",
    ]  # fmt: skip


def test_walk_does_not_obey_gitignore(tmp_path: Path) -> None:
    lay(tmp_path, "secret.py")
    (tmp_path / ".gitignore").write_text("secret.py\n")

    assert names(tmp_path) == [".gitignore", "secret.py"]


def test_walk_writes_names_that_are_not_unicode_so_that_they_can_be_encoded(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    (tmp_path / os.fsdecode(b"caf\xe9/a.py")).write_text("odd")
    (tmp_path / "a\n::set-output.py").write_text("x")
    (tmp_path / os.fsdecode(b"\xff.py")).symlink_to(os.fsdecode(b"\xfe"))

    tree = DirectoryTree(tmp_path)

    assert [entry.path for entry in tree.files] == ["a\n::set-output.py", "caf\\xe9/a.py"]
    assert tree.read(tree.files[1], 100) == b"odd"
    assert tree.head(tree.files[1], 1) == b"o"
    assert tree.skipped == [Skipped(path="\\xff.py", reason=SkipReason.LINK, detail="\\xfe")]


def test_walk_lets_no_odd_name_stand_in_for_another_file(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("odd")
    (tmp_path / "\\xff.py").write_text("plain")

    tree = DirectoryTree(tmp_path)

    assert [tree.read(entry, 100) for entry in tree.files] == [b"plain"]
    assert [(one.path, one.reason) for one in tree.skipped] == [("\\xff.py", SkipReason.UNREADABLE)]


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*.py"], [], ["a.py", "src/b.py", "src/deep/c.py"]),
        (["src/"], [], ["src/b.py", "src/deep/c.py", "src/deep/d.ts"]),
        (["src/*.py"], [], ["src/b.py"]),
        (["src/**/*.ts"], [], ["src/deep/d.ts"]),
        ([], ["deep"], ["a.py", "src/b.py"]),
        ([], ["/a.py"], ["src/b.py", "src/deep/c.py", "src/deep/d.ts"]),
        ([], ["**/[bc].py"], ["a.py", "src/deep/d.ts"]),
        (["*.py"], ["src/deep/**"], ["a.py", "src/b.py"]),
        ([], ["src/d?ep/*.t[!x]"], ["a.py", "src/b.py", "src/deep/c.py"]),
    ],
)
def test_walk_selects_by_glob(tmp_path: Path, include: list[str], exclude: list[str], expected: list[str]) -> None:
    lay(tmp_path, "a.py", "src/b.py", "src/deep/c.py", "src/deep/d.ts")

    assert names(tmp_path, include=include, exclude=exclude) == expected


def test_walk_says_what_the_user_excluded(tmp_path: Path) -> None:
    lay(tmp_path, "a.py", "deep/b.py")

    result = walk(tmp_path, exclude=["deep/"])

    assert result.skipped == [Skipped(path="deep", reason=SkipReason.EXCLUDED)]


def test_walk_of_a_missing_root_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Cannot list"):
        walk(tmp_path / "nothing")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_walk_names_folders_it_cannot_list(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o000)

    result = walk(tmp_path)

    assert [(one.path, one.reason) for one in result.skipped] == [("closed", SkipReason.UNREADABLE)]


def test_stays_inside_judges_words_only() -> None:
    assert stays_inside("a/link", "../b")
    assert stays_inside("link", "/root/b", "/root")
    assert not stays_inside("a/link", "../../b")
    assert not stays_inside("link", "/rootless", "/root")
