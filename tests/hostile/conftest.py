"""The hostile tree, built once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.hostile.tree import HostileTree, build, release


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileTree]:
    tree = build(tmp_path_factory.mktemp("h"))
    yield tree
    release(tree)
