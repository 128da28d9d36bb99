from __future__ import annotations

import pytest
from tests.engine.samples import line

from pentascope.engine.unselected import lowered
from pentascope.model.evidence import FactKind
from pentascope.model.unit import Pair

SECTIONS = ("Services.Hosted.Url", "Services.Local.Url", "Services.Disk.Folder", "Services.Queue.Folder")


def confidences(*selecting: Pair) -> list[str]:
    pairs = [Pair(path=path, value="x", line=number) for number, path in enumerate(SECTIONS, 1)]
    evidence = [line(FactKind.INFERENCE, "openai", "app.json", 1), line(FactKind.INFERENCE, "ollama", "app.json", 2)]

    return [entry.confidence.value for entry in lowered([*pairs, *selecting], evidence)]


@pytest.mark.parametrize(
    ("selecting", "told"),
    [
        (Pair(path="Memory.TextGeneratorType", value="Hosted", line=9), ["high", "low"]),
        (Pair(path="Memory.GeneratorTypes.0", value="Hosted", line=9), ["high", "low"]),
        (Pair(path="Memory.Title", value="Hosted", line=9), ["high", "high"]),
        (Pair(path="Memory.TextGeneratorType", value="Other", line=9), ["high", "high"]),
    ],
    ids=["key", "list", "key-selects-nothing", "value-names-no-section"],
)
def test_section_that_nothing_selects_is_unsure(selecting: Pair, told: list[str]) -> None:
    assert confidences(selecting) == told


def test_every_section_that_is_named_counts() -> None:
    first = Pair(path="Memory.TextGeneratorType", value="Hosted", line=9)

    assert confidences(first, Pair(path="Memory.Fallback", value="Local", line=10)) == ["high", "high"]
