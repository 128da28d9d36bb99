from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from pentascope.cli.delivery import deliver
from pentascope.errors import UsageError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_deliver_writes_a_new_file_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "report.json"

    deliver(b"{}", str(place))

    assert place.read_bytes() == b"{}"
    assert capsys.readouterr().err == f"Written: {place}\n"
    assert names(tmp_path) == ["report.json"]


def test_deliver_replaces_a_file_and_keeps_its_mode(tmp_path: Path) -> None:
    place = tmp_path / "report.json"
    place.write_bytes(b"old and longer")
    place.chmod(0o640)

    deliver(b"new", str(place))

    assert (place.read_bytes(), stat.S_IMODE(place.stat().st_mode)) == (b"new", 0o640)


def test_deliver_writes_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    link, place = tmp_path / "latest.json", tmp_path / "kept" / "1.json"
    link.symlink_to(place)

    deliver(b"new", str(link))

    assert link.is_symlink()
    assert place.read_bytes() == b"new"


def test_deliver_leaves_drafts_of_others_alone(tmp_path: Path) -> None:
    draft = tmp_path / f"report.json.{os.getpid()}-0.draft"
    draft.write_bytes(b"theirs")

    deliver(b"new", str(tmp_path / "report.json"))

    assert draft.read_bytes() == b"theirs"
    assert names(tmp_path) == ["report.json", draft.name]


def test_deliver_into_a_pipe_leaves_it_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()

    deliver(b"new", str(pipe))

    reader.join()
    assert read == [b"new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_deliver_into_a_device_leaves_it_a_device(tmp_path: Path) -> None:
    device = tmp_path / "null"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        device.write_bytes(b"")
    except OSError:
        pytest.skip("only root makes devices, and not everywhere")

    deliver(b"new", str(device))

    assert stat.S_ISCHR(device.stat().st_mode)


def test_deliver_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    deliver(b"all", None)
    deliver(b" of it", "-")

    assert capfdbinary.readouterr() == (b"all of it", b"")


@pytest.mark.parametrize("words", [("nowhere", "report.json"), (".",)])
def test_deliver_says_where_it_cannot_write(words: tuple[str, ...], tmp_path: Path) -> None:
    place = str(tmp_path.joinpath(*words))

    with pytest.raises(UsageError, match=r"^Cannot write .*\.$"):
        deliver(b"new", place)
    assert names(tmp_path) == []


def test_deliver_leaves_no_draft_when_the_disk_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report.json").write_bytes(b"old")

    def refuse(_draft: str, _place: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)

    with pytest.raises(UsageError, match="No space left"):
        deliver(b"new", str(tmp_path / "report.json"))

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"report.json": b"old"}


def test_deliver_writes_a_file_that_cannot_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report.json").write_bytes(b"old and longer")

    def refuse(_draft: str, _place: str) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(os, "replace", refuse)

    deliver(b"new", str(tmp_path / "report.json"))

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"report.json": b"new"}
