from __future__ import annotations

from typing import TYPE_CHECKING

import hyperscan
import pytest

from pentascope.catalogue.build import ARTEFACT, build, encode, main
from pentascope.catalogue.load import decode, load
from pentascope.errors import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

    from pentascope.model.catalogue import Catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return build()


def test_build_gives_the_same_bytes_twice(catalogue: Catalogue) -> None:
    assert encode(build()) == encode(catalogue)


def test_build_sorts_signatures(catalogue: Catalogue) -> None:
    ids = [signature.id for signature in catalogue.signatures]

    assert ids == sorted(ids)


def test_artefact_gives_back_the_catalogue(catalogue: Catalogue) -> None:
    assert decode(encode(catalogue)) == catalogue


def test_artefact_is_up_to_date() -> None:
    assert main(["--check"]) == 0


def test_load_reads_the_artefact_once() -> None:
    assert load() == decode(ARTEFACT.read_bytes())
    assert load() is load()


def test_check_tells_drift(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    artefact = tmp_path / "compiled.msgpack"

    missing = main(["--check", "--artefact", str(artefact)])
    written = main(["--artefact", str(artefact)])
    current = main(["--check", "--artefact", str(artefact)])

    assert (missing, written, current) == (1, 0, 0)
    assert "is not up to date" in capsys.readouterr().err
    assert artefact.read_bytes() == encode(build())


def test_build_tells_a_malformed_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "signatures").mkdir()
    (tmp_path / "signatures" / "demo.md").write_text("# Demo\n", encoding="utf-8")

    exit_code = main(["--data", str(tmp_path)])

    assert exit_code == 2
    assert "demo.md:1: no ```toml fence\n  Add one fence" in capsys.readouterr().err


def test_decode_refuses_an_artefact_of_another_version() -> None:
    with pytest.raises(CatalogueError, match="does not fit this version"):
        decode(b"\x80")


def test_patterns_compile_for_the_scanner(catalogue: Catalogue) -> None:
    patterns = [(entry.id, pattern) for entry in catalogue.signatures for pattern in (*entry.models, *entry.keys)]
    refused = []
    for name, pattern in patterns:
        try:
            hyperscan.Database().compile(expressions=[pattern.encode()], flags=hyperscan.HS_FLAG_PREFILTER)
        except hyperscan.error as error:
            refused.append((name, pattern, str(error)))

    assert refused == []
