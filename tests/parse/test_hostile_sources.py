"""Broken and hostile text must end in a unit, quickly, in every language."""

import time
from importlib import import_module

import pytest

LANGUAGES = ("go", "java", "csharp", "ruby", "kotlin", "rust", "php", "swift", "dart", "cpp", "scala", "shell")
HOSTILE = {
    "empty": b"",
    "nul": b"\0" * 1000 + b'x = "a-1"\0\xff\xfe',
    "nested": b"x = " + b"(" * 50_000 + b"1" + b")" * 50_000,
    "unbalanced": b"[" * 200_000,
    "one-line": b"a" * 1_000_000,
    "chain": b"a" + b'.b("x-1")' * 20_000,
}
LIMIT_S = 20


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_source_ends(language, kind) -> None:
    parse = import_module(f"pentascope.collectors.source.parse.{language}").parse
    started = time.process_time()

    unit = parse(HOSTILE[kind], "hostile")

    assert unit.path == "hostile"
    assert time.process_time() - started < LIMIT_S
