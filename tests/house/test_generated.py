"""What is generated is up to date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pentascope.catalogue.document import document, main
from pentascope.model.evidence import FactKind
from pentascope.model.signature import Anchor, Rule, Signature
from pentascope.report.formats.json import json_schema

ROOT = Path(__file__).parents[2]

DEMO = Signature(
    id="demo", name="Demo | API", category="model-api", homepage="https://demo.example", imports={"go": ("demo.example/sdk",), "python": ("demo",)},
    packages={"pypi": ("demo",)}, models=("demo-[0-9]",), rules=(Rule(on=Anchor.ENV, match=("DEMO_KEY",), fact=FactKind.CREDENTIAL_NAME),),
)  # fmt: skip


def test_published_schema_is_up_to_date() -> None:
    published = ROOT / "src" / "pentascope" / "report" / "schema" / "scan-1.schema.json"

    assert published.read_bytes() == json_schema()


def test_list_of_what_is_detected_is_up_to_date() -> None:
    assert main(["--check"]) == 0


def test_list_tells_drift_and_mends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "what-it-detects.md"

    words = ["--document", str(page), "--import-document", str(tmp_path / "import.md")]

    before, written, after = main(["--check", *words]), main(words), main(["--check", *words])

    assert (before, written, after) == (1, 0, 0)
    assert "Run `python -m pentascope.catalogue.document`." in capsys.readouterr().err


def test_list_shows_a_signature_as_one_row() -> None:
    rows = [line for line in document((DEMO,)).splitlines() if "Demo" in line]

    assert rows == [
        "| [Demo \\| API](https://demo.example) | Python; Go | manifests (pypi), environment variables, model names |",
    ]


def test_layers_hold() -> None:
    words = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]

    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
