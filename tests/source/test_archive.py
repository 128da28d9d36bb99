"""An archive is read like a tree, within a budget, and writes nothing."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pentascope.collectors.source.archive import ArchiveTree, Budget, is_archive
from pentascope.errors import SourceError
from pentascope.model.evidence import Skipped, SkipReason

FILES = {"repo-1a2b/app.py": b"import openai\n", "repo-1a2b/pkg/b.py": b"x = 1\n", "repo-1a2b/logo.png": b"\0" * 9_000}


def tar(path: Path, files: dict[str, bytes], *extra: tarfile.TarInfo, pack: Callable[[bytes], bytes] = bytes) -> Path:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in extra:
            archive.addfile(info)
    path.write_bytes(pack(buffer.getvalue()))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def contents(tree: ArchiveTree) -> dict[str, bytes | SkipReason]:
    results = {entry.path: tree.read(entry, 1_000_000) for entry in tree.files}
    return {path: data.reason if isinstance(data, Skipped) else data for path, data in results.items()}


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_tar_is_read_without_its_common_folder(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tar(tmp_path / "a.tar", FILES, pack=pack)

    tree = ArchiveTree(path)

    assert is_archive(path)
    assert contents(tree) == {"app.py": b"import openai\n", "logo.png": SkipReason.BINARY, "pkg/b.py": b"x = 1\n"}
    assert tree.head(tree.files[1], 4) == b"\0\0\0\0"
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]


def test_zip_is_read_as_tar_is(tmp_path: Path) -> None:
    tree = ArchiveTree(zipped(tmp_path / "a.zip", FILES))

    assert contents(tree) == contents(ArchiveTree(tar(tmp_path / "a.tar", FILES)))


def test_archive_keeps_a_common_folder_that_tells_the_role(tmp_path: Path) -> None:
    tree = ArchiveTree(zipped(tmp_path / "a.zip", {"tests/a.py": b"x", "tests/b.py": b"y"}))

    assert [entry.path for entry in tree.files] == ["tests/a.py", "tests/b.py"]


def test_archive_skips_hostile_members_and_names_them(tmp_path: Path) -> None:
    path = tar(
        tmp_path / "a.tar",
        {"a.py": b"x", "../evil.py": b"x", "/etc/evil.py": b"x", "b/../../evil.py": b"x"},
        special("link.py", tarfile.SYMTYPE, "/etc/passwd"),
        special("hard.py", tarfile.LNKTYPE, "a.py"),
        special("pipe.py", tarfile.FIFOTYPE),
        special("device.py", tarfile.CHRTYPE),
    )

    tree = ArchiveTree(path)

    assert contents(tree) == {"a.py": b"x"}
    assert [(one.path, one.reason) for one in tree.skipped] == [
        ("../evil.py", SkipReason.LINK_OUTSIDE),
        ("b/../../evil.py", SkipReason.LINK_OUTSIDE),
        ("device.py", SkipReason.NOT_REGULAR),
        ("etc/evil.py", SkipReason.LINK_OUTSIDE),
        ("hard.py", SkipReason.LINK),
        ("link.py", SkipReason.LINK),
        ("pipe.py", SkipReason.NOT_REGULAR),
    ]
    assert [one.name for one in tmp_path.iterdir()] == ["a.tar"]


def test_zip_names_links_and_encrypted_members(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.py")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.py", "x")
        archive.writestr("locked.py", "x")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)

    tree = ArchiveTree(tmp_path / "a.zip")

    assert contents(tree) == {"a.py": b"x"}
    assert tree.skipped == [
        Skipped(path="link.py", reason=SkipReason.LINK),
        Skipped(path="locked.py", reason=SkipReason.UNREADABLE, detail="encrypted"),
    ]


def test_archive_leaves_out_what_a_walk_would(tmp_path: Path) -> None:
    files = {"a.py": b"x", "node_modules/o/i.js": b"x", ".git/config": b"x", "vendor/modules.txt": b"", "vendor/a/b.go": b"x"}

    tree = ArchiveTree(zipped(tmp_path / "a.zip", files))

    assert contents(tree) == {"a.py": b"x"}
    assert tree.skipped == [
        Skipped(path="node_modules", reason=SkipReason.VENDORED),
        Skipped(path="vendor", reason=SkipReason.VENDORED),
    ]


def test_archive_selects_by_glob(tmp_path: Path) -> None:
    tree = ArchiveTree(zipped(tmp_path / "a.zip", {"a.py": b"", "b.ts": b"", "c/d.py": b""}), include=["*.py"], exclude=["c"])

    assert [entry.path for entry in tree.files] == ["a.py"]


@pytest.mark.parametrize("make", [tar, zipped])
def test_archive_bomb_is_left_unread_beyond_the_budget(tmp_path: Path, make: Callable[..., Path]) -> None:
    path = make(tmp_path / "a", {"a.py": b"x = 1\n", "b.py": b"\n" * 2_000_000, "c.py": b"\n" * 2_000_000})

    tree = ArchiveTree(path, budget=Budget(total_bytes=3_000_000))

    assert [entry.path for entry in tree.files] == ["a.py", "b.py"]
    assert [(one.path, one.reason) for one in tree.skipped] == [("a", SkipReason.TOO_LARGE)]


def test_archive_bomb_by_ratio(tmp_path: Path) -> None:
    path = tar(tmp_path / "a", {"a.py": b"\n" * 4_000_000}, pack=gzip.compress)

    tree = ArchiveTree(path, budget=Budget(small_bytes=1_000_000))

    assert tree.files == []
    assert tree.skipped[0].detail.startswith("rest of the archive unread: unpacks to more than 1000000 bytes")


def test_archive_with_too_many_members_is_left_unread(tmp_path: Path) -> None:
    tree = ArchiveTree(tar(tmp_path / "a", {f"{n}.py": b"" for n in range(9)}), budget=Budget(member_count=5))

    assert len(tree.files) == 5
    assert tree.skipped[0].detail == "rest of the archive unread: more than 5 members"


def test_archive_header_bomb_is_bounded(tmp_path: Path) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 4 * 1024**3
    path = tmp_path / "a.tgz"
    path.write_bytes(gzip.compress(header.tobuf() + b"\0" * 20_000_000))

    tree = ArchiveTree(path, budget=Budget(total_bytes=10_000_000))

    assert tree.files == []
    assert tree.skipped[0].reason is SkipReason.TOO_LARGE


def test_archive_that_ends_too_early_says_so(tmp_path: Path) -> None:
    noise = os.urandom(200_000)
    path = tar(tmp_path / "a.tgz", {"a.py": b"x = 1\n", "b.bin": noise, "c.py": b"y"}, pack=gzip.compress)
    path.write_bytes(path.read_bytes()[:100_000])

    tree = ArchiveTree(path)

    assert tree.read(tree.files[0], 1_000) == b"x = 1\n"
    assert tree.skipped[0].reason is SkipReason.MALFORMED


@pytest.mark.parametrize("data", [b"PK\x03\x04garbage", b"\x1f\x8bgarbage", b"\xfd7zXZ\0x", b"nothing", b"\x28\xb5\x2f\xfdx"])
def test_archive_that_is_none_is_an_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)

    with pytest.raises(SourceError):
        ArchiveTree(tmp_path / "a")
