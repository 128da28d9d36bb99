from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pentascope.app.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

CLIENT = """namespace Desk;

public class Finder
{
    public Finder(Uri place) => client = new AzureOpenAIClient(place, credential);
}
"""
PROJECT = "<Project><ItemGroup>{}</ItemGroup></Project>"


def found(root: Path) -> list[tuple[str, int]]:
    return [(e.path, e.line) for e in scan(root, use_cache=False).evidence if e.kind.value == "inference" and e.confidence.value != "low"]


@pytest.mark.parametrize(
    ("files", "seen"),
    [
        ({"api/GlobalUsings.cs": "global using Azure.AI.OpenAI;\n", "api/api.csproj": PROJECT}, True),
        ({"api/api.csproj": PROJECT.format('<Using Include="Azure.AI.OpenAI" />')}, True),
        ({"api/GlobalUsings.cs": "global using System.Linq;\n", "api/api.csproj": PROJECT}, False),
        ({"other/GlobalUsings.cs": "global using Azure.AI.OpenAI;\n", "other/other.csproj": PROJECT, "api/api.csproj": PROJECT}, False),
    ],
    ids=["file", "project-file", "another-namespace", "another-project"],
)
def test_what_a_project_opens_is_open_in_all_of_its_files(tmp_path: Path, files: dict[str, str], seen: bool) -> None:
    for path, text in {"api/Desk/Finder.cs": CLIENT, **files}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    assert found(tmp_path) == ([("api/Desk/Finder.cs", 5)] if seen else [])
