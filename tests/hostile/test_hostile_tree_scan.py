"""A whole scan of the hostile tree ends, finds the honest file, obeys nothing and says what it did not read."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from tests.hostile.tree import CANARY_WORDS, SECRET, HostileTree

from pentascope.model.evidence import FactKind, SkipReason
from pentascope.model.scoping import ScanResult

scan_module = pytest.importorskip("pentascope.app.scan", exc_type=ImportError)
WALL_S = 240  # a bound against hanging, on a busy machine too; the benchmark measures speed
SOURCES = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="module")
def scanned(hostile: HostileTree, tmp_path_factory: pytest.TempPathFactory) -> tuple[ScanResult, float]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        started_s = time.perf_counter()
        result: ScanResult = scan_module.scan(hostile.root, jobs=2, use_cache=True)
    return result, time.perf_counter() - started_s


def test_hostile_scan_ends(scanned: tuple[ScanResult, float]) -> None:
    assert scanned[1] < WALL_S


def test_hostile_scan_still_finds_the_honest_files(scanned: tuple[ScanResult, float]) -> None:
    paths = {one.path for one in scanned[0].evidence if one.kind is FactKind.INFERENCE}

    assert any(path.startswith("encodings/utf16") for path in paths)
    assert any(path.startswith("names/") for path in paths)


def test_hostile_scan_says_what_it_did_not_read(scanned: tuple[ScanResult, float]) -> None:
    counts = dict(scanned[0].coverage.skipped_counts)

    assert {SkipReason.NOT_REGULAR, SkipReason.LINK, SkipReason.LINK_OUTSIDE, SkipReason.TOO_LARGE} <= counts.keys()
    assert scanned[0].coverage.files_seen > 20_000


def test_hostile_scan_executes_nothing(scanned: tuple[ScanResult, float], hostile: HostileTree) -> None:
    assert not hostile.canary.exists()
    assert not (hostile.root / "executed").exists()
    assert not (hostile.root / "shapes" / "executed").exists()


def test_hostile_scan_reveals_neither_secrets_nor_files_outside(scanned: tuple[ScanResult, float]) -> None:
    words = repr(scanned[0])

    assert SECRET not in words
    assert CANARY_WORDS.decode() not in words
    assert "root:x:0:0" not in words


def test_hostile_scan_result_can_be_written(scanned: tuple[ScanResult, float]) -> None:
    for evidence in scanned[0].evidence:
        assert len(evidence.excerpt) <= 200
        assert evidence.line >= 1
        assert evidence.column >= 1
        evidence.id.encode("ascii")
    text = repr(msgspec.to_builtins(scanned[0]))

    assert "\x1b" not in text


def test_hostile_scan_writes_nothing_into_the_tree(scanned: tuple[ScanResult, float], hostile: HostileTree) -> None:
    now = sorted(path.name for path in hostile.root.iterdir())

    assert now == hostile.top_names


def test_hostile_scan_is_the_same_with_workers_and_without(scanned: tuple[ScanResult, float], hostile: HostileTree) -> None:
    alone = scan_module.scan(hostile.root, jobs=1, use_cache=False)

    assert alone == scanned[0]


def test_hostile_scan_from_inside_imports_nothing_of_the_tree(hostile: HostileTree, tmp_path: Path) -> None:
    words = "import sys; from pentascope.app.scan import scan; scan('.', jobs=2, use_cache=False, exclude=['sizes', 'crowd', 'shapes'])"

    done = subprocess.run(
        [sys.executable, "-P", "-c", words],
        cwd=hostile.root,
        env={"PYTHONPATH": str(SOURCES), "PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        timeout=WALL_S,
        check=False,
    )

    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert not hostile.canary.exists()
