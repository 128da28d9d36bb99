from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from pentascope.collectors.source.archive import ArchiveTree
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.collectors.source.tree import Tree

FILES = (
    "app.py", "infra/cdk.out/Stack.template.json", "infra/cdk.out/assembly-Stage/Inner.template.json", "infra/cdk.out/manifest.json",
    "infra/cdk.out/asset.0a/x.template.json", "infra/cdk.out/assembly-Stage/asset.1/index.js", "node_modules/a/cdk.out/b.template.json",
)  # fmt: skip


def directory(root: Path) -> Tree:
    return DirectoryTree(root)


def archive(root: Path) -> Tree:
    with tarfile.open(root.parent / "a.tar", "w") as tar:
        tar.add(root, ".")
    return ArchiveTree(root.parent / "a.tar")


@pytest.mark.parametrize("source", [directory, archive])
def test_templates_that_the_cdk_wrote_are_read_and_nothing_else_beside_them(tmp_path: Path, source: type) -> None:
    for name in FILES:
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")

    tree = source(tmp_path / "tree")

    assert [entry.path for entry in tree.files] == list(FILES[:3])
    assert "infra/cdk.out" in {one.path for one in tree.skipped}
    assert tree.read(tree.files[1], 100) == b"{}"
