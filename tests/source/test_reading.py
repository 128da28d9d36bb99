"""Reading gives UTF-8 text or a reason, and never waits, follows or grows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pentascope.collectors.source.reading import head, normalise, read
from pentascope.collectors.source.tree import FileEntry
from pentascope.model.evidence import Skipped, SkipReason

LIMIT_BYTES = 1_000_000


def reason(result: bytes | Skipped) -> SkipReason | None:
    return result.reason if isinstance(result, Skipped) else None


def entry(root: Path, path: str) -> FileEntry:
    return FileEntry(path, (root / path).lstat().st_size)


def test_read_gives_the_bytes_by_path_and_by_descriptor(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"import openai\n")
    descriptor = os.open(tmp_path, os.O_RDONLY)

    by_path = read(str(tmp_path), entry(tmp_path, "a.py"), LIMIT_BYTES)
    by_descriptor = read(descriptor, entry(tmp_path, "a.py"), LIMIT_BYTES)

    os.close(descriptor)
    assert by_path == by_descriptor == b"import openai\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-be", "utf-16-le"])
def test_read_turns_marked_text_into_utf_8(encoding: str) -> None:
    mark = "\ufeff" if encoding in {"utf-16-be", "utf-16-le"} else ""

    assert normalise("a.py", (mark + "import öpenai").encode(encoding)) == "import öpenai".encode()


def test_read_replaces_broken_utf_16() -> None:
    assert normalise("a.py", b"\xff\xfea\x00\x00\xd8b\x00c") == "a\ufffdb\ufffd".encode()


def test_read_leaves_invalid_utf_8_alone() -> None:
    assert normalise("a.py", b"x = '\xe9\xff'") == b"x = '\xe9\xff'"


def test_read_refuses_binary() -> None:
    assert reason(normalise("a.py", b"import openai\0")) is SkipReason.BINARY
    assert reason(normalise("a.py", b"\x00asm")) is SkipReason.BINARY
    assert normalise("a.py", b"x" * 8192 + b"\0") == b"x" * 8192 + b"\0"


def test_read_refuses_bundles_but_not_long_data() -> None:
    line = b"x" * 30_000

    assert reason(normalise("a.js", line)) is SkipReason.MINIFIED
    assert reason(normalise("a.min.js", b"x = 1\n" * 5_000)) is SkipReason.MINIFIED
    assert reason(normalise("a.js", b"__webpack_require__(1)\n" * 5_000)) is SkipReason.MINIFIED
    assert normalise("a.json", line) == line
    assert normalise("a.py", line) == line
    assert normalise("a.js", line[:10_000]) == line[:10_000]


def test_read_refuses_what_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x" * 11)

    listed = read(str(tmp_path), entry(tmp_path, "a.py"), 10)
    grown = read(str(tmp_path), FileEntry("a.py", 1), 10)

    assert listed == Skipped(path="a.py", reason=SkipReason.TOO_LARGE, detail="11 bytes, limit 10")
    assert grown == listed


def test_read_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("/etc/passwd")

    assert reason(read(str(tmp_path), FileEntry("a.py", 1), LIMIT_BYTES)) is SkipReason.UNREADABLE


def test_read_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")

    assert reason(read(str(tmp_path), FileEntry("a.py", 1), LIMIT_BYTES)) is SkipReason.NOT_REGULAR


def test_read_of_a_file_that_went_is_unreadable(tmp_path: Path) -> None:
    result = read(str(tmp_path), FileEntry("gone.py", 1), LIMIT_BYTES)

    assert result == Skipped(path="gone.py", reason=SkipReason.UNREADABLE, detail="No such file or directory")


def test_read_of_a_name_with_a_nul_is_unreadable(tmp_path: Path) -> None:
    assert reason(read(str(tmp_path), FileEntry("a\0.py", 1), LIMIT_BYTES)) is SkipReason.UNREADABLE


def test_head_gives_the_first_bytes_of_anything(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 10_000)

    assert head(str(tmp_path), entry(tmp_path, "model.safetensors"), 16) == b"\0" * 16
